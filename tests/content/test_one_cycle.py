"""Exercise 11: its reference is `OneCycleLR` step by step, and what is said of PyTorch is what PyTorch does."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "one_cycle"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "one_cycle.py")


def stepped(total: int, peak: float = 1.0, **settings: float) -> list[tuple[float, float]]:
    """Rate and momentum of every step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = OneCycleLR(optimizer, peak, total_steps=total, **settings)
    seen = []
    for step in range(total):
        seen.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        if step + 1 < total:
            scheduler.step()
    return seen


@pytest.mark.parametrize(
    ("total", "share"), [(3, 0.34), (3, 0.99), (8, 0.3), (10, 0.3), (37, 0.61), (101, 0.0101), (1200, 0.3), (50, 0.999)]
)
def test_every_step_is_that_of_one_cycle_lr(total: int, share: float) -> None:
    """Whole peaks and peaks between steps, up to both ends of what `pct_start` may be."""
    theirs = stepped(total, 0.7, pct_start=share, div_factor=9.0, final_div_factor=77.0)
    own = [reference.one_cycle_lr(step, 0.7, total, share, 9.0, 77.0) for step in range(total)]
    assert own == pytest.approx([rate for rate, _ in theirs], rel=1e-9, abs=1e-13)
    momenta = [reference.one_cycle_momentum(step, total, share) for step in range(total)]
    assert momenta == pytest.approx([momentum for _, momentum in theirs], rel=1e-12)


@pytest.mark.parametrize("step", [-1, 10, 11, 500])
def test_a_step_outside_is_a_value_error(step: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        reference.one_cycle_lr(step, 1.0, 10)
    with pytest.raises(ValueError, match="outside"):
        reference.one_cycle_momentum(step, 10)


def test_the_examples_done_by_hand_are_right() -> None:
    assert [reference.one_cycle_lr(step, 1, 10) for step in (0, 1, 2, 9)] == pytest.approx([0.04, 0.52, 1, 4e-6])
    assert max(reference.one_cycle_lr(step, 1, 8) for step in range(8)) == pytest.approx(0.9719, abs=5e-5)


def test_torch_lets_a_tenth_call_pass_and_leaves_the_curve_as_the_explanation_says() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = OneCycleLR(optimizer, 1.0, total_steps=10)
    for _ in range(10):
        optimizer.step()
        scheduler.step()
    assert scheduler.get_last_lr() == pytest.approx([0.0495], abs=5e-5)
    assert optimizer.param_groups[0]["momentum"] > 0
    with pytest.raises(ValueError, match="11 times"):
        scheduler.step()


def test_inertia_lengthens_steps_as_the_explanation_says() -> None:
    assert math.isclose(1 / (1 - 0.95), 20)
    assert 1 / (1 - 0.85) < 7


@pytest.mark.parametrize("name", ["lets_one_more_pass", "negative_steps_pass", "stays_at_the_end"])
def test_a_slip_outside_the_cycle_costs_a_single_check(name: str) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == {"no_step_outside_the_cycle_has_a_value"}


@pytest.mark.parametrize(
    "pair",
    [
        ("peak_one_late", "floor_from_the_peak"),
        ("straight_lines", "momentum_follows_the_rate"),
        ("ends_where_it_began", "lets_one_more_pass"),
        ("momentum_stays_down", "starts_at_zero"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_the_rate_alone_earns_its_own_points() -> None:
    source = EXERCISE.reference.replace("    height = ", "    raise NotImplementedError\n    height = ")
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 14)


def test_the_picture_of_the_rate_has_its_peak_between_two_steps_and_ends_below_its_start() -> None:
    """Where its caption says: at 10.4."""
    drawn = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_rate").own
    assert 0.3 * len(drawn["x"]) - 1 == pytest.approx(10.4)
    assert sorted(np.argsort(drawn["y"])[-2:].tolist()) == [10, 11]
    assert drawn["y"].max() < drawn["reference_lines"]["max_lr"]
    assert drawn["y"][0] == pytest.approx(drawn["reference_lines"]["max_lr/div_factor"])
    assert drawn["y"][-1] == pytest.approx(drawn["y"][0] / 10_000)


def test_the_picture_of_the_momentum_is_the_other_way_up() -> None:
    rate, momentum = (
        examiner().observe(EXERCISE, EXERCISE.reference.encode(), name).own
        for name in ("figure_rate", "figure_momentum")
    )
    assert np.argmax(rate["y"]) == np.argmin(momentum["y"])
    assert momentum["y"][[0, -1]] == pytest.approx(momentum["reference_lines"]["max_momentum"])
    assert momentum["y"].min() > momentum["reference_lines"]["base_momentum"]


def test_the_trace_shows_the_rate_while_the_momentum_is_to_be_written() -> None:
    source = EXERCISE.reference.replace("    height = ", "    raise NotImplementedError\n    height = ")
    rows = examiner().observe(EXERCISE, source.encode(), "trace").own["rows"]
    assert np.isfinite(rows[:, 1]).all()
    assert np.isnan(rows[:, 2]).all()
