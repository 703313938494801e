"""Who moved in a regrade becomes a table of statements: a row a learner, with a sentence in each language to send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.classroom.moves import CheckMove, Move
from grader.exports import cells
from grader.exports.gradebook import Student
from grader.exports.wording import plain
from grader.locale import LANGUAGES, join, say
from grader.results import Outcome
from grader.telling.outcome import word
from grader.text import Text
from grader.workspace import write_file

FILE = "statements.csv"


def write_statements(folder: Path, moved: Iterable[Move], students: Mapping[str, Student]) -> Path | None:
    """The table beside the results, in place of the last regrade's; None where nobody moved."""
    rows = [_row(move, students.get(move.submission.learner)) for move in moved]
    if not rows:
        return None
    heading: list[cells.Cell] = ["id", "name", "email", "exercise", "attempt", "before", "after", "out_of", *LANGUAGES]
    path = folder / FILE
    write_file(path, cells.table([heading, *rows]).encode("utf-8-sig"))
    return path


def _row(move: Move, student: Student | None) -> list[cells.Cell]:
    submission = move.submission
    told = statement(move)
    return [
        cells.line(submission.learner),
        cells.line(student.name if student else ""),
        cells.line(student.email if student else ""),
        cells.line(submission.exercise),
        submission.attempt,
        move.points_before,
        move.points_before + move.points,
        move.max_points,
        *(cells.line(told.in_language(code)) for code in LANGUAGES),
    ]


def statement(move: Move) -> Text:
    """What happened to one attempt, to whoever handed it in."""
    before, after = move.points_before, move.points_before + move.points
    first = say(
        "Exercise {number} was graded again ({reason}). Your attempt {attempt} had {before} of {most} points and has "
        "{after} now.",
        number=move.number,
        reason=move.reason,
        attempt=move.submission.attempt,
        before=f"{before:g}",
        after=f"{after:g}",
        most=f"{move.max_points:g}",
    )
    return join(" ", [first, *map(_check, move.checks)])


def check_change(check: CheckMove) -> Text:
    """What became of a check: of points alone as points, for "passes → passes" says nothing."""
    if check.before is check.after:
        before, after = check.points_before, check.points_before + check.points
        return say("{before} → {after} points", before=f"{before:g}", after=f"{after:g}")
    return say("{before} → {after}", before=_word(check.before), after=_word(check.after))


def _check(check: CheckMove) -> Text:
    told = say("“{claim}”: {change}.", claim=plain(check.claim), change=check_change(check))
    return told if check.message is None or check.before is check.after else join(" ", [told, plain(check.message)])


def _word(outcome: Outcome | None) -> Text:
    return say("no such check") if outcome is None else word(outcome)
