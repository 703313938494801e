"""How a grading ended, into one headline, one sentence about what it means, and a strip of points."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.locale import numbers
from grader.locale.numbers import Words
from grader.results import Outcome, Report
from grader.telling import outcome

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
        headline=clean.words(outcome.headline(report)),
        meaning=clean.words(outcome.meaning(report)),
        points=numbers.number(report.points, 4) if gradable else None,
        max_points=numbers.number(report.max_points, 4),
        strip=_strip(report),
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
