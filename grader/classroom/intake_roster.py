"""A roster, in whatever way a system or a spreadsheet writes it, becomes students; a worksheet also tells when."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from io import StringIO

import msgspec

from grader.classroom.intake_entries import printable
from grader.classroom.workbooks import csv_of, is_workbook
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.exports.spellings import folded, in_order, plain
from grader.locale import LANGUAGES, say

# What the systems and schools call each column, in words without accents; the first that a roster has is taken.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "student id", "sis user id", "id number", "numero de id", "numero de identificacion", "matricula",
        "codigo de estudiante", "codigo", "expediente", "sid", "identifier", "identificador", "numero", "dni", "id",
    ),
    "sis_id": ("sis user id",),
    "login": (
        "sis login id", "username", "user name", "login", "login id", "nombre de usuario", "usuario", "github username",
    ),
    "email": (
        "email", "email address", "e mail", "mail", "correo", "correo electronico", "direccion de correo",
        "direccion de correo electronico", "direccion email",
    ),
    "section": ("section", "seccion", "group", "groups", "grupo", "grupos"),
    "group": (
        "group", "groups", "group name", "grupo", "grupos", "nombre del grupo", "team", "teams", "equipo", "equipos",
    ),
    "role": ("role", "roles", "rol"),
    "submitted": (
        "last modified submission", "ultima modificacion entrega", "ultima modificacion de la entrega", "submitted at",
        "submission time", "fecha de entrega",
    ),
    "family": ("last name", "surname", "family name", "lastname", "apellidos", "apellido", "apellido s"),
    "given": ("first name", "given name", "firstname", "nombre s", "nombres"),
    "name": (
        "student", "name", "full name", "student name", "sortable name", "nombre completo", "apellidos y nombre",
        "nombre y apellidos", "alumno", "alumna", "estudiante", "participante", "nombre",
    ),
}  # fmt: skip
_DELIMITERS = ",;\t|"


def read_roster(content: bytes, name: str) -> list[Student]:
    """The students of a roster in any of the encodings and delimiters spreadsheets write.

    Raises UsageError, with the columns found, where it does not tell who the students are, or names an id twice.
    """
    lines = list(_rows(_decoded(content)))
    header = next((place for place, row in enumerate(lines) if _columns(row)), None)
    if header is None:
        found = ", ".join(printable(cell) for cell in lines[0][:12]) if lines else "-"
        raise UsageError(
            say("The roster {name} has no column that tells who a student is; its first line is: {found}.",
                name=name, found=found),
            say("Give it a first line with at least one of: id, name, email, username."),
        )  # fmt: skip
    columns = _columns(lines[header])
    students = [
        student
        for row in lines[header + 1 :]
        if (student := _student(_fitted(row, len(lines[header]), columns), columns)) is not None
    ]
    if repeated := _repeated(each.id for each in students):
        raise UsageError(
            say("The roster {name} names two students with the id {id}.", name=name, id=repeated),
            say("Ids must tell students apart: correct the roster."),
        )
    return students


def read_rows(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heading of any table, and its rows as wide as that, each with the number of its line."""
    lines = list(_rows(_decoded(content)))
    if not lines:
        raise UsageError(say("{name} is empty.", name=name))
    columns = _columns(lines[0])
    return lines[0], [
        (place, _fitted(row, len(lines[0]), columns)[: len(lines[0])]) for place, row in enumerate(lines[1:], start=2)
    ]


def student_of(heading: list[str], row: list[str]) -> Student | None:
    """Who a row of a table is about; None where it names nobody."""
    others = ("group", "section", "submitted")
    told = {field: place for field, place in _columns(heading).items() if row[place].strip() and field not in others}
    return _student(row, told) if {"id", "login", "email", "name", "family"} & set(told) else None


def _decoded(content: bytes) -> str:
    if is_workbook(content):
        return csv_of(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == 5:
        return _rows_by(text.split(first, 1)[1], first[4])
    unquoted = re.sub(r'"[^"]*"', "", first)
    return _rows_by(text, max(_DELIMITERS, key=unquoted.count))


def _rows_by(text: str, delimiter: str) -> Iterator[list[str]]:
    for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
        if any(cell.strip() for cell in row):
            yield [cell.strip() for cell in row]


def _columns(row: list[str]) -> dict[str, int]:
    """Where each field stands in a heading, nothing at all where the row is no heading."""
    named = {plain(cell): place for place, cell in reversed(list(enumerate(row)))}
    found = {
        field: named[next(word for word in words if word in named)]
        for field, words in _HEADINGS.items()
        if any(word in named for word in words)
    }
    if "family" in found and "given" not in found and "name" in found:
        found["given"] = found.pop("name")
    # In Canvas's gradebook the column ID is Canvas's own number, and the school's stands beside it.
    if "sis login id" in named and "id" in named:
        found["canvas_id"] = named["id"]
        if "sis user id" not in named:
            found["id"] = named["sis login id"]
    return found if {"id", "login", "email", "name", "family"} & set(found) else {}


def _fitted(row: list[str], width: int, columns: dict[str, int]) -> list[str]:
    """A row with as many cells as the heading: an unquoted "García, José" is one name again."""
    extra, place = len(row) - width, columns.get("name")
    if extra <= 0 or place is None or not all(row[place : place + extra + 1]):
        return [*row, *[""] * -extra]
    return [*row[:place], ", ".join(row[place : place + extra + 1]), *row[place + extra + 1 :]]


_NOBODY = frozenset(
    [
        "points possible",
        "test student",
        "estudiante de prueba",
        "preview user",
        "previewuser",
        "usuario de vista previa",
    ]
)
_STAFF = frozenset(
    ["instructor", "ta", "teaching assistant", "teacher", "reader", "observer", "designer", "grader", "manager",
     "non editing teacher", "profesor", "profesora", "profesor sin permiso de edicion", "docente", "ayudante", "tutor"]
)  # fmt: skip
_PARTICIPANT = re.compile(r"\D*[^\W\d]\D*\s(\d+)")


def _student(row: list[str], columns: dict[str, int]) -> Student | None:
    """The student of a row; None where it is about nobody: a row of points, a test student, somebody who teaches."""
    told = {field: printable(row[place]) for field, place in columns.items()}
    family, given = told.pop("family", ""), told.pop("given", "")
    told["name"] = told.get("name") or ", ".join(filter(None, (family, given)))
    if found := _PARTICIPANT.fullmatch(told.get("id", "")):
        # A worksheet of Moodle's: "Participant 51001" is a number within one assignment, and no id.
        told["moodle_id"] = found[1]
        told["id"] = told.get("sis_id") or told.get("login") or told.get("email") or told["id"]
    told["id"] = told.get("id") or told.get("login") or told.get("email") or told.get("canvas_id") or told["name"]
    roles = {plain(role) for role in re.split(r"[,;]", told.pop("role", "")) if role.strip()}
    told.pop("submitted", None)
    is_nobody = in_order(told["name"]) in _NOBODY or (roles and roles <= _STAFF)
    is_preview = told.get("login", "").endswith("_previewuser")
    return None if not told["id"] or is_nobody or is_preview else msgspec.convert(told, Student)


def read_times(content: bytes) -> dict[str, datetime]:
    """When each student handed in, by id, where the roster is a worksheet that says so; the clock is this machine's."""
    lines = list(_rows(_decoded(content)))
    header = next((place for place, row in enumerate(lines) if _columns(row)), None)
    columns = _columns(lines[header]) if header is not None else {}
    if header is None or "submitted" not in columns:
        return {}
    found = {}
    for row in lines[header + 1 :]:
        fitted = _fitted(row, len(lines[header]), columns)
        student, moment = _student(fitted, columns), moment_of(fitted[columns["submitted"]])
        if student is not None and moment is not None:
            found[student.id] = moment
    return found


_DATED = re.compile(
    r"(?P<day>\d{1,2})\W+(?:de\W+)?(?P<month>[^\W\d]+)\W+(?:de\W+)?(?P<year>\d{4})\D+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?\s*(?P<half>[ap]\.?\s?m)?",
    re.IGNORECASE,
)


def moment_of(words: str) -> datetime | None:
    """A moment as Moodle writes it out ("Friday, 20 November 2026, 11:15 PM"), or as ISO 8601 does."""
    found = _DATED.search(words)
    if found is None:
        try:
            return datetime.fromisoformat(words.strip()).astimezone()
        except ValueError:
            return None
    month = _months().get(plain(found["month"]))
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * found["half"].lower().startswith("p")
    try:
        return datetime(int(found["year"]), month or 0, int(found["day"]), hour, int(found["minute"])).astimezone()
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """The number of each month, by its name in each language."""
    from babel.dates import get_month_names

    return {
        plain(name): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


def _repeated(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for key in keys:
        if folded(key) in seen:
            return key
        seen.add(folded(key))
    return None
