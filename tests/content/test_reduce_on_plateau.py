"""Exercise 12: its reference is PyTorch's scheduler in every branch, and what is said of others is so."""

from __future__ import annotations

import math
import random
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.programs import wrong_programs
from tests.content.promises import failed, load, named, variants_at

SLUG = "reduce_on_plateau"
EXERCISE = course().exercise(SLUG)
ReduceOnPlateau = load(EXERCISE.solution / "reduce_on_plateau.py").ReduceOnPlateau
SETTINGS = [
    {"mode": mode, "threshold_mode": threshold_mode, "cooldown": cooldown, "patience": patience}
    for mode, threshold_mode, cooldown, patience in product(("min", "max"), ("rel", "abs"), (0, 3), (0, 2))
]


def own_rates(metrics: list[float], lr: float = 1.0, **settings) -> list[float]:
    watching = ReduceOnPlateau(lr, **settings)
    return [watching.step(metric) for metric in metrics]


def torch_rates(metrics: list[float], lr: float = 1.0, **settings) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler, seen = ReduceLROnPlateau(optimizer, **settings), []
    for metric in metrics:
        scheduler.step(metric)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


def falls(rates: list[float]) -> list[int]:
    """The calls, counted from 1, at which a rate that began at 1 was lowered."""
    return [call for call, (before, after) in enumerate(pairwise([1.0, *rates]), 1) if after < before]


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(map(str, settings.values())))
def test_the_reference_is_reduce_lr_on_plateau(settings: dict) -> None:
    """Metrics of either sign, with nan among them; thresholds of none and many, a minimum, and rates near eps."""
    drawn = random.Random(repr(settings))
    for _ in range(40):
        level, metrics = drawn.choice([0.0, -3.0, 2.0]), []
        for call in range(40):
            metrics.append(level + 0.97**call + drawn.choice([0.0, 0.0, drawn.gauss(0, 0.1)]))
            metrics[-1] = math.nan if drawn.random() < 0.05 else metrics[-1]
        lr = drawn.choice([1.0, 0.1, 1e-6])
        rest = {
            "factor": drawn.choice([0.1, 0.5]),
            "threshold": drawn.choice([0.0, 1e-4, 0.05]),
            "min_lr": drawn.choice([0.0, lr / 7]),
            "eps": drawn.choice([1e-8, lr / 20]),
        }
        assert own_rates(metrics, lr, **settings, **rest) == torch_rates(metrics, lr, **settings, **rest)


@pytest.mark.parametrize("setting", [{"factor": 1.0}, {"factor": 2}, {"mode": "auto"}, {"threshold_mode": "relative"}])
def test_both_refuse_the_same(setting: dict) -> None:
    for make in (own_rates, torch_rates):
        with pytest.raises(ValueError, match=r"[Ff]actor|mode"):
            make([1.0], **setting)


def test_the_defaults_are_those_of_pytorch() -> None:
    metrics = [1.0] * 30 + [0.99995] * 12 + [0.5] * 12
    for lr in (1.0, 1e-6):
        assert own_rates(metrics, lr) == torch_rates(metrics, lr)


def test_the_example_done_by_hand_is_right() -> None:
    assert falls(own_rates([1.0] * 20, patience=2, cooldown=3)) == [4, 10, 16]


# ---------------------------------------------------------------- what is said of PyTorch and of others


def test_a_metric_below_zero_that_stands_still_never_lowers_the_rate() -> None:
    """With the relative threshold, in either mode; at the same height above zero, or with `abs`, it does."""
    for mode in ("min", "max"):
        assert falls(torch_rates([-1.0] * 60, mode=mode, patience=2)) == []
        assert falls(torch_rates([-1.0] * 8, mode=mode, patience=2, threshold_mode="abs")) == [4, 7]
        assert falls(torch_rates([1.0] * 8, mode=mode, patience=2)) == [4, 7]


def test_below_zero_a_loss_that_creeps_up_passes_for_an_improvement() -> None:
    """From -1 to nearly nothing, by a twentieth each time, under a threshold of a tenth."""
    assert falls(torch_rates([-(0.95**call) for call in range(60)], patience=2, threshold=0.1)) == []


def test_the_documentation_of_patience_0_is_not_what_happens() -> None:
    """It says that a metric which remains the same leaves the rate alone: it falls at every call after the first."""
    assert "remains the same" in " ".join((ReduceLROnPlateau.__doc__ or "").split())
    assert falls(torch_rates([1.0] * 6, patience=0)) == [2, 3, 4, 5, 6]


def test_a_rate_of_1e_8_stands_for_ever() -> None:
    assert torch_rates([1.0] * 60, lr=1e-6, patience=0)[-1] == pytest.approx(1e-8)


def test_small_gains_count_once_they_have_added_up() -> None:
    """Each of six tenths of a threshold: every second metric is better than the best by more than a whole one."""
    metrics = [1.0 - 0.6e-4 * call for call in range(20)]
    assert falls(torch_rates(metrics, patience=0))[:4] == [2, 4, 6, 8]
    assert falls(torch_rates(metrics, patience=1)) == []


def test_a_scheduler_resumed_without_its_state_takes_the_first_metric_for_the_best() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    before = ReduceLROnPlateau(optimizer)
    before.step(0.5)
    after = ReduceLROnPlateau(optimizer)
    after.step(0.9)
    assert (before.best, after.best) == (0.5, 0.9)


def test_keras_falls_at_calls_3_7_and_11() -> None:
    """The program that follows its callback line by line."""
    (source,) = (each.source for each in wrong_programs(SLUG) if each.name == "as in Keras all along")
    namespace: dict = {}
    exec(source, namespace)
    watching = namespace["ReduceOnPlateau"](1.0, patience=2, cooldown=3)
    assert falls([watching.step(1.0) for _ in range(12)]) == [3, 7, 11]


def test_a_cooldown_that_is_one_short_falls_at_4_9_and_14() -> None:
    namespace: dict = {}
    exec(variant(SLUG, "cooldown_one_short"), namespace)
    watching = namespace["ReduceOnPlateau"](1.0, patience=2, cooldown=3)
    assert falls([watching.step(1.0) for _ in range(14)]) == [4, 9, 14]


def test_nan_is_neither_better_nor_worse() -> None:
    assert not np.less(math.nan, 1)
    assert not np.greater_equal(math.nan, 1)
    assert falls(torch_rates([math.nan] * 7, patience=2)) == [3, 6]


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("share_of_the_size", {"below_zero_a_share_turns_round"}),
        ("nan_is_better", {"nan_is_not_better"}),
        ("cooldown_keeps_the_best_out", {"cooldown_forgives_but_keeps_the_best"}),
        ("accepts_anything", {"refuses_what_makes_no_sense"}),
    ],
)
def test_a_single_slip_costs_a_single_check(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("patience_is_the_limit", "cooldown_one_short"),
        ("nan_is_skipped", "share_of_the_size"),
        ("factor_taken_away", "accepts_anything"),
        ("minimum_ignored", "fall_forgets_the_best"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_an_object_that_raises_another_error_fails_that_check_alone() -> None:
    source = EXERCISE.reference.replace("raise ValueError(", "raise KeyError(")
    report = grade(SLUG, source, 0)
    assert (report.outcome, failed(report)) == (Outcome.FAILED, {"refuses_what_makes_no_sense"})


# ---------------------------------------------------------------- what is shown


def test_in_the_pictures_each_fall_follows_a_plateau_and_opens_a_descent() -> None:
    rates = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_rate").own
    losses = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_metric").own["y"]
    steps = np.flatnonzero(np.diff(rates["y"])) + 1
    assert len(steps) >= 4
    assert rates["y"][-1] == pytest.approx(rates["reference_lines"]["min_lr"])
    assert all(later < earlier - 0.1 for earlier, later in pairwise(losses[[*steps, len(losses) - 1]]))


def test_the_trace_is_the_example_of_the_brief() -> None:
    rows = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own["rows"]
    assert [int(row[0]) for row in rows if row[0] in (4, 10, 16)] == [4, 10, 16]
    assert np.flatnonzero(np.diff(rows[:, 2])).tolist() == [2, 8, 14]
