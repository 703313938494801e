"""A gradebook becomes a CSV file for spreadsheets: a row a learner, a column an exercise, and the total."""

from __future__ import annotations

from grader.exports import cells
from grader.exports.gradebook import Gradebook


def write(book: Gradebook, language: str) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it, so that accents show."""
    header = ["id", "name", *(column.exercise for column in book.columns), "total"]
    rows: list[list[cells.Cell]] = [list(header)]
    for student in book.students:
        grades = [book.grade(student, column) for column in book.columns]
        points = [None if grade is None or grade.excused else grade.points for grade in grades]
        rows.append([student.id, student.name, *points, sum(each for each in points if each is not None)])
    return cells.table(rows).encode("utf-8-sig")
