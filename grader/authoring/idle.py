"""Programs that compute nothing, a constant or what they were given back: they earn nothing in any exercise."""

from __future__ import annotations

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials
from grader.course import Exercise
from grader.locale import say
from grader.text import Text

ANSWERS = (
    "None",
    "0",
    "0.0",
    "1",
    "True",
    "float('nan')",
    "[]",
    "{}",
    "a[0]",
    "a[1]",
    "a[2]",
    "a",
    "a[:2]",
    "a[:3]",
    "(a[0], *a[2:4])",
    "(a[0], a[-1])",
    "zeros(a[0])",
    "(zeros(a[0]), zeros(a[0]))",
    "(zeros(a[0]), zeros(a[0]), zeros(a[0]))",
    "zeros(a[2])",
)
"""What each of them returns, whatever it is asked; `a` are its arguments."""
SEED = 0
_ZEROS = """
def zeros(given):
    return {key: zeros(value) for key, value in given.items()} if isinstance(given, dict) else given * 0
"""
_FUNCTION = """
def {name}(*given, **named):
    a = (*given, *named.values(), None)
    return {answer}
"""


def idle_program(exercise: Exercise, answer: str) -> str:
    """The source of a program each of whose functions gives this answer."""
    functions = (_FUNCTION.format(name=name, answer=answer) for name in exercise.manifest.entry_points)
    return "\n".join([_ZEROS, *functions])


def idle_finding(trials: Trials) -> Finding:
    """None of them earns a point, at one seed."""
    programs = [idle_program(trials.exercise, answer) for answer in ANSWERS]
    tried = zip(ANSWERS, trials.check_all(programs, SEED), strict=True)
    passed = [(answer, result.id) for answer, checked in tried for result in checked.results if result.points]
    return Finding(
        question="idle",
        title=say("idle programs"),
        summary=say("{number} that compute nothing earn nothing", number=len(ANSWERS)),
        objections=tuple(_objection(answer, check) for answer, check in passed),
    )


def _objection(answer: str, check: str) -> Text:
    return say(
        "A program that returns {answer} passes {check}, although it computes nothing: ask for more.",
        answer=f"`{answer}`",
        check=check,
    )
