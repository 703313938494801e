"""A class's attempts become what to teach again: each check's and exercise's statistics, and who believes what.

Statistics of items read first attempts only: retries bring everybody to the top and leave nothing to compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec
import numpy as np

from grader.analytics.gather import Attempt, CheckKnown, Gathered, Try, gather
from grader.analytics.items import (
    RESAMPLES,
    Array,
    ItemStatistics,
    WholeStatistics,
    item_statistics,
    whole_statistics,
)
from grader.results import Belief, Outcome
from grader.text import Text


class Spread(msgspec.Struct, frozen=True):
    """How many attempts it took: learners by number of attempts, how many have not passed yet, and the median."""

    learners: dict[int, int]
    never: int
    median: float | None


class CheckStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One check in one class: the item's statistics, the outcomes of first attempts, and attempts until it passed."""

    id: str
    claim: Text
    max_points: float
    item: ItemStatistics
    first_outcomes: dict[Outcome, int]
    to_pass: Spread


class ExerciseStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise in one class.

    `learners` handed in something, `judged` of them something whose checks say anything. `histogram` counts first
    attempts by share of the points: ten bins of a tenth each, [0, 0.1) to [0.9, 1), and an eleventh for all points.
    """

    id: str
    number: int
    learners: int
    judged: int
    not_started: int
    not_gradable: int
    whole: WholeStatistics
    histogram: tuple[int, ...]
    to_pass: Spread
    checks: tuple[CheckStatistics, ...]


class BeliefStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Who showed a belief in an exercise: in the last attempt, in any, or as one of several that fit alike."""

    exercise: str
    belief: Belief
    now: tuple[str, ...]
    ever: tuple[str, ...]
    possibly: tuple[str, ...]


class ClassStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The whole class. `beliefs` stand most frequent first; `items` and `whole` take each exercise as one item."""

    learners: int
    exercises: tuple[ExerciseStatistics, ...]
    beliefs: tuple[BeliefStatistics, ...]
    items: tuple[ItemStatistics, ...]
    whole: WholeStatistics


def class_statistics(attempts: Iterable[Attempt], *, seed: int, resamples: int = RESAMPLES) -> ClassStatistics:
    """Everything a class's report says in numbers; `seed` draws the bootstrap's learners."""
    exercises = gather(attempts)
    learners = sorted({learner for known in exercises for learner in known.attempts})
    points = _matrix(learners, exercises)
    maxima = np.array([known.max_points for known in exercises])
    ids = tuple(known.id for known in exercises)
    return ClassStatistics(
        learners=len(learners),
        exercises=tuple(_exercise(known, seed, resamples) for known in exercises),
        beliefs=_beliefs(exercises),
        items=item_statistics(points, maxima, ids, seed=seed, resamples=resamples),
        whole=whole_statistics(points, maxima),
    )


def _matrix(learners: Sequence[str], exercises: Sequence[Gathered]) -> Array:
    """First attempts' points (learners, exercises), NaN where there is none."""
    points = np.full((len(learners), len(exercises)), np.nan)
    for row, learner in enumerate(learners):
        for column, known in enumerate(exercises):
            if learner in known.attempts and (first := known.first(learner)):
                points[row, column] = first.points
    return points


def _exercise(known: Gathered, seed: int, resamples: int) -> ExerciseStatistics:
    firsts = [first for learner in sorted(known.attempts) if (first := known.first(learner))]
    checks = list(known.checks.values())
    points = np.full((len(firsts), len(checks)), np.nan)
    for row, first in enumerate(firsts):
        points[row] = [first.checks[check.id][1] if check.id in first.checks else np.nan for check in checks]
    maxima = np.array([check.max_points for check in checks])
    items = item_statistics(points, maxima, tuple(known.checks), seed=seed, resamples=resamples)
    tries = [tried for learner in known.attempts if (tried := known.tries(learner))]
    outcomes = [each[-1].outcome for each in known.attempts.values()]
    return ExerciseStatistics(
        id=known.id,
        number=known.number,
        learners=len(known.attempts),
        judged=len(firsts),
        not_started=outcomes.count(Outcome.NOT_STARTED),
        not_gradable=outcomes.count(Outcome.GRADER_ERROR),
        whole=whole_statistics(points, maxima),
        histogram=_histogram(firsts, known.max_points),
        to_pass=_spread([_first_passed(theirs) for theirs in tries]),
        checks=tuple(_check(check, item, firsts, tries) for check, item in zip(checks, items, strict=True)),
    )


def _check(check: CheckKnown, item: ItemStatistics, firsts: list[Try], tries: list[list[Try]]) -> CheckStatistics:
    return CheckStatistics(
        id=check.id,
        claim=check.claim,
        max_points=check.max_points,
        item=item,
        first_outcomes=dict(Counter(first.checks[check.id][0] for first in firsts if check.id in first.checks)),
        to_pass=_spread([_first_passed(theirs, check.id) for theirs in tries]),
    )


def _first_passed(tries: list[Try], check: str | None = None) -> int | None:
    """The attempt, from 1, that first passed as a whole or in one check; None where none did."""
    outcomes = (each.checks.get(check, (None,))[0] if check else each.outcome for each in tries)
    return next((number for number, outcome in enumerate(outcomes, 1) if outcome is Outcome.PASSED), None)


def _spread(numbers: list[int | None]) -> Spread:
    passed = sorted(number for number in numbers if number is not None)
    return Spread(dict(Counter(passed)), len(numbers) - len(passed), float(median(passed)) if passed else None)


def _histogram(firsts: list[Try], maximum: float) -> tuple[int, ...]:
    # Rounded first: 0.3 of a point times ten is 2.9999999999999996, and belongs to the bin that begins at 0.3.
    shares = np.array([first.points for first in firsts]) / maximum if maximum > 0 else np.array([])
    bins = np.clip(np.floor(np.round(10 * shares, 9)), 0, 10).astype(int)
    return tuple(np.bincount(bins, minlength=11).tolist())


def _beliefs(exercises: Sequence[Gathered]) -> tuple[BeliefStatistics, ...]:
    found = (_belief(known, belief) for known in exercises for belief in known.beliefs.values())
    return tuple(sorted(found, key=lambda each: (-len(each.now), -len(each.ever), each.exercise, each.belief.id)))


def _belief(known: Gathered, belief: Belief) -> BeliefStatistics:
    learners = sorted(known.attempts)
    ever = tuple(who for who in learners if any(belief.id in each.beliefs for each in known.attempts[who]))
    return BeliefStatistics(
        exercise=known.id,
        belief=belief,
        now=tuple(who for who in ever if (last := known.last(who)) and belief.id in last.beliefs),
        ever=ever,
        possibly=tuple(who for who in learners if (last := known.last(who)) and belief.id in last.possible),
    )
