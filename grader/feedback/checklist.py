"""A report's checks into the one that is told in full and the lines of all, each with what unfolds under it."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.feedback.code import Tokens, python_tokens
from grader.feedback.comparison import MismatchView, mismatch_view
from grader.feedback.markdown import Html, inline
from grader.locale import numbers
from grader.locale.numbers import Words
from grader.results import CheckResult, Frame, Outcome, Report

_MOST_FRAMES, _MOST_UNFOLDING = 4, 6
_AROUND = 2


class SourceLine(msgspec.Struct, frozen=True):
    """A line of the learner's file; `marked` where the traceback points at it."""

    number: int
    tokens: Tokens
    marked: bool


class FrameView(msgspec.Struct, frozen=True):
    """A place in the learner's file, with the lines around it where they are known."""

    line: int
    cell: int | None
    function: str
    lines: tuple[SourceLine, ...]


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """One check as a line, and what unfolds under it unless the page's top has `told_above` all there is.

    It `is_about_code` unless nothing of the learner's ran, or the fault is the grader's.
    """

    number: int
    claim: dict[str, Html]
    outcome: str
    points: Words
    max_points: Words
    message: Words | None
    mismatch: MismatchView | None
    frames: tuple[FrameView, ...]
    waits_for: int
    is_about_code: bool
    has_details: bool
    told_above: bool


def full_check(check: CheckResult, report: Report, source: str) -> CheckView:
    """All that is known about one check, with the lines of the learner's `source` around each frame."""
    return _view(
        check,
        report,
        message=None if check.message is None else clean.words(check.message),
        mismatch=None if check.mismatch is None else mismatch_view(check.mismatch),
        frames=tuple(_frame(frame, source) for frame in check.frames[-_MOST_FRAMES:]),
    )


def check_list(report: Report, told_above: CheckResult | None) -> tuple[CheckView, ...]:
    """Every check as a line; under the first few that did not pass unfolds the gist of what is known.

    What a check shares with the one `told_above` (a file that does not load fails them all alike) is not repeated.
    """
    views, unfolding = [], 0
    for check in report.checks:
        has_more = check.message is not None and (told_above is None or check.message != told_above.message)
        if check is told_above or not has_more or report.outcome is Outcome.NOT_STARTED or unfolding >= _MOST_UNFOLDING:
            views.append(_view(check, report, told_above=check is told_above))
            continue
        unfolding += 1
        views.append(
            _view(
                check,
                report,
                message=None if check.message is None else clean.words(check.message, clean.SENTENCE),
                mismatch=None if check.mismatch is None else mismatch_view(check.mismatch, with_rows=False),
                frames=tuple(_frame(frame, "") for frame in check.frames[-1:]),
            )
        )
    return tuple(views)


def _view(
    check: CheckResult,
    report: Report,
    *,
    message: Words | None = None,
    mismatch: MismatchView | None = None,
    frames: tuple[FrameView, ...] = (),
    told_above: bool = False,
) -> CheckView:
    places = {other.id: number for number, other in enumerate(report.checks, start=1)}
    return CheckView(
        number=places[check.id],
        claim=inline(check.claim),
        outcome=check.outcome.value,
        points=numbers.number(check.points, 4),
        max_points=numbers.number(check.max_points, 4),
        message=message,
        mismatch=mismatch,
        frames=frames,
        waits_for=places.get(check.needs or "", 0) if check.outcome is Outcome.BLOCKED else 0,
        is_about_code=check.outcome not in (Outcome.DID_NOT_LOAD, Outcome.GRADER_ERROR),
        has_details=message is not None,
        told_above=told_above,
    )


def _frame(frame: Frame, source: str) -> FrameView:
    rows = source.split("\n")
    is_there = 0 < frame.line <= len(rows) and rows[frame.line - 1].strip() == frame.source.strip()
    if frame.cell is not None or not is_there:
        tokens = python_tokens(clean.line(frame.source))[0]
        lines: tuple[SourceLine, ...] = (SourceLine(frame.line, tokens, marked=True),)
        return FrameView(frame.line, frame.cell, _function(frame.function), lines)
    first = max(frame.line - _AROUND, 1)
    shown = [clean.line(row) for row in rows[first - 1 : frame.line + _AROUND]]
    coloured = python_tokens("\n".join(shown))
    return FrameView(
        frame.line,
        frame.cell,
        _function(frame.function),
        tuple(
            SourceLine(number, tokens, marked=number == frame.line)
            for number, tokens in enumerate(coloured, start=first)
        ),
    )


def _function(name: str) -> str:
    return "" if name == "<module>" else clean.line(name)
