"""A gradebook becomes the CSV file that a teacher imports into Moodle's gradebook, with feedback in one language."""

from __future__ import annotations

from gettext import gettext as _
from html import escape
from typing import Literal

from grader.errors import UsageError
from grader.exports import cells
from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Grade, Gradebook, Student, Written
from grader.exports.people import known_by
from grader.locale import say

MOST = 100.0
"""Moodle's import refuses a grade over this, and one refused row aborts the whole import."""

Key = Literal["username", "email", "idnumber"]


def write(book: Gradebook, language: str, key: Key | None = None) -> Written:
    """UTF-8, comma; ``-`` where there is no grade, and no row for a student who has none.

    `key` is the field of Moodle's users that the first column is mapped to; by default the first one that anybody
    has. Whoever could not be matched is left out and noted. Raises UsageError where a grade is over 100.
    """
    _refuse_too_many(book)
    chosen = key or _usual(book)
    graded = [each for each in book.students if any(grade is not None and grade.counts for grade in book.row(each))]
    kept, notes = known_by(graded, lambda student: _field(student, chosen), chosen)
    titles = [cells.line(column.title.in_language(language)) for column in book.columns]
    feedback = say("feedback").in_language(language)
    rows: list[list[cells.Cell]] = [[chosen, "fullname"]]
    for title in titles:
        rows[0] += [title, f"{title} ({feedback})"]
    for student, value in kept:
        row: list[cells.Cell] = [value, cells.line(student.name)]
        for grade in book.row(student):
            row += [_points(grade), _feedback(grade, language)]
        rows.append(row)
    return Written(cells.table(rows).encode(), tuple(notes))


def _refuse_too_many(book: Gradebook) -> None:
    for grade in book.grades:
        if grade.counts and (grade.points or 0.0) > MOST:
            raise UsageError(
                say("{student} has {points} points for {exercise}; Moodle's import refuses more than 100.",
                    student=grade.student, points=cells.number(grade.points or 0.0), exercise=grade.exercise),
                say("Write them out of another number: --out-of 100."),
            )  # fmt: skip


def _usual(book: Gradebook) -> Key:
    if any(student.email for student in book.students):
        return "email"
    return "username" if any(student.login for student in book.students) else "idnumber"


def _field(student: Student, key: Key) -> str:
    return {"username": student.login, "email": student.email, "idnumber": student.id}[key]


def _points(grade: Grade | None) -> cells.Cell:
    return grade.points if grade is not None and grade.counts else cells.NO_GRADE


def _feedback(grade: Grade | None, language: str) -> str:
    if grade is None or grade.feedback is None or not grade.counts:
        return ""
    # Moodle shows feedback as HTML, and a learner wrote some of it.
    return cells.line(escape(grade.feedback.in_language(language), quote=False).replace("\n", " · "))


def _write(book: Gradebook, asked: Asked) -> Written:
    return write(book, asked.language, asked.options["key"])


FORMAT = Format(
    _("The CSV file that Moodle's gradebook imports, with feedback."),
    "moodle.csv",
    "gradebook",
    _write,
    (
        Option(
            "key",
            _("Moodle's field by which learners are found; otherwise the first that the roster has."),
            choices=("username", "email", "idnumber"),
        ),
    ),
)
