"""A roster becomes students, and a claim the one student it fits: by an id, or by a name that only one of them has."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import StringIO

import msgspec

from grader.classroom.intake_entries import printable
from grader.classroom.intake_layouts import Claim
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.locale import say

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
    "family": ("last name", "surname", "family name", "lastname", "apellidos", "apellido", "apellido s"),
    "given": ("first name", "given name", "firstname", "nombre s", "nombres"),
    "name": (
        "student", "name", "full name", "student name", "sortable name", "nombre completo", "apellidos y nombre",
        "nombre y apellidos", "alumno", "alumna", "estudiante", "participante", "nombre",
    ),
}  # fmt: skip
_DELIMITERS = ",;\t|"


def plain(words: str) -> str:
    """`words` in small letters without accents, its words separated by one space."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", bare))


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


def _decoded(content: bytes) -> str:
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


def _student(row: list[str], columns: dict[str, int]) -> Student | None:
    told = {field: printable(row[place]) for field, place in columns.items()}
    family, given = told.pop("family", ""), told.pop("given", "")
    told["name"] = told.get("name") or ", ".join(filter(None, (family, given)))
    told["id"] = told.get("id") or told.get("login") or told.get("email") or told.get("canvas_id") or told["name"]
    points_row = re.match(r"points possible|test student|estudiante de prueba", plain(told["name"]))
    return None if not told["id"] or points_row else Student(**told)


def _repeated(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    return next((key for key in keys if plain(key) in seen or seen.add(plain(key))), None)  # type: ignore[func-returns-value]


class Roster:
    """Students, to be found by what a path says of them."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = list(students)
        self._by_canvas = {each.canvas_id: each for each in self.students if each.canvas_id}
        self._by_id: defaultdict[str, set[str]] = defaultdict(set)
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._students = {each.id: each for each in self.students}
        for each in self.students:
            for key in (each.id, each.login, each.email, each.sis_id, each.email.partition("@")[0]):
                self._by_id[plain(key)].add(each.id)
            for spelling in _spellings(each.name):
                self._by_name[spelling].add(each.id)

    def find(self, claim: Claim) -> Student | None:
        """The one student a claim fits; None where it fits nobody, or several people alike."""
        if claim.who.canvas_id in self._by_canvas:
            return self._by_canvas[claim.who.canvas_id]
        for key in (claim.who.email, *claim.guesses):
            if found := self._only(self._by_id, plain(key)):
                return found
        return next(filter(None, (self._only(self._by_name, each) for each in _spellings(claim.who.name))), None)

    def knows(self, name: str) -> bool:
        """Whether a student is called so, or has this for an id."""
        claim = Claim(key=name, who=Student(id=name, name=name), guesses=(name,), file="")
        return self.find(claim) is not None

    def _only(self, index: defaultdict[str, set[str]], key: str) -> Student | None:
        found = index.get(key) if key else None
        return self._students[min(found)] if found and len(found) == 1 else None

    def nearest(self, claim: Claim) -> Student | None:
        """The one student whose name has every word of the claim's, or the other way round: worth a second look."""
        words = set(plain(claim.who.name or claim.key).split())
        near = [each for each in self.students if words and (words <= _words(each) or words >= _words(each) != set())]
        return near[0] if len(near) == 1 else None


def _words(student: Student) -> set[str]:
    return set(plain(student.name).split())


def _spellings(name: str) -> set[str]:
    """What "García López, José" may be called: its words in any order, or all in one, as Canvas does."""
    words = plain(name).split()
    return {" ".join(sorted(words)), "".join(words)} - {""}


def known_from(claim: Claim, student: Student | None) -> Student:
    """The student with what the path told besides; without one, all that the path told."""
    if student is None:
        return claim.who
    told = {field: value for field in ("canvas_id", "moodle_id") if (value := getattr(claim.who, field))}
    return msgspec.structs.replace(student, **told)
