"""A table of who has longer, or more attempts, becomes what a policy asks: by learner and exercise.

It is read as a roster is, whatever system wrote it. A row that fits nobody, or several, gives nobody more time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time

from grader.classroom.intake_roster import moment_of, read_rows, student_of
from grader.classroom.policy import Extension
from grader.course import Course
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.exports.identity import Claim, Roster, groups_of
from grader.exports.spellings import plain
from grader.locale import join, say
from grader.text import Text

EVERY = ""
"""The name under which an extension of all exercises stands."""
_HEADINGS: dict[str, tuple[str, ...]] = {
    "exercise": ("exercise", "assignment", "assignment name", "ejercicio", "tarea", "actividad"),
    "until": (
        "until", "extension", "extended due date", "extension due date", "due", "due date", "due at", "deadline",
        "hasta", "prorroga", "fecha de prorroga", "fecha limite", "fecha de entrega", "vencimiento",
    ),
    "attempts": (
        "extra attempts", "attempts", "additional attempts", "intentos extra", "intentos", "intentos adicionales",
    ),
    "group": ("group", "group name", "team", "grupo", "nombre del grupo", "equipo"),
}  # fmt: skip
Extensions = dict[tuple[str, str], Extension]


def read_extensions(
    content: bytes, name: str, students: Mapping[str, Student], course: Course
) -> tuple[Extensions, list[Text]]:
    """The extensions by (learner, exercise), `EVERY` for all, and what is to be told of rows that fit nobody.

    `students` are those of the class, by their key. Raises UsageError where the table has not the columns it needs,
    or a row names an exercise or a moment that is none.
    """
    heading, rows = read_rows(content, name)
    places = _columns(heading)
    if "until" not in places and "attempts" not in places:
        raise UsageError(
            say("{name} says nobody's new date: it has no column until, and none of extra attempts.", name=name),
            say("Its columns are: {columns}.", columns=", ".join(heading[:12])),
        )
    roster = Roster([_called(key, who) for key, who in students.items()])
    found: Extensions = {}
    notes: list[Text] = []
    for line, row in rows:
        cells = {field: row[place].strip() for field, place in places.items()}
        until, attempts = _until(cells.get("until", ""), name, line), _attempts(cells.get("attempts", ""), name, line)
        if until is None and not attempts:
            continue
        exercise = _exercise(cells.get("exercise", ""), course, name, line)
        who = student_of(heading, row)
        keys, why = _learners(who, cells.get("group", ""), roster)
        if not keys:
            told = say("{name}, line {line}: nobody has more time", name=name, line=line)
            notes.append(told if why is None else join(": ", [told, why]))
        for key in keys:
            found[key, exercise] = Extension(until=until, attempts=attempts)
    return found, notes


def _columns(heading: list[str]) -> dict[str, int]:
    named = {plain(cell): place for place, cell in reversed(list(enumerate(heading)))}
    return {
        field: named[next(word for word in words if word in named)]
        for field, words in _HEADINGS.items()
        if any(word in named for word in words)
    }


def _called(key: str, who: Student) -> Student:
    return Student(**{**{name: getattr(who, name) for name in Student.__struct_fields__}, "id": key})


def _learners(who: Student | None, group: str, roster: Roster) -> tuple[list[str], Text | None]:
    """Whose row it is: one person's, by the rule of every list, or a group's where it names no person."""
    if who is not None:
        claim = Claim(key=who.id, who=who, guesses=tuple(filter(None, (who.id, who.login))), file="")
        settled = roster.find(claim)
        return ([] if settled.student is None else [settled.student.id]), settled.why
    members = [each.id for each in roster.students if group and plain(group) in map(plain, groups_of(each))]
    return members, None if members else say("no group {group} is known", group=group or "-")


def _exercise(words: str, course: Course, name: str, line: int) -> str:
    if not words or words in ("*", "all", "todos"):
        return EVERY
    wanted = plain(words)
    for exercise in course.exercises:
        titles = [plain(title) for title in exercise.manifest.title.values()]
        if wanted in (exercise.id, plain(exercise.id), str(exercise.number), *titles):
            return exercise.id
    raise UsageError(say("{name}, line {line}: there is no exercise {words}.", name=name, line=line, words=words))


def _until(words: str, name: str, line: int) -> datetime | None:
    if not words or words in ("-", "–"):
        return None
    found = moment_of(words)
    if found is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        found = datetime.combine(found.date(), time(23, 59, 59)).astimezone()  # a day is over at its end
    if found is None:
        raise UsageError(
            say("{name}, line {line}: {words} is no moment.", name=name, line=line, words=words),
            say("Write it as in 2026-11-20T23:59."),
        )
    return found


def _attempts(words: str, name: str, line: int) -> int:
    if not words or words in ("-", "–"):
        return 0
    if not words.isdecimal() or len(words) > 4:
        raise UsageError(
            say("{name}, line {line}: {words} is no number of attempts.", name=name, line=line, words=words)
        )
    return int(words)
