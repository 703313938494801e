"""What gives an answer away is refused over many items, and an echo of the question in one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.course import Course
from grader.quizzes.deck import Deck
from grader.quizzes.glossary import Glossary
from grader.quizzes.items import AnyItem, Bank, Choice, OneChoice, Topic, TrueFalse
from grader.quizzes.lint_cues import RULES, is_more_than_chance
from grader.quizzes.quantities import Quantities
from grader.text import Text


def both(en: str, es: str = "") -> Text:
    return Text({"en": en, "es": es or en})


def one(name: str, stem: str, *choices: str) -> OneChoice:
    """An item whose first choice is right."""
    listed = tuple(Choice(text=both(text), right=place == 0) for place, text in enumerate(choices))
    return OneChoice(
        id=name, terms=("sgd",), stem=both(stem), feedback=both("So."), translated_from="00000000", choices=listed
    )


def statement(name: str, answer: bool, en: str, es: str) -> TrueFalse:
    return TrueFalse(
        id=name, terms=("sgd",), stem=both(en, es), feedback=both("So."), why=both("So."), answer=answer,
        translated_from="00000000",
    )  # fmt: skip


def told(items: Sequence[AnyItem], course: Course) -> list[str]:
    bank = Bank((Topic("basics", Path("basics.toml"), tuple(items)),))
    deck = Deck(Glossary({}), bank, Quantities(Path()))
    return [f"{finding.rule}: {finding.problem['en']}" for rule in RULES for finding in rule(deck, course)]


@pytest.mark.parametrize(
    ("choices", "cue"),
    [
        (("the long way round", "left", "right", "down"), "longer than all others"),
        (("up", "leftward", "rightward", "straight on"), "shorter than all others"),
        (("it may rise", "it falls", "it stays", "it hangs"), "the only one that says may"),
        (("it is slow", "all are slow", "none is slow", "every one is"), "the only one without always"),
    ],
)
def test_a_cue_that_marks_the_right_choice_of_every_item_is_refused(
    choices: tuple[str, ...], cue: str, course: Course
) -> None:
    many = [one(f"item-{number}", "What?", *choices) for number in range(8)]
    assert any(cue in sentence for sentence in told(many, course))


def test_a_cue_in_one_item_of_four_is_its_share(course: Course) -> None:
    """As often as if the right choice had been drawn among the four."""
    mixed = []
    for number in range(12):
        choices = ["rise", "fall", "hang", "turn"]
        choices[0 if number % 4 == 0 else 2] = "a longer way"
        mixed.append(one(f"item-{number}", "What?", *choices))
    assert told(mixed, course) == []


def test_a_word_of_the_question_that_only_the_right_choice_repeats_is_refused_in_a_single_item(course: Course) -> None:
    echoed = one("echo", "Which gradient does it use?", "the gradient of today", "that of the past", "that to come")
    assert told([echoed], course) == [
        "echoes: Only the right choice repeats «gradient» of its question (en).",
        "echoes: Only the right choice repeats «gradient» of its question (es).",
    ]


def test_a_word_that_a_wrong_choice_repeats_too_and_code_are_no_echo(course: Course) -> None:
    fair = one("fair", "Which gradient does `step` use?", "the gradient now", "the gradient then", "`gradient`")
    assert told([fair], course) == []


def test_absolute_words_in_false_statements_only_are_refused(course: Course) -> None:
    false = [statement(f"no-{number}", False, "It never falls.", "No baja nunca.") for number in range(3)]
    true = [statement(f"yes-{number}", True, "It falls.", "Baja.") for number in range(3)]
    assert [sentence.partition(":")[0] for sentence in told([*false, *true], course)] == ["statements"] * 2


def test_hedges_in_true_statements_only_are_refused(course: Course) -> None:
    true = [statement(f"yes-{number}", True, "It may fall.", "Puede bajar.") for number in range(3)]
    false = [statement(f"no-{number}", False, "It falls.", "Baja.") for number in range(3)]
    assert [sentence.partition(":")[0] for sentence in told([*false, *true], course)] == ["statements"] * 2


def test_absolute_words_in_statements_of_both_kinds_tell_nothing(course: Course) -> None:
    mixed = [statement(f"item-{number}", number % 2 == 0, "It never falls.", "No baja nunca.") for number in range(6)]
    assert told(mixed, course) == []


@pytest.mark.parametrize(("hits", "is_refused"), [(5, False), (8, False), (9, True)])
def test_more_than_chance_is_two_standard_errors_above_it(hits: int, is_refused: bool) -> None:
    """Twenty items of four: five by chance, and the error is the root of 20 · 1/4 · 3/4, about 1.94."""
    assert is_more_than_chance(hits, [0.25] * 20) is is_refused
