"""The values every gradebook export reads: who the students are and what each of them has for each exercise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Self

import msgspec

from grader.errors import UsageError
from grader.locale import say
from grader.results import Outcome
from grader.text import Text


class Student(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person of a roster. `id` is what the roster tells people apart by; the rest is what other systems call them.

    `name` is as the roster writes it, "García, José" or "José García"; `login` is Canvas's SIS Login ID or a user
    name; `moodle_id` the number of "Participant 123", which holds for one assignment; `group` is who they hand in
    with, as the roster's cell says it. `is_disputed` says that these keys are not of one person.
    """

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    section: str = ""
    group: str = ""
    is_disputed: bool = False


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise as a gradebook shows it; `max_points` is the most that any of its grades could be."""

    exercise: str
    title: Text
    max_points: float


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """What one student has for one exercise.

    `points` is after any penalty, of which `lost` tells how much it was; None where nothing may count: not gradable,
    or refused as late. That is never a zero. `extended` says that the student has a date of their own. `excused` wins
    over points. `feedback` is what an importing system may show to the student beside the number.
    """

    student: str
    exercise: str
    points: float | None
    max_points: float
    outcome: Outcome
    attempts: int = 1
    late: bool = False
    lost: float = 0.0
    extended: bool = False
    excused: bool = False
    submitted_at: datetime | None = None
    feedback: Text | None = None

    @property
    def counts(self) -> bool:
        """Whether there is a number to write."""
        return self.points is not None and not self.excused

    @property
    def not_gradable(self) -> bool:
        """Whether the grader failed, so that nobody knows what this is worth."""
        return self.points is None and self.outcome is Outcome.GRADER_ERROR


class Written(msgspec.Struct, frozen=True):
    """A file as it is written, and what its reader must be told: who was left out of it, and why."""

    content: bytes
    notes: tuple[Text, ...] = ()


class Gradebook:
    """Students in the order of their names, columns in the course's order, and at most one grade for each pair.

    Raises UsageError where two students share an id, two grades a place, or a grade names neither: any of these
    would give points to a wrong person, or lose them.
    """

    def __init__(self, columns: Iterable[Column], students: Iterable[Student], grades: Iterable[Grade]) -> None:
        self.columns = tuple(columns)
        self.students = tuple(sorted(students, key=lambda each: (each.name.casefold(), each.id)))
        self.grades = tuple(grades)
        self._places = {(grade.student, grade.exercise): grade for grade in self.grades}
        _only_once([each.id for each in self.students], [(grade.student, grade.exercise) for grade in self.grades])
        known = {each.id for each in self.students}, {each.exercise for each in self.columns}
        for grade in self.grades:
            if grade.student not in known[0] or grade.exercise not in known[1]:
                raise UsageError(
                    say("A grade names {student} and {exercise}, and one of them is unknown.",
                        student=grade.student, exercise=grade.exercise),
                )  # fmt: skip

    def grade(self, student: Student, column: Column) -> Grade | None:
        """The grade at one place; None where nothing was handed in."""
        return self._places.get((student.id, column.exercise))

    def row(self, student: Student) -> list[Grade | None]:
        """A student's grades, column by column."""
        return [self.grade(student, column) for column in self.columns]

    def before_penalty(self) -> Self:
        """The same grades without what lateness took."""
        grades = [
            grade
            if grade.points is None
            else msgspec.structs.replace(grade, points=grade.points + grade.lost, lost=0.0)
            for grade in self.grades
        ]
        return type(self)(self.columns, self.students, grades)

    def out_of(self, points: float) -> Self:
        """The same grades as if every exercise gave at most `points`."""
        columns = [msgspec.structs.replace(column, max_points=points) for column in self.columns]
        return type(self)(columns, self.students, [_scaled(grade, points) for grade in self.grades])


def _scaled(grade: Grade, points: float) -> Grade:
    share = points / grade.max_points if grade.max_points else 0.0
    return msgspec.structs.replace(
        grade,
        points=None if grade.points is None else grade.points * share,
        max_points=points,
        lost=grade.lost * share,
    )


def _only_once(ids: list[str], places: list[tuple[str, str]]) -> None:
    for name, times in Counter(ids).items():
        if times > 1:
            raise UsageError(
                say("Two students have the same id: {id}.", id=name),
                say("Ids must tell students apart: correct the roster."),
            )
    for (student, exercise), times in Counter(places).items():
        if times > 1:
            raise UsageError(say("{student} has two grades for {exercise}.", student=student, exercise=exercise))
