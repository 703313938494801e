"""Questions, verdicts and entries as lines: within the width, in one language, formulas unbroken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.cli.quiz_screen import Screen, until
from grader.course import bundled_root
from grader.quizzes.answers import Verdict
from grader.quizzes.deck import Asked, Deck, load_deck
from grader.quizzes.question import Question
from grader.text import Text

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def own() -> Deck:
    return load_deck(bundled_root())


def every_question(deck: Deck) -> list[Question]:
    asked = [Asked(card, form, 1) for card in deck.cards for form in deck.forms(card)]
    return [question for one in asked if (question := deck.question(one)) is not None]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "ascii_only"), [(40, True), (60, False), (88, False)])
def test_every_question_and_verdict_keeps_within_the_width(
    language: str, width: int, ascii_only: bool, own: Deck
) -> None:
    screen = Screen(language, ascii_only=ascii_only, width=width)
    for question in every_question(own):
        for right in (True, False):
            verdict = Verdict(right=right)
            lines = [*screen.question(question, 10, 10), *screen.verdict(question, verdict)]
            for line in lines + screen.way_on(question, verdict, own.glossary):
                text = line.strip()
                is_whole = line.startswith("    ") or " " not in text or any(mark in text for mark in "`=√_(")
                assert len(line) <= width or is_whole, line
                assert "\u00a0" not in line
                assert "$" not in line


def test_a_formula_is_not_broken_over_two_lines() -> None:
    screen = Screen("en", ascii_only=False, width=40)
    lines = screen.wrapped(
        Text({"en": r"One two three four five six $a + b + c$ and $d - e$ and `f(x, y)` end.", "es": "x"})
    )
    for whole in ("a + b + c", "d − e", "`f(x, y)`"):
        assert any(whole in line for line in lines)


def test_emphasis_goes_and_code_stays() -> None:
    screen = Screen("en", ascii_only=False, width=80)
    assert screen.words("a *b* **c** `d*e*f` 2 * 3 * 4") == "a b c `d*e*f` 2 * 3 * 4"


def test_the_exercise_of_a_misconception_is_shown_where_the_question_has_none(own: Deck) -> None:
    screen = Screen("en", ascii_only=False, width=80)
    question = next(one for one in every_question(own) if one.exercise is None and one.card.startswith("item:"))
    assert "grade show" not in "\n".join(screen.way_on(question, Verdict(right=False), own.glossary))
    named = Verdict(right=False, misconceptions=("03_adam_step:no_bias_correction",))
    assert "`grade show 3`" in "\n".join(screen.way_on(question, named, own.glossary))


@pytest.mark.parametrize(
    ("hours", "said"),
    [(-5, "now"), (0, "now"), (1, "in 1 day"), (24, "in 1 day"), (25, "in 2 days"), (240, "in 10 days")],
)
def test_times_are_told_in_whole_days(hours: int, said: str) -> None:
    assert until(NOW + timedelta(hours=hours), NOW)["en"] == said
