"""A worksheet downloaded from Moodle gets its grades and comments filled in, and every other byte stays.

The importing teacher's language decides its headings, so they are found as they are and never written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from gettext import gettext as _
from html import escape

import msgspec

from grader.errors import UsageError
from grader.exports import cells
from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Grade, Gradebook, Student, Written
from grader.exports.identity import Claim, Roster
from grader.exports.people import shown
from grader.exports.spans import Cell, read_cells
from grader.locale import say
from grader.text import Text

# Moodle's word for a grade in its own translations, and for the comments: en, es (also of Mexico), ca, gl, eu, pt,
# fr, it, de, nl.
GRADE = frozenset(
    {
        "grade", "calificación", "calificacion", "nota", "qualificació", "cualificación", "kalifikazioa", "note",
        "voto", "valutazione", "bewertung", "beoordeling", "cijfer", "punktzahl", "avaliação",
    }
)  # fmt: skip
COMMENTS = frozenset(
    {
        "feedback comments", "comentarios de retroalimentación", "comentarios de la retroalimentación",
        "comentaris de retroacció", "comentarios de retroalimentación do profesor", "feedback-kommentare",
        "feedback als kommentar", "commentaires de feedback", "commenti di feedback", "comentários de feedback",
        "feedback via comentários", "feedbackopmerkingen",
    }
)  # fmt: skip

_PARTICIPANT = re.compile(r"\D*?(\d+)\s*")


class _Sheet(msgspec.Struct, frozen=True):
    """Where things stand in a worksheet: rows below the heading, and the place of each column that matters."""

    rows: list[list[Cell]]
    heading: list[Cell]
    person: int
    grade: int
    most: int | None
    comments: int | None


def fill(
    worksheet: bytes, book: Gradebook, exercise: str, language: str, *, grade_column: str | None = None
) -> Written:
    """The worksheet with the grades of `exercise`, scaled to the worksheet's own maximum where it names one.

    A row stays as it is where there is no grade to write. `grade_column` names the column where its heading is in a
    language not known here. Raises UsageError where this is no worksheet; notes tell whom no row fits.
    """
    text, encoding = _decoded(worksheet)
    sheet = _sheet(read_cells(text), grade_column)
    column = next((each for each in book.columns if each.exercise == exercise), None)
    if column is None:
        raise UsageError(say("There is no graded exercise {wanted}.", wanted=exercise))
    grades = [(student, grade) for student in book.students if (grade := book.grade(student, column)) is not None]
    edits: list[tuple[Cell, str]] = []
    taken, notes = _matched(sheet, [(student, grade) for student, grade in grades if grade.counts])
    for place, grade in taken:
        edits += _row_edits(sheet, sheet.rows[place], grade, language)
    return Written(_edited(text, edits).encode(encoding, "xmlcharrefreplace"), tuple(notes))


def _decoded(worksheet: bytes) -> tuple[str, str]:
    if worksheet.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(
            say("This is an Excel workbook, and Moodle takes back only what it gave."),
            say("Give the CSV file that Moodle let you download, as it was."),
        )
    try:
        return worksheet.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Every byte is a character of this one, so that what is not touched comes back as it was.
        return worksheet.decode("latin-1"), "latin-1"


def _sheet(rows: list[list[Cell]], grade_column: str | None) -> _Sheet:
    heading, body = (rows[0] if rows else []), rows[1:]
    names = [each.value.removeprefix("\ufeff").strip().casefold() for each in heading]
    wanted = {grade_column.strip().casefold()} if grade_column else GRADE
    grade = next((place for place, name in enumerate(names) if name in wanted), None)
    person = next((place for place in range(len(names)) if _are_participants(body, place)), None)
    if grade is None or person is None:
        raise UsageError(
            say("This is no grading worksheet of Moodle: its columns are {found}.",
                found=", ".join(cells.line(each.value) for each in heading[:12]) or "-"),
            say("Download it from the assignment (offline grading worksheet); if its language is not known here, "
                "name the column with --grade-column."),
        )  # fmt: skip
    comments = next((place for place, name in enumerate(names) if name in COMMENTS), None)
    return _Sheet(body, heading, person, grade, _most(body, grade + 1), comments)


def _are_participants(rows: list[list[Cell]], place: int) -> bool:
    """Whether a column reads "Participant 1", "Participant 2", … in whatever language, each number once."""
    values = [row[place].value for row in rows if len(row) > place]
    numbers = [found[1] for value in values if (found := _PARTICIPANT.fullmatch(value))]
    return bool(values) and len(set(numbers)) == len(values)


def _most(rows: list[list[Cell]], place: int) -> int | None:
    """The column beside the grade, where it holds one and the same number in every row: the maximum."""
    values = {row[place].value for row in rows if len(row) > place}
    return place if len(values) == 1 and _number(values.pop()) else None


def _number(text: str) -> float:
    """A number with a point or a comma; 0 where it is none."""
    found = re.fullmatch(r"\s*(\d+)(?:[.,](\d+))?\s*", text)
    return float(f"{found[1]}.{found[2] or 0}") if found else 0.0


def _matched(sheet: _Sheet, graded: list[tuple[Student, Grade]]) -> tuple[list[tuple[int, Grade]], list[Text]]:
    """The row of each student, by the rule that says whose a submission is."""
    rows = {
        person.id: (place, person) for place, row in enumerate(sheet.rows) if (person := _person(sheet, row, place))
    }
    people = Roster(person for _, person in rows.values())
    claims: defaultdict[int, list[tuple[Student, Grade]]] = defaultdict(list)
    notes = []
    for student, grade in graded:
        ids = (student.id, student.login, student.sis_id)
        settled = people.find(Claim(key=student.id, who=student, guesses=ids, file=""))
        found = settled.student
        if settled.is_contradicted:
            notes.append(
                say("{student} is left out: the row that fits has another number or address.", student=shown(student))
            )
        elif found is None:
            notes.append(say("{student} is left out: no row of the worksheet fits.", student=shown(student)))
        else:
            claims[rows[found.id][0]].append((student, grade))
    for rivals in claims.values():
        if len(rivals) > 1:
            who = ", ".join(shown(student) for student, _ in rivals)
            notes.append(say("These fit the same row of the worksheet, which stays as it is: {who}.", who=who))
    return [(place, found[0][1]) for place, found in sorted(claims.items()) if len(found) == 1], notes


_ID = re.compile(r"[\w.+-]+")


def _person(sheet: _Sheet, row: list[Cell], place: int) -> Student | None:
    """Whose row this is: the participant, the name, and left of the grade an address, a number, a user name."""
    number = _PARTICIPANT.fullmatch(row[sheet.person].value) if len(row) == len(sheet.heading) else None
    if number is None:
        return None
    told = [each.value.strip() for each in row[sheet.person + 2 : sheet.grade]]
    email = next((each for each in told if "@" in each), "")
    login, sis_id = [*(each for each in told if _ID.fullmatch(each)), "", ""][:2]
    name = row[sheet.person + 1].value
    return Student(id=f"row {place}", name=name, email=email, login=login, sis_id=sis_id, moodle_id=number[1])


def _row_edits(sheet: _Sheet, row: list[Cell], grade: Grade, language: str) -> list[tuple[Cell, str]]:
    most = _number(row[sheet.most].value) if sheet.most is not None else grade.max_points
    points = (grade.points or 0.0) * most / grade.max_points if grade.max_points else 0.0
    edits = [(row[sheet.grade], cells.number(min(points, most)))]
    if sheet.comments is not None and grade.feedback is not None:
        lines = escape(grade.feedback.in_language(language), quote=False).split("\n")
        edits.append((row[sheet.comments], f"<p>{'<br>'.join(lines)}</p>"))
    return edits


def _edited(text: str, edits: list[tuple[Cell, str]]) -> str:
    for cell, value in sorted(edits, key=lambda edit: edit[0].start, reverse=True):
        clean = cells.text(value)
        quoted = '"' + clean.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', clean) or cell.quoted else clean
        text = text[: cell.start] + quoted + text[cell.end :]
    return text


def _write(book: Gradebook, asked: Asked) -> Written:
    worksheet = asked.options["worksheet"]
    if worksheet is None:
        raise UsageError(
            say("A worksheet downloaded from Moodle is needed: --worksheet FILE."),
            say("Download it from the assignment: its page of submissions offers the grading worksheet."),
        )
    return fill(worksheet, book, _only_exercise(book), asked.language, grade_column=asked.options["grade_column"])


def _only_exercise(book: Gradebook) -> str:
    if len(book.columns) != 1:
        raise UsageError(
            say("A worksheet holds the grades of one assignment: name the exercise with --exercise."),
            say("Choose one of these: {known}.", known=", ".join(column.exercise for column in book.columns)),
        )
    return book.columns[0].exercise


FORMAT = Format(
    _("The grading worksheet downloaded from Moodle, filled in."),
    "worksheet.csv",
    "gradebook",
    _write,
    (
        Option("worksheet", _("The grading worksheet downloaded from Moodle."), metavar=_("FILE"), kind="file"),
        Option("grade-column", _("What the worksheet calls its column of grades."), metavar=_("NAME")),
    ),
)
