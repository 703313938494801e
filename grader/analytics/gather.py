"""A stream of reports, in any order, becomes one small record a learner and exercise: what each attempt came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from grader.results import Belief, CheckResult, Outcome, Report
from grader.text import Text

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_NOT_TRIED = {Outcome.NOT_STARTED, Outcome.GRADER_ERROR}
_NOT_JUDGED = {*_NOT_TRIED, Outcome.DID_NOT_LOAD}


class Attempt(msgspec.Struct, frozen=True):
    """One report, whose it is, and which attempt at its exercise, counted from 1."""

    learner: str
    number: int
    report: Report
    submitted_at: datetime | None = None


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a report once it is gathered: outcomes and points by check, and the beliefs it showed."""

    number: int
    submitted_at: datetime | None
    outcome: Outcome
    points: float
    checks: dict[str, tuple[Outcome, float]]
    beliefs: tuple[str, ...]
    possible: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether its checks say something: the file loaded, was more than the starter, and the grader did its part."""
        return self.outcome not in _NOT_JUDGED


class CheckKnown(msgspec.Struct, frozen=True):
    """What is the same for everybody about one check."""

    id: str
    claim: Text
    max_points: float


class Gathered(msgspec.Struct):
    """Everything known of one exercise in one class: its checks, the beliefs met, and every learner's attempts."""

    id: str
    number: int
    max_points: float = 0.0
    checks: dict[str, CheckKnown] = {}
    beliefs: dict[str, Belief] = {}
    attempts: dict[str, list[Try]] = {}

    def tries(self, learner: str) -> list[Try]:
        """What a learner handed in that was more than the starter and could be graded, in order."""
        return [each for each in self.attempts[learner] if each.outcome not in _NOT_TRIED]

    def first(self, learner: str) -> Try | None:
        """The first attempt whose checks say something."""
        return next((each for each in self.attempts[learner] if each.judged), None)

    def last(self, learner: str) -> Try | None:
        """The last attempt whose checks say something."""
        return next((each for each in reversed(self.attempts[learner]) if each.judged), None)


def gather(attempts: Iterable[Attempt]) -> list[Gathered]:
    """The exercises by number; a report is let go of as soon as it is read."""
    exercises: dict[str, Gathered] = {}
    shared: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for each in attempts:
        report = each.report
        known = exercises.setdefault(report.exercise.id, Gathered(report.exercise.id, report.exercise.number))
        known.max_points = report.max_points
        known.checks.update({check.id: _known(check) for check in report.checks if check.id not in known.checks})
        known.beliefs.update({belief.id: belief for belief in _beliefs(report) if belief.id not in known.beliefs})
        known.attempts.setdefault(each.learner, []).append(_try(each, shared[known.id]))
    for known in exercises.values():
        for theirs in known.attempts.values():
            dated = all(each.submitted_at for each in theirs)
            theirs.sort(key=lambda each: ((each.submitted_at if dated else None) or _EARLIEST, each.number))
    return sorted(exercises.values(), key=lambda known: (known.number, known.id))


def _known(check: CheckResult) -> CheckKnown:
    return CheckKnown(check.id, check.claim, check.max_points)


def _try(attempt: Attempt, names: dict[str, str]) -> Try:
    report = attempt.report
    # One string for each check's name, not one a report: a class of ten thousand has eighty thousand of them.
    checks = {names.setdefault(each.id, each.id): (each.outcome, each.points) for each in report.checks}
    return Try(
        number=attempt.number,
        submitted_at=attempt.submitted_at,
        outcome=report.outcome,
        points=report.points,
        checks=checks,
        beliefs=_named(report, "misconception"),
        possible=_named(report, "one_of"),
    )


def _named(report: Report, kind: str) -> tuple[str, ...]:
    return tuple(belief.id for each in report.diagnosis if each.kind == kind for belief in each.beliefs)


def _beliefs(report: Report) -> Iterator[Belief]:
    for each in report.diagnosis:
        yield from each.beliefs
