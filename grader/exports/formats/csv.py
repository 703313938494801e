"""A gradebook becomes a CSV file for spreadsheets: a row a learner, a column an exercise, and the total."""

from __future__ import annotations

from gettext import gettext as _

from grader.exports import cells
from grader.exports.format import Asked, Format
from grader.exports.gradebook import Grade, Gradebook, Written
from grader.locale import say

EXCUSED = "EX"


def write(book: Gradebook, language: str) -> Written:
    """UTF-8 with the mark by which spreadsheets know it, so that accents show.

    A grade that is not there is blank. The total is blank, too, where it has no part, and where one of its parts could
    not be graded: a sum without it would count it as a zero.
    """
    words = say("Name"), say("Section"), say("Total")
    name, section, total = (word.in_language(language) for word in words)
    titles = [
        f"{cells.line(each.title.in_language(language))} / {cells.number(each.max_points)}" for each in book.columns
    ]
    rows: list[list[cells.Cell]] = [["id", name, section, *map(cells.line, titles), total]]
    for student in book.students:
        grades = book.row(student)
        who = [cells.line(each) for each in (student.id, student.name, student.section)]
        rows.append([*who, *map(_points, grades), _total(grades)])
    return Written(cells.table(rows).encode("utf-8-sig"))


def _points(grade: Grade | None) -> cells.Cell:
    if grade is None:
        return None
    return EXCUSED if grade.excused else grade.points


def _total(grades: list[Grade | None]) -> float | None:
    if any(grade is not None and grade.not_gradable and not grade.excused for grade in grades):
        return None
    counted = [grade.points or 0.0 for grade in grades if grade is not None and grade.counts]
    return sum(counted) if counted else None


def _write(book: Gradebook, asked: Asked) -> Written:
    return write(book, asked.language)


FORMAT = Format(
    _("A table for spreadsheets: a row a learner, a column an exercise."), "grades.csv", "gradebook", _write
)
