"""Both languages say the same numbers in their prose: a figure that was mended in one is mended in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from grader.course import Exercise
from grader.quizzes.deck import load_deck
from grader.quizzes.lint_entries import entries
from grader.text import Text, texts_within
from tests.content.test_spanish_decimals import CODE, ROOT

NAME = re.compile(r"[^\W\d]\w*")
THOUSANDS = {"en": re.compile(r"(?<=\d),(?=\d{3}\b)"), "es": re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)")}
NUMBER = re.compile(r"\d+(?:\.\d+)?")
OFTEN_IN_WORDS = {"0", "1", "2"}
"""One language may write these out where the other does not."""


def numbers_of(prose: str, language: str) -> set[str]:
    """The numerals of some prose, written alike for every language."""
    bare = THOUSANDS[language].sub("", NAME.sub(" ", CODE.sub(" ", prose)))
    if language == "es":
        bare = re.sub(r"(?<=\d),(?=\d)", ".", bare)
    return set(NUMBER.findall(bare)) - OFTEN_IN_WORDS


def differing(said: Iterator[tuple[str, Text]]) -> dict[str, set[str]]:
    """By place, what one language says and the other does not."""
    apart = ((place, numbers_of(text["en"], "en") ^ numbers_of(text["es"], "es")) for place, text in said)
    return {place: numbers for place, numbers in apart if numbers}


def texts_of(exercise: Exercise) -> Iterator[tuple[str, Text]]:
    for folder, name in ((exercise.folder, "brief"), (exercise.solution, "explanation")):
        files = {language: folder / f"{name}.{language}.md" for language in ("en", "es")}
        yield name, Text({language: path.read_text(encoding="utf-8") for language, path in files.items()})
    for value in (exercise.manifest, *exercise.misconceptions):
        yield from ((place, text) for place, text in texts_within(value) if text.keys() >= {"en", "es"})


@pytest.mark.parametrize(
    ("english", "spanish", "same"),
    [
        ("0.065 of 25,000", "0,065 de 25 000", True),
        ("one of `0.1`", "1 de `0.2`, con $3$ y x4", True),
        ("at 0.065", "en 0,05", False),
        ("four of 10", "cuatro", False),
    ],
)
def test_numbers_are_compared_however_a_language_writes_them(english: str, spanish: str, same: bool) -> None:
    assert (numbers_of(english, "en") == numbers_of(spanish, "es")) is same


def test_an_exercise_says_the_same_numbers_in_both(exercise: Exercise) -> None:
    assert differing(texts_of(exercise)) == {}


def test_the_quizzes_say_the_same_numbers_in_both() -> None:
    said = ((f"{entry.where} {place}", text) for entry in entries(load_deck(ROOT)) for place, text in entry.texts)
    assert differing((place, text) for place, text in said if text.keys() >= {"en", "es"}) == {}
