"""A learner's day, from nothing to a pass, in both languages: every command leads on to the next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.course import open_course
from tests.cli.conftest import Grade

OWN = "exercises/03_adam_step/adam_step.py"
WORDS = {
    "en": {
        "begin": "To begin, lay out a copy of your own",
        "next": "Next: `grade show 1`, then `grade watch 1`.",
        "brief": "One step of Adam",
        "not started": "Not started",
        "hint": ("Hint 1 of 5", "Hint 2 of 5"),
        "belief": "Starting the averages at zero does no harm",
        "about": "About what your last attempt showed:",
        "refused": "Exercise 3 is not passed yet.",
        "stuck": "stuck at: The first step has size lr",
        "passed": "Passed: all 9 checks hold.",
        "solution": ("yours", "the solution"),
        "learned": "5 concepts learned: Adam, bias correction",
        "parts": "The runs part at step 1",
        "agree": "Both runs agree at every step.",
    },
    "es": {
        "begin": "prepara tu propia copia",
        "next": "`grade show 1`",
        "brief": "Un paso de Adam",
        "not started": "Sin empezar",
        "hint": ("Pista 1 de 5", "Pista 2 de 5"),
        "belief": "Que las medias empiecen en cero no hace daño",
        "about": "Sobre lo que mostró tu último intento",
        "refused": "El ejercicio 3 aún no está superado.",
        "stuck": "El primer paso mide lr",
        "passed": "se cumplen las 9 pruebas",
        "solution": ("lo tuyo", "la solución"),
        "learned": "5 conceptos aprendidos: Adam, corrección de sesgo",
        "parts": "en el paso 1",
        "agree": "coinciden en todos los pasos",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_day(language: str, grade: Grade, tmp_path: Path, demo_attempt: bytes, reference: bytes) -> None:
    words = WORDS[language]

    def run(*line: str, code: int = 0, cwd: Path | None = None) -> str:
        told = grade(*line, cwd=cwd or tmp_path / "descenso", GRADE_LANG=language)
        assert told.code == code, told.both
        return " ".join(told.both.split())

    assert words["begin"] in run(cwd=tmp_path)
    run("init", cwd=tmp_path)
    assert words["next"] in run()
    assert words["brief"] in run("show", "3")
    assert words["not started"] in run("exercise", "3", code=1)
    assert words["hint"][0] in run("hint", "3")
    assert words["hint"][1] in run("hint", "3")

    own = tmp_path / "descenso" / OWN
    own.write_bytes(demo_attempt)
    assert words["belief"] in run("exercise", "3", code=1)
    assert words["parts"] in run("trace", "3")
    assert words["about"] in run("hint", "3")
    assert words["stuck"] in run()
    assert words["refused"] in run("solution", "3", code=2)

    run("reset", "3")
    assert b"NotImplementedError" in own.read_bytes()
    run("restore", "3", "1")
    assert own.read_bytes() == demo_attempt

    own.write_bytes(reference)
    assert words["passed"] in run("exercise", "3")
    assert words["agree"] in run("trace", "3")
    shown = run("solution", "3")
    assert all(title in shown for title in words["solution"])
    assert words["learned"] in run()
    left = json.loads(grade("list", "--todo", "--json", cwd=own.parent).out)["exercises"]
    assert [one["number"] for one in left] == [number for number in open_course().folders if number != 3]
