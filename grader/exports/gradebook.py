"""The values every gradebook export reads: who the students are and what each of them has for each exercise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from grader.errors import UsageError
from grader.locale import say
from grader.results import Outcome
from grader.text import Text


class Student(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person of a roster. `id` is what the roster tells people apart by; the rest is what other systems call them.

    `name` is as the roster writes it, "García, José" or "José García"; `login` is Canvas's SIS Login ID or a user
    name; `moodle_id` the number of "Participant 123", which holds for one assignment.
    """

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    section: str = ""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise as a gradebook shows it; `max_points` as the checks of today add up to."""

    exercise: str
    title: Text
    max_points: float


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """What one student has for one exercise.

    `points` is after any penalty, of which `lost` tells how much it was; None where nothing may count: not gradable,
    or refused as late. That is never a zero. `excused` wins over points. `feedback` is what an importing system may
    show to the student beside the number.
    """

    student: str
    exercise: str
    points: float | None
    max_points: float
    outcome: Outcome
    attempts: int = 1
    late: bool = False
    lost: float = 0.0
    excused: bool = False
    submitted_at: datetime | None = None
    feedback: Text | None = None


class Gradebook:
    """Students in the order of their names, columns in the course's order, and at most one grade for each pair.

    Raises UsageError where two students share an id or two grades a place: either would give points to a wrong person.
    """

    def __init__(self, columns: Iterable[Column], students: Iterable[Student], grades: Iterable[Grade]) -> None:
        self.columns = tuple(columns)
        self.students = tuple(sorted(students, key=lambda each: (each.name.casefold(), each.id)))
        self._grades: dict[tuple[str, str], Grade] = {}
        _refuse_twice([each.id for each in self.students])
        for grade in grades:
            place = grade.student, grade.exercise
            if place in self._grades:
                raise UsageError(
                    say("{student} has two grades for {exercise}.", student=grade.student, exercise=grade.exercise)
                )
            self._grades[place] = grade

    def grade(self, student: Student, column: Column) -> Grade | None:
        """The grade at one place; None where nothing was handed in."""
        return self._grades.get((student.id, column.exercise))


def _refuse_twice(ids: list[str]) -> None:
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise UsageError(say("Two students have the same id: {id}.", id=", ".join(twice)))
