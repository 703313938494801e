"""How a grading ended, into one headline, one sentence about what it means, and a strip of points."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.locale import numbers, say, say_many
from grader.locale.numbers import Words
from grader.results import Outcome, Report
from grader.text import Text

_STRIP_WIDTH, _GAP = 1000, 6


class Segment(msgspec.Struct, frozen=True):
    """A check's share of the points, as a place on the strip."""

    x: float
    width: float
    outcome: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The top of a page. A grader error has no points: it is not gradable, never a zero."""

    outcome: str
    headline: Words
    meaning: Words
    points: Words | None
    max_points: Words
    strip: tuple[Segment, ...]


def verdict(report: Report) -> Verdict:
    """The verdict on one report."""
    gradable = report.outcome is not Outcome.GRADER_ERROR
    return Verdict(
        outcome=report.outcome.value,
        headline=clean.words(_headline(report)),
        meaning=clean.words(_meaning(report)),
        points=numbers.number(report.points, 4) if gradable else None,
        max_points=numbers.number(report.max_points, 4),
        strip=_strip(report),
    )


def _headline(report: Report) -> Text:  # noqa: PLR0911  (one a way to end)
    total = len(report.checks)
    passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
    match report.outcome:
        case Outcome.PASSED:
            return say_many("The check passes.", "All {number} checks pass.", total)
        case Outcome.FAILED:
            return say("{passed} of {total} checks pass.", passed=passed, total=total)
        case Outcome.NOT_STARTED:
            return say("Not started yet.")
        case Outcome.DID_NOT_LOAD:
            return say("Your file does not load yet.")
        case Outcome.TIMED_OUT:
            return say("A call did not come back in time.")
        case Outcome.CRASHED:
            return say("Your program ended before it answered.")
        case Outcome.BLOCKED:
            return say("The checks are waiting for one another.")
        case Outcome.GRADER_ERROR:
            return say("The grader failed here. You did not.")


def _meaning(report: Report) -> Text:  # noqa: PLR0911  (one a way to end)
    match report.outcome:
        case Outcome.PASSED:
            return say("Your code does what the exercise asks for.")
        case Outcome.FAILED:
            return say("Take the first one that does not. The others often follow from it.")
        case Outcome.NOT_STARTED:
            return say("The file is still the one you were given. This is where to begin.")
        case Outcome.DID_NOT_LOAD:
            return say("Python stops at the line below, so no check could run. Mend it and run again.")
        case Outcome.TIMED_OUT:
            return say("Most often a loop never reaches its end. The call is named below.")
        case Outcome.CRASHED:
            return say("Python itself was stopped, so no check could look at an answer.")
        case Outcome.BLOCKED:
            return say("No check could run, because each needs another one to pass first.")
        case Outcome.GRADER_ERROR:
            return say(
                "This says nothing about your code and costs you no points. "
                "Run it again; if it stays, send this page to your instructor."
            )


def _strip(report: Report) -> tuple[Segment, ...]:
    total = sum(check.max_points for check in report.checks) or 1.0
    room = _STRIP_WIDTH - _GAP * (len(report.checks) - 1)
    segments, x = [], 0.0
    for check in report.checks:
        width = room * check.max_points / total
        segments.append(Segment(round(x, 1), round(max(width, 1.0), 1), check.outcome.value))
        x += width + _GAP
    return tuple(segments)
