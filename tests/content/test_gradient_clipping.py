"""Exercise 8: its reference is PyTorch's clipping, and what is said of PyTorch is what PyTorch does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "gradient_clipping"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "gradient_clipping.py")


def holding(*gradients: Sequence[float] | np.ndarray | None) -> list[torch.nn.Parameter]:
    """Parameters of zeros with these gradients."""
    params = [torch.nn.Parameter(torch.zeros(1 if g is None else np.shape(g), dtype=torch.float64)) for g in gradients]
    for p, g in zip(params, gradients, strict=True):
        p.grad = None if g is None else torch.tensor(np.array(g), dtype=torch.float64)
    return params


def drawn(rng: np.random.Generator, size: float) -> list[np.ndarray | None]:
    """The gradients of six parameters of one to three dimensions, some of them missing."""
    shapes = [tuple(rng.integers(1, 5, size=int(rng.integers(1, 4)))) for _ in range(6)]
    return [size * rng.normal(size=shape) if rng.random() < 0.7 else None for shape in shapes]


def same_gradients(own: list[torch.nn.Parameter], theirs: list[torch.nn.Parameter]) -> None:
    for mine, other in zip(own, theirs, strict=True):
        if other.grad is None:
            assert mine.grad is None
        else:
            np.testing.assert_allclose(mine.grad.numpy(), other.grad.numpy(), rtol=1e-13, atol=0)


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e8], ids=["near 1e-6", "ordinary", "huge"])
def test_by_norm_it_is_clip_grad_norm(size: float) -> None:
    """Fifty draws at each size: ceilings below the norm, above it and near 1e-6, a list or a generator."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        gradients, ceiling = drawn(rng, size), float(size * 10 ** rng.uniform(-2, 2))
        own, theirs = holding(*gradients), holding(*gradients)
        norm = reference.clip_grad_norm((p for p in own) if seed % 2 else own, ceiling)
        assert norm == pytest.approx(clip_grad_norm_(theirs, ceiling).item(), rel=1e-13)
        same_gradients(own, theirs)


def test_a_norm_of_exactly_max_norm_shrinks_as_in_torch() -> None:
    for scale in (1e-6, 1.0, 1e6):
        own, theirs = holding([3 * scale], [4 * scale]), holding([3 * scale], [4 * scale])
        ceiling = clip_grad_norm_(holding([3 * scale], [4 * scale]), np.inf).item()
        assert reference.clip_grad_norm(own, ceiling) == clip_grad_norm_(theirs, ceiling).item() == ceiling
        same_gradients(own, theirs)
        assert own[0].grad.item() < 3 * scale


def test_without_any_gradient_the_norm_is_zero_as_in_torch() -> None:
    for params in ([], holding(None, None)):
        norm = reference.clip_grad_norm(iter(params), 1.0)
        assert norm == clip_grad_norm_(params, 1.0).item() == 0.0
        assert isinstance(norm, float)


@pytest.mark.parametrize("seed", range(30))
def test_by_value_it_is_clip_grad_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gradients, limit = [*drawn(rng, 1.0), rng.normal(size=3)], float(rng.uniform(0.05, 3.0))
    own, theirs = holding(*gradients), holding(*gradients)
    assert reference.clip_grad_value((p for p in own), limit) is None
    clip_grad_value_(theirs, limit)
    same_gradients(own, theirs)


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.AdamW, torch.optim.RMSprop])
def test_thirty_steps_are_those_of_a_loop_with_torch_s_own_clipping(kind: type[torch.optim.Optimizer]) -> None:
    """On the same network and batches, a stale gradient before the first."""
    torch.manual_seed(0)
    batches = [(torch.randn(8, 3, dtype=torch.float64), 5 * torch.randn(8, 1, dtype=torch.float64)) for _ in range(30)]
    seen = []
    for clips in ("reference", "torch"):
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Linear(3, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1)).double()
        params = list(model.parameters())
        optimizer = kind(params, lr=0.05)
        params[0].grad = torch.ones_like(params[0])
        norms = []
        for inputs, targets in batches:
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            if clips == "reference":
                norms.append(reference.clipped_step(loss, params, optimizer, 3.0))
                continue
            optimizer.zero_grad()
            loss.backward()
            norms.append(clip_grad_norm_(params, 3.0).item())
            optimizer.step()
        seen.append(np.array([*norms, *torch.cat([p.detach().flatten() for p in params]).tolist()]))
        assert min(norms) < 3.0 < max(norms)
    np.testing.assert_allclose(*seen, rtol=1e-9, atol=1e-12)


def test_the_example_done_by_hand_is_right() -> None:
    """The one in the starter's docstring and in the brief."""
    params = holding([3.0, 4.0], [12.0])
    assert reference.clip_grad_norm(params, 6.5) == 13.0
    assert params[0].grad.tolist() == pytest.approx([1.5, 2.0], rel=1e-7)
    assert params[1].grad.item() == pytest.approx(6.0, rel=1e-7)
    assert params[1].grad.item() < 6.0
    params = holding([3.0, 4.0], [12.0])
    reference.clip_grad_value(params, 5)
    assert [p.grad.tolist() for p in params] == [[3.0, 4.0], [5.0]]
    assert reference.clip_grad_norm(holding([3.0, 4.0], [12.0]), 20) == 13.0


# ---------------------------------------------------------------- what is said of PyTorch


def test_by_norm_the_direction_stays_and_by_value_it_turns_as_the_explanation_says() -> None:
    by_norm, by_value = holding([100.0, 0.5]), holding([100.0, 0.5])
    clip_grad_norm_(by_norm, 1.0)
    clip_grad_value_(by_value, 1.0)
    assert by_norm[0].grad.tolist() == pytest.approx([1, 0.005], rel=1e-4)
    assert by_value[0].grad.tolist() == [1.0, 0.5]


def test_a_parameter_that_is_listed_twice_counts_twice_and_is_scaled_twice() -> None:
    """As the explanation and item gradients-27 say."""
    (p,) = holding([3.0, 4.0])
    assert clip_grad_norm_([p, p], 1.0).item() == pytest.approx(50**0.5)
    assert p.grad.norm().item() == pytest.approx(5 / 50, rel=1e-5)


def test_one_infinity_turns_the_others_to_zero_and_itself_to_nan() -> None:
    """As the explanation and item gradients-26 say."""
    params = holding([3.0, 4.0], [np.inf])
    assert clip_grad_norm_(params, 1.0).item() == np.inf
    assert params[0].grad.tolist() == [0.0, 0.0]
    assert params[1].grad.isnan().all()
    with pytest.raises(RuntimeError):
        clip_grad_norm_(holding([3.0], [np.inf]), 1.0, error_if_nonfinite=True)


def test_by_value_torch_fails_where_nothing_has_a_gradient() -> None:
    """As the explanation and item gradients-27 say: by norm it returns 0 there."""
    with pytest.raises(RuntimeError):
        clip_grad_value_(holding(None), 1.0)


def test_a_generator_that_was_walked_is_clipped_no_more() -> None:
    """As the explanation and item gradients-25 say."""
    params = holding([30.0, 40.0])
    walked = iter(params)
    assert sum(p.grad.square().sum() for p in walked).item() ** 0.5 == 50.0
    assert clip_grad_norm_(walked, 1.0).item() == 0.0
    assert params[0].grad.tolist() == [30.0, 40.0]


def test_the_maximum_norm_is_another_norm_type_as_a_misconception_says() -> None:
    assert clip_grad_norm_(holding([3.0], [-4.0]), 1.0, norm_type=np.inf).item() == 4.0
    assert clip_grad_norm_(holding(np.full(1_000_000, 0.01)), 1.0).item() == pytest.approx(10)


def test_adam_hardly_notices_the_scale_of_its_gradients_as_the_explanation_says() -> None:
    moved = []
    for scale in (1.0, 0.01):
        (p,) = holding([3.0 * scale])
        torch.optim.Adam([p], lr=0.1).step()
        moved.append(p.item())
    assert moved[0] == pytest.approx(moved[1], rel=1e-5)


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("scales_up_small", "small_gradients_stay_as_they_are"),
        ("leaves_the_limit_alone", "a_norm_at_the_limit_still_shrinks"),
        ("returns_the_norm_after", "returns_the_norm_from_before"),
        ("crashes_on_none", "norm_passes_over_missing_gradients"),
        ("walks_twice", "accepts_any_iterable"),
        ("value_cuts_only_above", "cuts_each_value_on_its_own"),
        ("value_crashes_on_none", "value_passes_over_missing_gradients"),
        ("clips_after_the_step", "clips_between_backward_and_step"),
        ("leaves_a_stale_gradient", "a_leftover_gradient_does_not_count"),
    ],
)
def test_a_wrong_way_fails_the_check_made_for_it(name: str, check: str) -> None:
    assert check in failed(variants_at(SLUG, 0)[name])


@pytest.mark.parametrize(
    "name",
    ["leaves_the_limit_alone", "crashes_on_none", "walks_twice", "clips_after_the_step", "leaves_a_stale_gradient"],
)
def test_a_single_slip_costs_a_single_check(name: str) -> None:
    assert len(failed(variants_at(SLUG, 0)[name])) == 1


@pytest.mark.parametrize(
    "pair",
    [
        ("per_tensor_norm", "value_makes_a_copy"),
        ("no_epsilon", "clips_after_the_step"),
        ("value_cuts_only_above", "leaves_a_stale_gradient"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_clipping_by_value_alone_earns_its_own_points() -> None:
    source = EXERCISE.starter.decode().replace(
        'raise NotImplementedError("Exercise 8: clip_grad_value")',
        "[p.grad.clamp_(-clip_value, clip_value) for p in params if p.grad is not None]",
    )
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 3)


# ---------------------------------------------------------------- what is shown


def test_the_pictures_show_four_spikes_and_a_lid_on_them() -> None:
    before, after = (
        examiner().observe(EXERCISE, EXERCISE.reference.encode(), function).own
        for function in ("figure_before", "figure_after")
    )
    ceiling = before["reference_lines"]["max_norm"]
    high = before["y"] > 5 * ceiling
    assert (np.flatnonzero(high) + 1).tolist() == [6, 17, 18, 30]
    assert (after["y"] <= ceiling).all()
    low = before["y"] < 0.99 * ceiling
    assert low.sum() > 20
    assert after["y"][low] == pytest.approx(before["y"][low])


def test_the_trace_tells_the_norm_returned_from_the_norm_used() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own
    assert seen["columns"] == ["step", "loss", "norm", "norm_used", "bias"]
    returned, used = seen["rows"][:, 2], seen["rows"][:, 3]
    assert used == pytest.approx(np.minimum(returned, 4.0), rel=1e-6)
    assert returned.max() > 20
