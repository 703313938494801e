"""Exercise 18: its reference is PyTorch's two optimizers over whole runs, and what is said of them is what they do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "adaptive_family"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "adaptive_family.py")
STEPS = 60


def stepped(kind: type[torch.optim.Optimizer], start: np.ndarray, grads: np.ndarray, **settings: object) -> np.ndarray:
    """The parameter after each step of one of PyTorch's optimizers."""
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer, points = kind([parameter], **settings), []
    for grad in grads:
        parameter.grad = torch.tensor(grad)
        optimizer.step()
        points.append(parameter.detach().numpy().copy())
    return np.array(points)


def adagrad(start: np.ndarray, grads: np.ndarray, **settings: float) -> np.ndarray:
    param, total, points = start, np.zeros_like(start), []
    for t, grad in enumerate(grads, start=1):
        param, total = reference.adagrad_step(param, grad, total, t, **settings)
        points.append(param)
    return np.array(points)


def rmsprop(start: np.ndarray, grads: np.ndarray, **settings: float) -> np.ndarray:
    param, mean, points = start, np.zeros_like(start), []
    for grad in grads:
        param, mean = reference.rmsprop_step(param, grad, mean, **settings)
        points.append(param)
    return np.array(points)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=4), rng.normal(size=(STEPS, 4)) * np.array([1e-9, 0.01, 1.0, 100.0])


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("settings", [{}, {"lr": 0.3, "lr_decay": 0.2}, {"lr": 0.1, "eps": 1e-3}], ids=str)
def test_adagrad_steps_as_pytorch_does(seed: int, settings: dict[str, float]) -> None:
    start, grads = drawn(seed)
    expected = stepped(torch.optim.Adagrad, start, grads, **settings)
    np.testing.assert_allclose(adagrad(start, grads, **settings), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("settings", [{}, {"lr": 0.3, "alpha": 0.7}, {"lr": 0.1, "eps": 1e-3}], ids=str)
def test_rmsprop_steps_as_pytorch_does(seed: int, settings: dict[str, float]) -> None:
    start, grads = drawn(seed)
    expected = stepped(torch.optim.RMSprop, start, grads, **settings)
    np.testing.assert_allclose(rmsprop(start, grads, **settings), expected, rtol=1e-10, atol=1e-12)


def test_the_defaults_are_pytorchs() -> None:
    """As the brief says, and the belief that epsilon is 1e-8 in all of them."""
    weight = [torch.nn.Parameter(torch.ones(1))]
    (group,) = torch.optim.Adagrad(weight).param_groups
    assert (group["lr"], group["lr_decay"], group["eps"], group["initial_accumulator_value"]) == (0.01, 0, 1e-10, 0)
    (group,) = torch.optim.RMSprop(weight).param_groups
    assert (group["lr"], group["alpha"], group["eps"]) == (0.01, 0.99, 1e-8)


def test_the_example_done_by_hand_is_right() -> None:
    one, eight = np.ones(1), np.full(1, 8.0)
    assert reference.adagrad_step(one, eight, np.full(1, 36.0), 1, lr=0.1)[0] == pytest.approx(0.92)
    assert reference.rmsprop_step(one, eight, np.full(1, 12.0), lr=0.1, alpha=0.75)[0] == pytest.approx(0.84)


# ---------------------------------------------------------------- what is said of them


def lengths(points: np.ndarray) -> np.ndarray:
    return np.abs(np.diff(points[:, 0], prepend=0.0))


@pytest.mark.parametrize("size", [0.01, 1.0, 100.0])
def test_with_a_gradient_of_one_size_adagrad_falls_as_the_root_and_rmsprop_settles(size: float) -> None:
    """As the explanation, the hints and items adam-22, 26, 27 and 31 say."""
    grads = np.full((1000, 1), size)
    falling, settling = lengths(adagrad(np.zeros(1), grads)), lengths(rmsprop(np.zeros(1), grads))
    np.testing.assert_allclose(falling, 0.01 / np.sqrt(np.arange(1, 1001)), rtol=1e-5)
    assert settling[0] == pytest.approx(0.1, rel=1e-4)
    assert settling[-1] == pytest.approx(0.01, rel=1e-4)


def test_one_large_gradient_slows_adagrad_for_good_and_rmsprop_for_some_hundreds_of_steps() -> None:
    """As item adam-30 says, and the belief that RMSprop sums its squares."""
    grads = np.concatenate([np.full((1, 1), 1000.0), np.ones((10_000, 1))])
    assert lengths(adagrad(np.zeros(1), grads))[-1] / 0.01 == pytest.approx(1e-3, rel=0.01)
    later = lengths(rmsprop(np.zeros(1), grads))
    assert later[100] / 0.01 < 0.1
    assert later[-1] / 0.01 == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize(("centered", "far"), [(True, 3e8), (False, 61.2)])
def test_centred_rmsprop_runs_away_under_a_gradient_that_never_changes(centered: bool, far: float) -> None:
    """As the explanation and item adam-34 say."""
    points = stepped(torch.optim.RMSprop, np.zeros(1), np.ones((6000, 1)), lr=0.01, centered=centered)
    assert points[-1].item() < 0
    assert -points[-1].item() == pytest.approx(far, rel=0.5 if centered else 0.01)


def test_epsilon_under_the_root_weighs_as_its_root_beside_it() -> None:
    """As the explanation, the beliefs about its place and item adam-33 say."""
    assert np.sqrt(0.0 + 1e-8) == pytest.approx(1e-4)
    assert np.sqrt(0.0 + 1e-10) == pytest.approx(1e-5)


def test_with_the_other_epsilon_a_first_gradient_of_a_hundred_millionth_moves_half_as_far() -> None:
    """As the belief that epsilon is 1e-8 in all of them says."""
    steps = [reference.adagrad_step(np.zeros(1), np.full(1, 1e-8), np.zeros(1), 1, eps=eps)[0] for eps in (1e-8, 1e-10)]
    assert (steps[0] / steps[1]).item() == pytest.approx(0.5, rel=0.02)


def test_lr_decay_of_a_tenth_halves_the_rate_after_ten_steps_and_quarters_it_after_thirty() -> None:
    """As the belief that it takes a tenth at every step says."""
    rates = [-reference.adagrad_step(np.zeros(1), np.ones(1), np.zeros(1), t, 1.0, 0.1)[0].item() for t in (1, 11, 31)]
    assert rates == pytest.approx([1.0, 0.5, 0.25])


def test_a_sum_that_fades_grows_to_a_hundred_squares() -> None:
    """As the belief about the square that comes in whole says: steps a tenth as long."""
    total = 0.0
    for _ in range(3000):
        total = 0.99 * total + 1.0
    assert total == pytest.approx(100)


def test_a_weight_that_never_had_a_gradient_stays_where_it_is() -> None:
    still = np.full(1, 3.0), np.zeros(1), np.zeros(1)
    assert reference.adagrad_step(*still, 1)[0] == reference.rmsprop_step(*still)[0] == 3.0


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("decay_one_step_ahead", {"adagrad_lowers_its_rate_step_by_step", "both_keep_on_for_sixty_steps"}),
        ("alpha_of_nine_tenths", {"knows_what_was_not_said"}),
        ("changes_its_inputs", {"leaves_its_inputs_alone"}),
    ],
)
def test_a_slip_costs_what_it_touches(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("adagrad_averages", "rmsprop_takes_the_square_whole"),
        ("adagrad_eps_inside_the_root", "rmsprop_eps_inside_the_root"),
        ("ignores_lr_decay", "adagrad_without_the_root"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


# ---------------------------------------------------------------- what is shown


def test_the_path_begins_along_the_diagonal_and_every_stride_is_shorter() -> None:
    """As its caption says: the gradients are twenty-seven to one, the first step is as long in both weights."""
    points = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_path").own["points"]
    first = np.abs(points[1] - points[0])
    assert first[0] == pytest.approx(first[1], rel=1e-6)
    assert abs(6.0 * 1.6 / (0.15 * 2.4)) == pytest.approx(26.7, abs=0.1)
    strides = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert (np.diff(strides) < 0).all()


def test_strides_are_alike_in_every_weight() -> None:
    adagrads, rmsprops = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_strides").own["values"]
    for strides in (np.array(adagrads), np.array(rmsprops)):
        assert strides.shape == (4, 16)
        np.testing.assert_allclose(strides, strides[:1].repeat(4, axis=0), rtol=1e-4)
        assert (np.diff(strides, axis=1) < 0).all()


def test_the_trace_shows_one_rule_while_the_other_is_to_be_written() -> None:
    source = EXERCISE.reference.replace("    return param - step, average", "    raise NotImplementedError")
    rows = examiner().observe(EXERCISE, source.encode(), "trace").own["rows"]
    assert np.isnan(rows[:, 4:]).all()
    assert np.isfinite(rows[:, :4]).all()
