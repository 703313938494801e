"""Exercise 6: both forms are PyTorch's optimizer over whole runs, and what is said of it is what it does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "momentum"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "momentum.py")


def sgd(start: np.ndarray, lr: float, **settings: object) -> torch.optim.SGD:
    return torch.optim.SGD([torch.nn.Parameter(torch.tensor(start))], lr=lr, **settings)


def stepped(optimizer: torch.optim.SGD, grads: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The parameter after each step, and the last velocity."""
    (weight,) = optimizer.param_groups[0]["params"]
    points = []
    for grad, lr in zip(grads, rates, strict=True):
        optimizer.param_groups[0]["lr"] = float(lr)
        weight.grad = torch.tensor(grad)
        optimizer.step()
        points.append(weight.detach().numpy().copy())
    buffer = optimizer.state[weight].get("momentum_buffer")
    return np.array(points), None if buffer is None else buffer.numpy()


def drawn(seed: int, steps: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=4), rng.normal(size=(steps, 4)), rng.choice([0.3, 0.1, 0.01], size=steps)


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    "settings",
    [
        {"momentum": 0.9},
        {"momentum": 0.5, "dampening": 0.3},
        {"momentum": 0.9, "dampening": 0.9},
        {"momentum": 0.8, "nesterov": True},
        {"momentum": 0.0},
    ],
    ids=str,
)
def test_the_reference_is_sgd_with_a_rate_that_changes(seed: int, settings: dict) -> None:
    start, grads, rates = drawn(seed)
    expected, buffer = stepped(sgd(start, 0.1, **settings), grads, rates)
    param, velocity, own = start, None, []
    for grad, lr in zip(grads, rates, strict=True):
        param, velocity = reference.momentum_step(param, grad, velocity, lr=float(lr), **settings)
        own.append(param)
    np.testing.assert_allclose(np.array(own), expected, rtol=1e-10, atol=1e-12)
    if buffer is not None:
        np.testing.assert_allclose(velocity, buffer, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_physics_is_sgd_while_the_rate_is_constant_and_parts_from_it_when_it_changes(seed: int) -> None:
    start, grads, rates = drawn(seed)
    for given, together in ((np.full(60, 0.1), True), (rates, False)):
        expected, _ = stepped(sgd(start, 0.1, momentum=0.9), grads, given)
        param, velocity, own = start, np.zeros(4), []
        for grad, lr in zip(grads, given, strict=True):
            param, velocity = reference.physics_step(param, grad, velocity, lr=float(lr))
            own.append(param)
        assert np.allclose(np.array(own), expected, rtol=1e-10, atol=1e-12) is together


@pytest.mark.parametrize("seed", range(10))
def test_a_run_goes_over_from_one_form_to_the_other_without_a_jump(seed: int) -> None:
    start, grads, _ = drawn(seed, 20)
    param, velocity = start, np.zeros(4)
    for grad in grads[:10]:
        param, velocity = reference.physics_step(param, grad, velocity, lr=0.1)
    velocity = reference.as_pytorch(velocity, 0.1)
    np.testing.assert_allclose(reference.as_pytorch(reference.as_physics(velocity, 0.1), 0.1), velocity)
    for grad in grads[10:]:
        param, velocity = reference.momentum_step(param, grad, velocity, lr=0.1)
    expected, _ = stepped(sgd(start, 0.1, momentum=0.9), grads, np.full(20, 0.1))
    np.testing.assert_allclose(param, expected[-1], rtol=1e-10)


def test_the_example_done_by_hand_is_right() -> None:
    one, four = np.ones(1), np.full(1, 4.0)
    assert reference.momentum_step(one, four, None, 0.1, 0.5) == (pytest.approx(0.6), 4.0)
    assert reference.momentum_step(one, four, None, 0.1, 0.5, nesterov=True) == (pytest.approx(0.4), 4.0)
    assert reference.momentum_step(one, four, np.full(1, 2.0), 0.1, 0.5) == (pytest.approx(0.5), 5.0)
    assert reference.physics_step(one, four, np.full(1, 0.2), 0.1, 0.5) == (pytest.approx(0.5), pytest.approx(0.5))


# ---------------------------------------------------------------- what is said of PyTorch


def test_the_first_step_takes_the_whole_gradient_whatever_the_dampening() -> None:
    """As the explanation, a misconception and item sgd-17 say."""
    _, buffer = stepped(sgd(np.zeros(1), 1.0, momentum=0.9, dampening=0.5), np.full((1, 1), 4.0), np.ones(1))
    assert buffer == 4.0


def test_nesterovs_first_step_is_one_gradient_and_the_momentum_of_it() -> None:
    """As the explanation and item sgd-18 say: 1.9 gradients with 0.9."""
    points, _ = stepped(sgd(np.zeros(1), 1.0, momentum=0.9, nesterov=True), np.ones((1, 1)), np.ones(1))
    assert points[0] == pytest.approx(-1.9)


@pytest.mark.parametrize("refused", [{"momentum": 0.0}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_momentum_wants_a_momentum_above_0_and_a_dampening_of_0(refused: dict) -> None:
    """As its glossary entry says; with 0.9 and no dampening its first step is 1.9 gradients long."""
    weights = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    with pytest.raises(ValueError, match="Nesterov momentum requires a momentum and zero dampening"):
        torch.optim.SGD([weights], lr=1.0, nesterov=True, **refused)
    weights.grad = torch.ones_like(weights)
    torch.optim.SGD([weights], lr=1.0, momentum=0.9, nesterov=True).step()
    assert weights.item() == pytest.approx(-1.9)


def test_without_momentum_the_dampening_is_not_looked_at() -> None:
    """As the explanation and item sgd-21 say."""
    points, buffer = stepped(sgd(np.zeros(1), 1.0, momentum=0.0, dampening=0.5), np.ones((2, 1)), np.ones(2))
    assert (points[:, 0].tolist(), buffer) == ([-1.0, -2.0], None)


@pytest.mark.parametrize(("foreach", "left"), [(True, 1.9), (False, 1.0)])
def test_nesterov_with_foreach_writes_into_the_gradient(foreach: bool, left: float) -> None:
    """As the explanation and item sgd-23 say."""
    optimizer = sgd(np.zeros(1), 1.0, momentum=0.9, nesterov=True, foreach=foreach)
    stepped(optimizer, np.ones((1, 1)), np.ones(1))
    assert optimizer.param_groups[0]["params"][0].grad.item() == pytest.approx(left)


def test_dampening_equal_to_the_momentum_makes_an_average_of_all_but_the_first_gradient() -> None:
    """As the explanation and item sgd-20 say: under a constant gradient it stays that gradient."""
    settings = {"momentum": 0.9, "dampening": 0.9}
    _, constant = stepped(sgd(np.zeros(1), 0.1, **settings), np.full((50, 1), 3.0), np.full(50, 0.1))
    _, first = stepped(sgd(np.zeros(1), 0.1, **settings), np.array([[1.0]] + [[0.0]] * 5), np.full(6, 0.1))
    assert constant == pytest.approx(3.0)
    assert first == pytest.approx(0.9**5)


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("dampens_the_first_gradient", "dampening_waits_for_the_second_step"),
        ("ignores_dampening", "dampening_lessens_later_gradients"),
        ("looks_ahead_only_later", "nesterov_looks_ahead_with_the_new_velocity"),
        ("conversions_swapped", "a_velocity_of_one_form_becomes_that_of_the_other"),
    ],
)
def test_a_single_slip_costs_a_single_check(name: str, check: str) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == {check}


@pytest.mark.parametrize(
    "pair",
    [
        ("averages_the_gradient", "ignores_nesterov"),
        ("rate_twice", "conversions_swapped"),
        ("forgets_the_velocity", "keras_sign"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_the_conversions_alone_earn_their_own_points() -> None:
    source = EXERCISE.starter.decode()
    source = source.replace('raise NotImplementedError("Exercise 6: as_physics")', "return velocity * lr")
    source = source.replace('raise NotImplementedError("Exercise 6: as_pytorch")', "return velocity / lr")
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 2)


# ---------------------------------------------------------------- what is shown


def test_the_gap_between_the_forms_opens_when_the_rate_falls() -> None:
    gap = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_gap").own["y"]
    assert gap[:21] == pytest.approx(0, abs=1e-12)
    assert (gap[21:30] > 0.01).all()


def test_the_path_goes_from_wall_to_wall_and_arrives() -> None:
    points = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_path").own["points"]
    assert (np.sign(points[:6, 1]) != np.sign(points[0, 1])).any()
    assert np.abs(points[-1]).max() < 0.3


def test_the_trace_shows_one_form_while_the_other_is_to_be_written() -> None:
    source = EXERCISE.reference.replace(
        "    velocity = momentum * velocity + lr * grad", "    raise NotImplementedError"
    )
    seen = examiner().observe(EXERCISE, source.encode(), "trace").own
    assert seen["columns"] == ["step", "lr", "velocity", "param", "physics"]
    assert np.isfinite(seen["rows"][:, :4]).all()
    assert np.isnan(seen["rows"][:, 4]).all()
