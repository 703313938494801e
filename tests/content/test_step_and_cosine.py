"""Exercise 10: its reference is PyTorch's schedulers step by step, and every refusal and picture is meant."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts, LRScheduler, StepLR

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "step_and_cosine"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "step_and_cosine.py")
EPOCHS = 1100


def optimizer_with(lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=lr)


def stepped(scheduler: LRScheduler, epochs: int = EPOCHS) -> list[float]:
    """The rate at each of the first epochs, `step` called once after each."""
    seen = []
    for _ in range(epochs):
        seen.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return seen


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(5))
def test_the_stairs_are_step_lr(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base, size, gamma = float(rng.uniform(1e-4, 1.0)), int(rng.integers(1, 40)), float(rng.uniform(0.05, 0.99))
    expected = stepped(StepLR(optimizer_with(base), size, gamma))
    own = [reference.step_lr(epoch, base, size, gamma) for epoch in range(EPOCHS)]
    assert own == pytest.approx(expected, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("length", [1, 2, 7, 50])
@pytest.mark.parametrize("floor", [0.0, 0.01, 1.0])
def test_the_cosine_is_cosine_annealing_long_after_its_floor(length: int, floor: float) -> None:
    """The floor as a share of the base: up to a schedule that stands still."""
    base = 0.3
    expected = stepped(CosineAnnealingLR(optimizer_with(base), length, floor * base))
    own = [reference.cosine_lr(epoch, base, length, floor * base) for epoch in range(EPOCHS)]
    assert own == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("t_mult", [1, 2, 3])
@pytest.mark.parametrize("t_0", [1, 2, 9])
def test_the_restarts_are_those_of_warm_restarts_past_a_thousand_epochs(t_0: int, t_mult: int) -> None:
    base, floor = 0.3, 0.02
    expected = stepped(CosineAnnealingWarmRestarts(optimizer_with(base), t_0, t_mult, floor))
    own = [reference.warm_restarts_lr(epoch, base, t_0, t_mult, floor) for epoch in range(EPOCHS)]
    assert own == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_a_restart_far_away_is_where_whole_numbers_put_it() -> None:
    """The start of cycle n is t_0 (t_mult^n - 1) / (t_mult - 1): the base there, nearly the floor before."""
    for t_0, t_mult, cycles in ((1, 3, 40), (5, 3, 30), (1, 10, 18), (7, 2, 50)):
        for cycle in range(1, cycles):
            start = t_0 * (t_mult**cycle - 1) // (t_mult - 1)
            assert reference.warm_restarts_lr(start, 0.5, t_0, t_mult) == 0.5
            if t_0 * t_mult**cycle < 1e6 and t_0 * t_mult ** (cycle - 1) > 1:
                assert reference.warm_restarts_lr(start - 1, 0.5, t_0, t_mult) < 0.3


@given(st.floats(1e-4, 1.0), st.floats(0.0, 1.0), st.integers(1, 90), st.integers(1, 4), st.integers(0, 5000))
def test_a_cosine_never_leaves_the_range_between_floor_and_base(
    base: float, share: float, length: int, t_mult: int, epoch: int
) -> None:
    floor = share * base
    for rate in (
        reference.cosine_lr(epoch, base, length, floor),
        reference.warm_restarts_lr(epoch, base, length, t_mult, floor),
    ):
        assert floor * (1 - 1e-12) <= rate <= base * (1 + 1e-12)


def test_the_examples_done_by_hand_are_right() -> None:
    assert [reference.step_lr(epoch, 1, 2) for epoch in range(5)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    cosine = [round(reference.cosine_lr(epoch, 1, 4, 0.1), 3) for epoch in range(6)]
    assert cosine == [1, 0.868, 0.55, 0.232, 0.1, 0.232]
    restarts = [round(reference.warm_restarts_lr(epoch, 1, 2, 2), 3) for epoch in range(7)]
    assert restarts == [1, 0.5, 1, 0.854, 0.5, 0.146, 1]


# ---------------------------------------------------------------- what is said of PyTorch


def test_a_logarithm_makes_torch_miss_a_restart_when_it_is_given_the_epoch() -> None:
    """As the explanation, a misconception and item schedules-33 say."""
    given_it = CosineAnnealingWarmRestarts(optimizer_with(1.0), T_0=1, T_mult=3)
    given_it.step(121)
    assert given_it.get_last_lr() == [0.0]
    assert stepped(CosineAnnealingWarmRestarts(optimizer_with(1.0), T_0=1, T_mult=3), 122)[121] == 1.0
    assert int(math.log(243, 3)) == 4
    assert 1 + 3 + 9 + 27 + 81 == 121


def test_a_scheduler_made_in_the_middle_leaves_the_rate_that_it_finds() -> None:
    """As the explanation and item schedules-37 say: 0.1 where the curve is at 0.05."""
    optimizer = optimizer_with(0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.1
    scheduler = CosineAnnealingLR(optimizer, T_max=10, last_epoch=4)
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (5, [0.1])
    assert reference.cosine_lr(5, 0.1, 10) == pytest.approx(0.05)
    assert 0.05 < stepped(scheduler, 2)[1] < 0.1


def test_a_cycle_of_ten_epochs_stops_short_of_the_floor_as_the_explanation_says() -> None:
    assert reference.warm_restarts_lr(9, 1, 10) == pytest.approx(0.024, abs=5e-4)
    assert {reference.warm_restarts_lr(epoch, 0.2, 1) for epoch in range(20)} == {0.2}


def test_a_cosine_meant_in_epochs_runs_through_five_waves_in_one_of_five_hundred_batches() -> None:
    """As item schedules-35 says."""
    seen = np.array(stepped(CosineAnnealingLR(optimizer_with(0.1), T_max=50), 501))
    assert np.flatnonzero(np.isclose(seen, 0.1)).tolist() == [0, 100, 200, 300, 400, 500]
    assert np.flatnonzero(np.isclose(seen, 0.0)).tolist() == [50, 150, 250, 350, 450]


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("counts_with_a_logarithm", {"no_restart_is_missed_or_late"}),
        ("clamps_at_the_end", {"cosine_climbs_after_the_floor", "rates_can_be_asked_in_any_order"}),
        ("ignores_t_mult", {"cycles_grow_by_t_mult", "no_restart_is_missed_or_late"}),
    ],
)
def test_a_single_slip_costs_what_it_touches(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("fraction_not_floored", "clamps_at_the_end"),
        ("whole_wave", "ignores_the_floor"),
        ("ignores_the_floor", "ignores_t_mult"),
        ("falls_an_epoch_early", "counts_from_one"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_one_function_of_three_earns_its_own_points() -> None:
    source = EXERCISE.starter.decode().replace(
        'raise NotImplementedError("Exercise 10: step_lr")', "return base_lr * gamma ** (epoch // step_size)"
    )
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 6)


# ---------------------------------------------------------------- what is shown


@pytest.mark.parametrize(
    ("function", "highest", "lowest"),
    [
        ("figure_steps", [*range(10)], [30, 39]),
        ("figure_cosine", [0, 30], [15]),
        ("figure_restarts", [0, 5, 15, 35], []),
    ],
)
def test_the_pictures_meet_their_lines_where_their_captions_say(
    function: str, highest: list[int], lowest: list[int]
) -> None:
    drawn = examiner().observe(EXERCISE, EXERCISE.reference.encode(), function).own
    rates, lines = drawn["y"], drawn["reference_lines"]
    assert rates[highest] == pytest.approx(lines["base_lr"])
    assert np.flatnonzero(np.isclose(rates, lines["base_lr"])).tolist() == highest
    assert rates[lowest] == pytest.approx(rates.min())
    if "eta_min" in lines:
        assert np.isclose(rates.min(), lines["eta_min"]) == bool(lowest)


def test_the_trace_shows_two_schedules_while_the_third_is_to_be_written() -> None:
    source = EXERCISE.reference.replace("    start, length = 0, t_0", "    raise NotImplementedError")
    seen = examiner().observe(EXERCISE, source.encode(), "trace").own
    assert seen["columns"] == ["step", "step_lr", "cosine_lr", "warm_restarts_lr"]
    assert np.isfinite(seen["rows"][:, :3]).all()
    assert np.isnan(seen["rows"][:, 3]).all()
