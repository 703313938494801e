"""Exercise 11: its reference is `OneCycleLR` step by step, and what is said of PyTorch is what PyTorch does."""

from __future__ import annotations

import math

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from tests.content.driver import course
from tests.content.promises import failed, load, variants_at

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
