"""Spanish prose writes decimals with a comma; code, and the versions of packages, keep their point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.course import Exercise
from grader.quizzes.deck import load_deck
from grader.quizzes.lint_entries import entries
from grader.text import texts_within

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^```.*?^```|(`+).+?\1|\$\$?[^$]+\$\$?", re.DOTALL | re.MULTILINE)
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+")
VERSION = re.compile(r"(?:PyTorch|NumPy|Python|la) \d+\.\d+")


def with_a_point(prose: str) -> list[str]:
    return DECIMAL.findall(VERSION.sub("", CODE.sub("", prose)))


def prose_of(exercise: Exercise) -> Iterator[tuple[str, str]]:
    name = exercise.folder.name
    yield "brief", (exercise.folder / "brief.es.md").read_text(encoding="utf-8")
    yield "explanation", (ROOT / "solutions" / name / "explanation.es.md").read_text(encoding="utf-8")
    for value in (exercise.manifest, *exercise.misconceptions):
        yield from ((place, text["es"]) for place, text in texts_within(value) if "es" in text)


def test_a_point_is_found_in_prose_alone() -> None:
    assert with_a_point("vale 0.1, y `lr=0.1` en PyTorch 2.13, $0.5 g$ o 0,1") == ["0.1"]


def test_what_an_exercise_says_has_none(exercise: Exercise) -> None:
    assert [(place, prose) for place, prose in prose_of(exercise) if with_a_point(prose)] == []


def test_what_a_quiz_says_has_none() -> None:
    said = [(entry.where, text["es"]) for entry in entries(load_deck(ROOT)) for _, text in entry.texts if "es" in text]
    assert [one for one in said if with_a_point(one[1])] == []
