"""Exercise 5: its reference is PyTorch's schedulers where they agree, and its checks accept only what is right."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "warmup_schedule"
EXERCISE = course().exercise(SLUG)
CATALOGUE = [entry.id for entry in EXERCISE.misconceptions]
reference = load(EXERCISE.solution / "warmup_schedule.py")


def optimizer_with(lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def rates(scheduler: torch.optim.lr_scheduler.LRScheduler, steps: int) -> list[float]:
    """The rate at each of the first steps."""
    seen = []
    for _ in range(steps):
        seen.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return seen


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(50))
def test_the_rise_is_linear_lr(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base, warmup = float(rng.uniform(1e-4, 1.0)), int(rng.integers(1, 20))
    scheduler = LinearLR(optimizer_with(base), start_factor=1 / warmup, total_iters=warmup - 1)
    own = [reference.warmup_lr(step, base, warmup) for step in range(warmup + 10)]
    assert own == pytest.approx(rates(scheduler, warmup + 10), rel=1e-12)


@pytest.mark.parametrize("seed", range(50))
def test_rise_and_fall_are_linear_lr_and_cosine_annealing_in_sequence(seed: int) -> None:
    """From step 0 to total_steps; beyond it the minimum stays, by the closed form alone."""
    rng = np.random.default_rng(seed)
    base, warmup, length = float(rng.uniform(1e-2, 1.0)), int(rng.integers(1, 15)), int(rng.integers(1, 40))
    floor, total = float(rng.uniform(0.0, 1e-2)), warmup + length
    optimizer = optimizer_with(base)
    rise = LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
    fall = CosineAnnealingLR(optimizer, T_max=length, eta_min=floor)
    expected = rates(SequentialLR(optimizer, [rise, fall], milestones=[warmup]), total + 1)
    own = [reference.warmup_cosine_lr(step, base, warmup, total, floor) for step in range(total + 1)]
    assert own == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert {reference.warmup_cosine_lr(total + extra, base, warmup, total, floor) for extra in (0, 1, 7, 10**6)} == {
        floor
    }


def test_the_cosine_of_torch_climbs_again_as_the_explanation_says() -> None:
    seen = rates(CosineAnnealingLR(optimizer_with(0.1), T_max=10), 21)
    assert seen[10] == pytest.approx(0.0, abs=1e-12)
    assert seen[15] == pytest.approx(0.05)
    assert seen[20] == pytest.approx(0.1)


schedules = st.tuples(
    st.floats(1e-4, 1.0), st.integers(0, 50), st.integers(0, 80), st.floats(0.0, 1.0), st.integers(0, 200)
).filter(lambda drawn: drawn[1] + drawn[2] > 0)


@given(schedules)
def test_a_rate_never_leaves_the_range_between_nothing_or_minimum_and_base(drawn: tuple) -> None:
    base, warmup, length, share, step = drawn
    floor = share * base
    rate = reference.warmup_cosine_lr(step, base, warmup, warmup + length, floor)
    lowest = floor if step >= warmup else 0.0
    assert lowest * (1 - 1e-12) <= rate <= base * (1 + 1e-12)


@given(schedules)
def test_the_schedule_rises_and_then_never_rises_again(drawn: tuple) -> None:
    base, warmup, length, share, _ = drawn
    total = warmup + length
    run = [reference.warmup_cosine_lr(step, base, warmup, total, share * base) for step in range(total + 5)]
    rise, fall = run[:warmup], run[warmup:]
    assert rise == sorted(rise)
    assert all(later <= earlier * (1 + 1e-12) for earlier, later in pairwise(fall))


def test_the_example_done_by_hand_is_right() -> None:
    run = [reference.warmup_cosine_lr(step, 0.4, 4, 12) for step in range(15)]
    assert run[:5] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4])
    assert run[8] == pytest.approx(0.2)
    assert run[12:] == [0.0, 0.0, 0.0]


def of(name: str, function: str, *arguments: float) -> float:
    """A rate of a known wrong way."""
    source: dict[str, object] = {}
    exec(variant(SLUG, name), source)
    return source[function](*arguments)


def test_a_table_with_both_ends_is_linspace_and_has_one_part_fewer() -> None:
    table = [of("table_with_both_ends", "warmup_lr", step, 0.4, 4) for step in range(4)]
    assert table == pytest.approx(np.linspace(0, 0.4, 4).tolist())
    assert np.diff(table) == pytest.approx([0.4 / 3] * 3)


def test_a_minimum_as_a_share_ends_below_the_rate_that_was_asked() -> None:
    assert of("minimum_as_a_share", "warmup_cosine_lr", 9, 0.1, 2, 9, 0.01) == pytest.approx(0.001)
    assert of("minimum_as_a_share", "warmup_cosine_lr", 9, 0.5, 2, 9, 0.1) == pytest.approx(0.05)


def test_a_hundred_and_eighty_radians_are_more_than_28_turns() -> None:
    assert 28 < 180 / (2 * math.pi) < 29
    assert math.cos(180) != pytest.approx(-1)


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("divides_by_zero_without_warmup", "no_warmup_means_no_rise"),
        ("rises_from_the_minimum", "cosine_begins_with_the_same_rise"),
        ("cosine_from_step_zero", "cosine_falls_from_base_to_minimum"),
    ],
)
def test_a_single_slip_costs_a_single_check(name: str, check: str) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == {check}


@pytest.mark.parametrize(
    "pair",
    [
        ("starts_at_zero", "divides_by_zero_without_warmup"),
        ("cosine_from_step_zero", "ignores_the_minimum"),
        ("climbs_again", "ignores_the_minimum"),
        ("keeps_growing", "cosine_upside_down"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


WRONG = {
    "counts from one": ("base_lr * (step + 1) /", "base_lr * (step + 2) /"),
    "one step of warmup too many": (
        "if step < warmup_steps:\n        return base_lr",
        "if step <= warmup_steps:\n        return base_lr",
    ),
    "the minimum one step late": ("step >= total_steps", "step > total_steps"),
    "the rise wins where both end": (
        "    if step >= total_steps:\n        return min_lr\n    if step < warmup_steps:",
        "    if step > total_steps:\n        return min_lr\n    if step <= warmup_steps:",
    ),
    "in degrees": ("math.pi * progress", "180 * progress"),
    "another default": ("min_lr=0.0", "min_lr=1e-5"),
    "an exponential fall": ("(1 + math.cos(math.pi * progress)) / 2", "math.exp(-5 * progress)"),
    "text": ("    return base_lr\n", '    return f"{base_lr}"\n'),
}  # fmt: skip


@pytest.mark.parametrize("way", WRONG)
def test_other_wrong_ways_do_not_pass_either(way: str) -> None:
    before, after = WRONG[way]
    assert EXERCISE.reference.count(before) == 1
    assert grade(SLUG, EXERCISE.reference.replace(before, after), 9).outcome is Outcome.FAILED


# ---------------------------------------------------------------- what the checks accept


def test_one_function_of_two_earns_its_own_points() -> None:
    source = EXERCISE.starter.decode().replace(
        'raise NotImplementedError("Exercise 5: warmup_lr")',
        "return base_lr * (step + 1) / warmup_steps if step < warmup_steps else base_lr",
    )
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 9)


# ---------------------------------------------------------------- what is shown


def test_the_pictures_meet_their_reference_lines() -> None:
    warmup = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_warmup").own
    assert warmup["y"][7:] == pytest.approx(warmup["reference_lines"]["base_lr"])
    cosine = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_cosine").own
    assert cosine["y"].max() == pytest.approx(cosine["reference_lines"]["base_lr"])
    assert cosine["y"][40:] == pytest.approx(cosine["reference_lines"]["min_lr"])


def test_the_trace_shows_one_schedule_while_the_other_is_to_be_written() -> None:
    source = EXERCISE.reference.replace(
        "    if step >= total_steps:", "    raise NotImplementedError\n    if step >= total_steps:"
    )
    seen = examiner().observe(EXERCISE, source.encode(), "trace").own
    assert seen["columns"] == ["step", "warmup_lr", "warmup_cosine_lr"]
    assert np.isfinite(seen["rows"][:, :2]).all()
    assert all(math.isnan(rate) for rate in seen["rows"][:, 2])
