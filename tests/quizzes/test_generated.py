"""Questions made from the glossary have one right option and three that are wrong, at every seed."""

from __future__ import annotations

import re

import pytest

from grader.course import bundled_root
from grader.quizzes.deck import Asked, Deck, load_deck
from grader.quizzes.folding import fold
from grader.quizzes.generated import DIRECTIONS, NAMING, ask_term, directions, distractors
from grader.quizzes.question import Choose, Question, Write

from .conftest import Make


@pytest.fixture(scope="module")
def own() -> Deck:
    return load_deck(bundled_root())


def every_question(deck: Deck, seed: int) -> list[Question]:
    return [
        question
        for term_id in deck.glossary.terms
        for direction in directions(deck.glossary, term_id)
        if (question := ask_term(deck.glossary, term_id, direction, seed)) is not None
    ]


def test_a_direction_that_a_term_lacks_gives_no_question(deck: Deck) -> None:
    assert ask_term(deck.glossary, "l1", "formula_to_term", 0) is None
    assert ask_term(deck.glossary, "l1", "sideways", 0) is None
    assert deck.question(Asked("term:gone", "gone/term_to_definition", 0)) is None
    assert deck.question(Asked("item:gone", "gone", 0)) is None


@pytest.mark.parametrize("seed", range(5))
def test_each_question_has_one_right_option_among_four_different_ones(seed: int, own: Deck) -> None:
    for question in every_question(own, seed):
        if isinstance(question.form, Choose):
            options = question.form.options
            assert [option.right for option in options].count(True) == 1, question.item
            for language in ("en", "es"):
                assert len({option.text[language] for option in options}) == 4, question.item
            assert all(option.why is not None for option in options if not option.right)


@pytest.mark.parametrize("seed", range(3))
def test_no_wrong_option_names_the_right_term(seed: int, own: Deck) -> None:
    for question in every_question(own, seed):
        names = own.glossary[question.terms[0]].folded_names
        if isinstance(question.form, Choose) and question.direction in NAMING:
            wrong = {
                fold(option.text[code]) for option in question.form.options if not option.right for code in ("en", "es")
            }
            assert not wrong & names, question.item


def test_every_direction_is_there_to_be_asked(own: Deck) -> None:
    assert {question.direction for question in every_question(own, 0)} == set(DIRECTIONS)


def test_the_same_seed_asks_the_same_question_and_others_another(own: Deck) -> None:
    asked = [ask_term(own.glossary, "adam", "definition_to_term", seed) for seed in range(12)]
    assert asked == [ask_term(own.glossary, "adam", "definition_to_term", seed) for seed in range(12)]
    assert len({str(question) for question in asked}) > 1


def test_confusable_terms_come_first_then_the_group_then_related_ones(deck: Deck) -> None:
    assert distractors(deck.glossary, "adam", lambda term: term.term)[0] == "adamw"


def test_a_synonym_is_never_an_option(make_deck: Make) -> None:
    deck = make_deck(replace=("accept = { en = ['step size', 'lr']", "accept = { en = ['step size', 'sgd']"))
    assert "sgd" not in distractors(deck.glossary, "learning-rate", lambda term: term.term, most=9)
    assert "learning-rate" not in distractors(deck.glossary, "sgd", lambda term: term.term, most=9)


def test_the_same_formula_is_never_a_wrong_option(make_deck: Make) -> None:
    deck = make_deck(replace=(r"latex = 'w - \eta n'", r"latex = 'w - \eta g'"))
    question = ask_term(deck.glossary, "sgd", "formula_to_term", 0)
    assert question is None or "nadam" not in str(question.form)


def test_code_that_spells_its_term_is_not_asked_about(own: Deck) -> None:
    assert "code_to_term" not in directions(own.glossary, "adam")


def test_a_term_that_the_shown_code_names_is_no_wrong_option(own: Deck) -> None:
    for question in every_question(own, 0):
        if question.direction == "code_to_term" and isinstance(question.form, Choose):
            wrong = [fold(option.text["en"]) for option in question.form.options if not option.right]
            assert not [name for name in wrong if name in fold(question.code or "")], question.item


def test_a_cloze_blanks_the_name_once_in_both_languages_and_accepts_every_name(own: Deck) -> None:
    found = [question for question in every_question(own, 0) if question.direction == "cloze"]
    assert found
    for question in found:
        assert isinstance(question.form, Write)
        term = own.glossary[question.terms[0]]
        for language in ("en", "es"):
            assert question.stem[language].count("____") == 1
            assert not re.search(rf"(?<!\w){re.escape(term.term[language])}(?!\w)", question.stem[language])
            assert set(term.names(language)) <= set(question.form.also)
