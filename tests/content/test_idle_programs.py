"""Programs that compute nothing, a constant or what they were given back, earn nothing in any exercise."""

from __future__ import annotations

from grader.course import Exercise
from grader.results import Outcome
from tests.content.checked import check_many

ANSWERS = {
    "nothing": "None",
    "zero": "0",
    "a float of zero": "0.0",
    "one": "1",
    "a truth value": "True",
    "not a number": "float('nan')",
    "an empty list": "[]",
    "an empty dict": "{}",
    "its first argument": "a[0]",
    "its second argument": "a[1]",
    "its third argument": "a[2]",
    "all its arguments": "a",
    "the first two": "a[:2]",
    "the first three": "a[:3]",
    "the parameter and its state": "(a[0], *a[2:4])",
    "the parameter and the last argument": "(a[0], a[-1])",
    "zeros like its first argument": "zeros(a[0])",
    "two arrays of zeros": "(zeros(a[0]), zeros(a[0]))",
    "three arrays of zeros": "(zeros(a[0]), zeros(a[0]), zeros(a[0]))",
    "zeros like its third argument": "zeros(a[2])",
}
PROGRAM = """
def zeros(given):
    return {key: zeros(value) for key, value in given.items()} if isinstance(given, dict) else given * 0
"""
FUNCTION = """
def {name}(*given, **named):
    a = (*given, *named.values(), None)
    return {answer}
"""


def test_who_computes_nothing_earns_nothing(exercise: Exercise) -> None:
    found = check_many(exercise.id, [_program(exercise, answer) for answer in ANSWERS.values()], 0)
    earned = {
        name: [result.id for result in checked.results if result.outcome is Outcome.PASSED]
        for name, checked in zip(ANSWERS, found, strict=True)
    }
    assert {name: checks for name, checks in earned.items() if checks} == {}


def _program(exercise: Exercise, answer: str) -> str:
    functions = (FUNCTION.format(name=name, answer=answer) for name in exercise.manifest.entry_points)
    return "\n".join([PROGRAM, *functions])
