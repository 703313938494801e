"""A gradebook becomes the CSV file that Canvas's gradebook imports (rules read in its `gradebook_importer.rb`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from gettext import gettext as _

from grader.course import Course
from grader.errors import UsageError
from grader.exports import cells
from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Column, Grade, Gradebook, Student, Written
from grader.exports.people import left_out, shown
from grader.locale import say
from grader.text import Text

HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_ROW = "    Points Possible"
EXCUSED = "EX"

_ID_AT_END = re.compile(r"(.*\s)\((\d+)\)", re.DOTALL)
# Columns with these words in their heading are taken for totals, and skipped without a word.
_SKIPPED = re.compile(
    "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade"
    "|Override Score|Override Grade|Override Status"
)


def write(book: Gradebook, language: str, ids: Mapping[str, str] | None = None) -> Written:
    """UTF-8 without a mark, one line a row. `ids` gives Canvas's number for each exercise.

    A blank clears a grade that Canvas has, so a student without any grade has no row and an exercise without any has
    no column. Raises UsageError on an id that is not a number, is given twice or to an exercise that is not there.
    """
    numbers = _checked(book, ids or {})
    columns = [column for column in book.columns if any(_has_grade(book.grade(each, column)) for each in book.students)]
    students = [each for each in book.students if any(map(_has_grade, book.row(each)))]
    kept, notes = _told_apart(students)
    headings = _headings(columns, language, numbers)
    rows: list[list[cells.Cell]] = [
        [*HEADER, *headings],
        [POINTS_ROW, "", "", "", "", *(column.max_points for column in columns)],
    ]
    rows += [[*_who(student), *(_points(book.grade(student, column)) for column in columns)] for student in kept]
    return Written(cells.table(rows).encode(), tuple(notes))


def heading(column: Column, language: str, assignment: str | None) -> str:
    """``Title (id)``. Without an id, a title such as "Ejercicio (2026)" becomes "Ejercicio [2026]": no id is read."""
    title = cells.line(column.title.in_language(language))
    if _SKIPPED.search(title) or title in HEADER:
        title = column.exercise
    if assignment is not None:
        return f"{title} ({assignment})"
    found = _ID_AT_END.fullmatch(title)
    return f"{found[1]}[{found[2]}]" if found else title


def _headings(columns: list[Column], language: str, numbers: Mapping[str, str]) -> list[str]:
    """One heading a column; of two alike Canvas would read the first one twice."""
    found = [heading(column, language, numbers.get(column.exercise)) for column in columns]
    return [column.exercise if found.count(each) > 1 else each for column, each in zip(columns, found, strict=True)]


def _checked(book: Gradebook, ids: Mapping[str, str]) -> dict[str, str]:
    known = {column.exercise for column in book.columns}
    for exercise, number in ids.items():
        if exercise not in known:
            raise UsageError(
                say("There is no graded exercise {wanted}.", wanted=exercise),
                say("Choose one of these: {known}.", known=", ".join(sorted(known))),
            )
        if not (number.isascii() and number.isdecimal()):
            raise UsageError(
                say("{number} is not an assignment's number in Canvas.", number=number),
                say("It stands at the end of the assignment's address, as in …/assignments/524895."),
            )
    for number, times in Counter(ids.values()).items():
        if times > 1:
            raise UsageError(say("Two exercises are given the same number, {number}.", number=number))
    return dict(ids)


def _has_grade(grade: Grade | None) -> bool:
    return grade is not None and (grade.counts or grade.excused)


def _told_apart(students: list[Student]) -> tuple[list[Student], list[Text]]:
    """Those whom Canvas can take for one person only, and notes on the others and on those it will ask about."""
    times = Counter(key for each in students for key in set(_keys(each) or [(HEADER[0], _name(each))]))
    kept, notes, nameless = [], [], []
    for student in students:
        keys = _keys(student)
        twice = [key for key in keys or [(HEADER[0], _name(student))] if times[key] > 1]
        if twice:
            key, value = twice[0]
            notes.append(left_out(student, key, value))
            continue
        kept.append(student)
        if not keys:
            nameless.append(shown(student))
    if nameless:
        who = ", ".join(nameless)
        notes.append(say("No id that Canvas knows; it will look for the exact name, or ask: {who}.", who=who))
    return kept, notes


def _keys(student: Student) -> list[tuple[str, str]]:
    """What Canvas matches by, in its order; what could not be written as it is would match nobody."""
    own = zip(HEADER[1:4], (student.canvas_id, student.sis_id, student.login), strict=True)
    return [(name, value) for name, value in own if value and not cells.runs(value) and (name != "ID" or _is_id(value))]


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal()


def _name(student: Student) -> str:
    """The name, unless Canvas would take the row for the one that holds the points."""
    name = cells.line(student.name)
    return student.id if not name or POINTS_ROW.strip() in name else name


def _who(student: Student) -> list[str]:
    keys = dict(_keys(student))
    return [_name(student), *(keys.get(column, "") for column in HEADER[1:4]), cells.line(student.section)]


def _points(grade: Grade | None) -> cells.Cell:
    if grade is None:
        return None
    return EXCUSED if grade.excused else grade.points


def _write(book: Gradebook, asked: Asked) -> Written:
    return write(book, asked.language, _numbers(asked.options["map"], asked.course))


def _numbers(given: Iterable[str], course: Course) -> dict[str, str]:
    """Each exercise's assignment, as ``EXERCISE=ID`` says it."""
    numbers: dict[str, str] = {}
    for each in given:
        name, sign, number = each.partition("=")
        if not sign:
            raise UsageError(say("--map takes EXERCISE=ID, as in adam_step=524895; found {given}.", given=each))
        exercise = course.exercise(name).id
        if exercise in numbers:
            raise UsageError(say("--map names {exercise} twice.", exercise=exercise))
        numbers[exercise] = number.strip()
    return numbers


FORMAT = Format(
    _("The CSV file that Canvas's gradebook imports."),
    "canvas.csv",
    "gradebook",
    _write,
    (
        Option(
            "map",
            _("Canvas's number of an exercise's assignment (repeatable)."),
            metavar=_("EXERCISE=ID"),
            repeatable=True,
        ),
    ),
)
