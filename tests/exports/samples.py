"""Reports and gradebooks for the exports' tests, small enough to read at a glance."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.exports.gradebook import Column, Grade, Gradebook, Student
from grader.results import (
    Belief,
    CheckResult,
    Diagnosis,
    ExerciseRef,
    Frame,
    Isolation,
    Outcome,
    Report,
    Submission,
)
from grader.text import Text

HOSTILE_NAMES = (
    "=cmd|'/C calc'!A0",
    "García, José",
    'O"Brien "Pepe"',
    "Ana\nPoints Possible,,,,0",
    "\u202egnp.exe\u202c",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "Núñez; =1+1",
    "李小龍",
    "'",
    "Student",
)


def text(sentence: str) -> Text:
    return Text({"en": sentence, "es": f"{sentence} (es)"})


def check(name: str, outcome: Outcome, points: float = 5.0, **more: Any) -> CheckResult:
    return CheckResult(
        id=name,
        claim=Text({"en": f"It is {name}, as $m_t$ says", "es": f"Es {name}, como dice $m_t$"}),
        outcome=outcome,
        points=points if outcome is Outcome.PASSED else 0.0,
        max_points=points,
        message=None if outcome is Outcome.PASSED else Text({"en": "`m` is 1, expected 2.", "es": "`m` vale 1."}),
        **more,
    )


def report(*checks: CheckResult, outcome: Outcome = Outcome.FAILED, **more: Any) -> Report:
    every = checks or (check("small", Outcome.PASSED), check("even", Outcome.FAILED, 15.0))
    fields: dict[str, Any] = {
        "exercise": ExerciseRef(3, "adam_step"),
        "outcome": outcome,
        "points": sum(each.points for each in every),
        "max_points": sum(each.max_points for each in every),
        "checks": every,
        "isolation": Isolation("A", text("walled")),
        "seed": 7,
        "submission": Submission("ab" * 32),
        "seconds": 0.25,
    }
    return Report(**(fields | more))


PASSED = report(check("small", Outcome.PASSED), check("even", Outcome.PASSED, 15.0), outcome=Outcome.PASSED)
FAILED = report(
    diagnosis=(
        Diagnosis(
            kind="misconception",
            beliefs=(
                Belief(
                    id="no_bias",
                    kind="misconception",
                    belief=Text({"en": "I use $m$ as it is.", "es": "Uso $m$ tal cual."}),
                    explanation=text("why"),
                    question=Text({"en": "What is $m_1$?", "es": "¿Cuánto vale $m_1$?"}),
                ),
            ),
        ),
    )
)
BLOCKED = report(check("small", Outcome.FAILED), check("even", Outcome.BLOCKED, 15.0, needs="small"))
HOSTILE = report(
    check("raised", Outcome.CRASHED, frames=(Frame(3, "<b>]]>", "x = 1"),)),
    outcome=Outcome.CRASHED,
    output="\x1b[31m]]>\x00\ud800<script>&amp;\ufffe",
    message=Text({"en": "died \x07 & <b>", "es": "murió \x07 & <b>"}),
)
NOT_GRADABLE = report(
    check("small", Outcome.GRADER_ERROR), outcome=Outcome.GRADER_ERROR, message=text("The grader failed")
)
NOT_STARTED = report(
    check("small", Outcome.NOT_STARTED),
    check("even", Outcome.NOT_STARTED, 15.0),
    outcome=Outcome.NOT_STARTED,
    message=text("Not started"),
)
EVERY = (PASSED, FAILED, BLOCKED, HOSTILE, NOT_STARTED)

SGD = Column(exercise="sgd_step", title=Text({"en": "One step of SGD", "es": "Un paso de SGD"}), max_points=20)
ADAM = Column(exercise="adam_step", title=Text({"en": "Adam (2026)", "es": "Adam, el paso (2026)"}), max_points=20)

JOSE = Student(
    id="a1", name="García, José", email="jose@uni.edu", login="jgarcia", canvas_id="77", section="B1", moodle_id="501"
)
ANA = Student(id="a2", name="Ana Núñez", email="ana@uni.edu", login="anunez", sis_id="S-2", moodle_id="502")
GUEST = Student(id="folder 3", name="folder 3")


def grade(student: Student, column: Column, points: float | None, **more: Any) -> Grade:
    fields: dict[str, Any] = {
        "student": student.id,
        "exercise": column.exercise,
        "points": points,
        "max_points": column.max_points,
        "outcome": Outcome.GRADER_ERROR if points is None else Outcome.FAILED,
        "feedback": Text({"en": "6 of 8 checks pass.\nSee <m>.", "es": "Pasan 6 de 8.\nMira <m>."}),
    }
    return Grade(**(fields | more))


def book(*grades: Grade, students: tuple[Student, ...] = (JOSE, ANA, GUEST)) -> Gradebook:
    return Gradebook((SGD, ADAM), students, grades)


def renamed(student: Student, name: str) -> Student:
    return msgspec.structs.replace(student, name=name)
