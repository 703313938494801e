"""Two editions' results of the same submissions become who moved, at which check, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from statistics import fmean
from typing import Any, Literal

import msgspec

from grader.classroom.policy import Policy, counted
from grader.classroom.rows import Edition, Kept, KeptResult
from grader.classroom.store import Store
from grader.locale import join, say
from grader.results import CheckResult, Outcome, Report
from grader.text import Text

Cause = Literal["exercise", "checks", "seed"]


class CheckMove(msgspec.Struct, frozen=True):
    """A check whose outcome or points changed; None stands where an edition has no such check."""

    id: str
    claim: Text
    before: Outcome | None
    after: Outcome | None
    points: float
    message: Text | None
    points_before: float = 0.0


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One submission that another edition judges differently; `points` is what it gained, negative where it lost.

    `number` is its exercise's.
    """

    submission: Kept
    before: Outcome
    after: Outcome
    points: float
    checks: tuple[CheckMove, ...]
    causes: tuple[Cause, ...]
    points_before: float
    max_points: float
    number: int
    regraded_at: datetime

    @property
    def kind(self) -> tuple[Any, ...]:
        """Alike for all to whom the same happened."""
        checks = tuple((one.id, one.before, one.after, one.points) for one in self.checks)
        return self.before, self.after, self.points_before, self.points, checks

    @property
    def reason(self) -> Text:
        """What changed between the two editions, in words."""
        return join("; ", [_CAUSES[cause]() for cause in self.causes])


_CAUSES = {
    "exercise": lambda: say("the exercise has another version"),
    "checks": lambda: say("the checks changed"),
    "seed": lambda: say("other inputs were drawn"),
}


def moves(store: Store, before: Edition, after: Edition) -> Iterator[Move]:
    """Who moved from one edition to the other; a submission that only one of them graded did not move.

    Both sides are read in the same order, a page at a time, so a class of any size takes the same memory.
    """
    earlier, later = store.results([before]), store.results([after])
    old, new = next(earlier, None), next(later, None)
    while old and new:
        if old.submission.id == new.submission.id:
            if found := compared(old, new):
                yield found
            old, new = next(earlier, None), next(later, None)
        elif old.submission.id < new.submission.id:
            old = next(earlier, None)
        else:
            new = next(later, None)


def mean_change(store: Store, before: Edition, after: Edition, policy: Policy) -> tuple[float | None, float | None]:
    """The mean of the points that count before and after, over the learners of whom both editions know some."""
    was, now = (
        {one.learner: one.points for one in counted(store.results([edition]), policy) if one.points is not None}
        for edition in (before, after)
    )
    both = was.keys() & now.keys()
    if not both:
        return None, None
    return fmean(was[one] for one in both), fmean(now[one] for one in both)


def story(store: Store) -> Iterator[tuple[str, list[Move]]]:
    """What regrades changed so far: an exercise and who moved, one step of its history after the other."""
    for exercise, history in sorted(store.edition_history().items()):
        for before, after in pairwise(history):
            found = [move for move in moves(store, before, after) if move.after is not Outcome.GRADER_ERROR]
            if found:
                yield exercise, found


def compared(old: KeptResult, new: KeptResult) -> Move | None:
    """The move between two results of one submission, None where points and outcomes are the same."""
    checks = tuple(_check_moves(old.report, new.report))
    if not checks and old.report.outcome is new.report.outcome and old.report.points == new.report.points:
        return None
    return Move(
        submission=new.submission,
        before=old.report.outcome,
        after=new.report.outcome,
        points=new.report.points - old.report.points,
        checks=checks,
        causes=tuple(_causes(old.edition, new.edition)),
        points_before=old.report.points,
        max_points=new.report.max_points,
        number=new.report.exercise.number,
        regraded_at=new.graded_at,
    )


def _check_moves(old: Report, new: Report) -> Iterator[CheckMove]:
    earlier, later = {check.id: check for check in old.checks}, {check.id: check for check in new.checks}
    for name, told in {**earlier, **later}.items():
        (was, had), (now, has) = _standing(earlier.get(name)), _standing(later.get(name))
        if (was, had) != (now, has):
            yield CheckMove(name, told.claim, was, now, has - had, told.message if name in later else None, had)


def _standing(check: CheckResult | None) -> tuple[Outcome | None, float]:
    return (check.outcome, check.points) if check else (None, 0.0)


def _causes(old: Edition, new: Edition) -> Iterator[Cause]:
    if old.exercise_version != new.exercise_version:
        yield "exercise"
    if old.checks_version != new.checks_version:
        yield "checks"
    if old.seed_policy != new.seed_policy:
        yield "seed"
