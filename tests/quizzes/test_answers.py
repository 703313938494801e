"""Typed lines are judged: forgiving in form, strict in substance, and never wrong for being unreadable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.quizzes.answers import AskAgain, Verdict, judge, right_answer
from grader.quizzes.authored import ask
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.folding import distance, fold, fold_code, without_article
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Question, Write


def question(deck: Deck, item: str, seed: int = 1) -> Question:
    found = deck.question(Asked(f"item:{item}", item, seed))
    assert found is not None
    return found


def judged(deck: Deck, item: str | Question, typed: str, language: str = "en") -> Verdict | AskAgain:
    asked = question(deck, item) if isinstance(item, str) else item
    return judge(asked, typed, language, deck.glossary.owners)


def is_right(outcome: Verdict | AskAgain) -> bool:
    return isinstance(outcome, Verdict) and outcome.right


ITEMS = ["one-1", "several-1", "true-1", "number-1", "text-1", "cloze-1", "code-1", "order-1", "match-1", "picture-1"]


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("typed", ["", "   ", "\x00", "\ufffd\x00", "\x1b[A", "9" * 1000])
def test_an_unreadable_line_is_asked_again_and_never_wrong(item: str, typed: str, deck: Deck) -> None:
    assert isinstance(judged(deck, item, typed), AskAgain)


UNFITTING = ["x1y", "hello", "1.5.5", "1 1", "é", "1a1a", "a", "a a a"]
LISTED = ["one-1", "several-1", "true-1", "order-1", "match-1", "picture-1"]


@pytest.mark.parametrize(
    ("item", "typed"),
    [(item, typed) for item in LISTED for typed in [*UNFITTING, "0", "99", "-1", "4"]]
    + [("number-1", typed) for typed in UNFITTING],
)
def test_a_line_that_fits_no_option_is_asked_again(item: str, typed: str, deck: Deck) -> None:
    assert isinstance(judged(deck, item, typed), AskAgain)


@pytest.mark.parametrize("item", ITEMS)
def test_not_knowing_is_an_answer(item: str, deck: Deck) -> None:
    assert judged(deck, item, " ? ") == Verdict(right=False)


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("seed", range(5))
def test_the_right_answer_is_right_at_every_seed(item: str, seed: int, deck: Deck) -> None:
    asked = question(deck, item, seed)
    form = asked.form
    if isinstance(form, Choose):
        typed = " ".join(str(number) for number, option in enumerate(form.options, 1) if option.right)
    elif isinstance(form, Calculate):
        typed = repr(form.value)
    elif isinstance(form, Write):
        typed = form.also[0]
    elif isinstance(form, Arrange):
        typed = " ".join(str(place + 1) for place in form.order)
    else:
        assert isinstance(form, Match)
        typed = " ".join(f"{number}{'abc'[place]}" for number, place in enumerate(form.partner, 1))
    assert is_right(judged(deck, asked, typed))


class TestChoosing:
    """Options by number, and truth in words."""

    def test_a_wrong_option_tells_its_own_why_and_belief(self, deck: Deck) -> None:
        asked = question(deck, "one-1")
        assert isinstance(asked.form, Choose)
        place = next(place for place, option in enumerate(asked.form.options) if option.misconception)
        outcome = judged(deck, asked, str(place + 1))
        assert isinstance(outcome, Verdict)
        assert outcome.misconceptions == ("03_adam_step:no_bias_correction",)
        assert [why["es"] for why in outcome.why] == ["Viene después."]

    def test_one_choice_takes_one_number_only(self, deck: Deck) -> None:
        assert isinstance(judged(deck, "one-1", "1 2"), AskAgain)

    @pytest.mark.parametrize("typed", ["{0} {1}", "{1},{0}", "{0}{1}", "{0} y {1}", "{0}) {1})", "{0} & {1}"])
    def test_several_can_be_typed_in_any_way(self, typed: str, deck: Deck) -> None:
        asked = question(deck, "several-1")
        assert isinstance(asked.form, Choose)
        right = [number for number, option in enumerate(asked.form.options, 1) if option.right]
        assert is_right(judged(deck, asked, typed.format(*right)))

    def test_only_some_of_several_is_not_right_and_says_what_was_missed(self, deck: Deck) -> None:
        asked = question(deck, "several-1")
        assert isinstance(asked.form, Choose)
        right = [number for number, option in enumerate(asked.form.options, 1) if option.right]
        outcome = judged(deck, asked, str(right[0]))
        assert isinstance(outcome, Verdict)
        assert not outcome.right
        assert len(outcome.why) == 1
        assert outcome.why[0]["en"].startswith("Also right: ")

    @pytest.mark.parametrize("typed", ["2", "false", "F", "falso", "No"])
    def test_truth_can_be_typed_in_words_of_either_language(self, typed: str, deck: Deck) -> None:
        assert is_right(judged(deck, "true-1", typed))

    @pytest.mark.parametrize("typed", ["1", "true", "V", "verdadero", "sí", "SI"])
    def test_the_wrong_truth_is_told_why(self, typed: str, deck: Deck) -> None:
        outcome = judged(deck, "true-1", typed)
        assert isinstance(outcome, Verdict)
        assert [why["en"] for why in outcome.why] == ["It is not."]


class TestNumbers:
    """Values within the tolerance, and values of known mistakes."""

    def test_a_known_mistake_is_recognised_by_its_value(self, deck: Deck) -> None:
        asked = question(deck, "number-1")
        assert isinstance(asked.form, Calculate)
        outcome = judged(deck, asked, str(asked.form.wrong[0].value))
        assert isinstance(outcome, Verdict)
        assert outcome.misconceptions == ("03_adam_step:no_bias_correction",)
        assert outcome.why[0]["en"] == f"Corrected too soon: {asked.form.wrong[0].value:g}."

    @given(st.floats(-0.0099, 0.0099))
    def test_within_the_tolerance_is_right(self, off: float) -> None:
        asked = Question(
            card="c",
            item="i",
            stem=ask.__doc__,
            terms=(),
            form=Calculate(value=-2.5, rtol=0.01, atol=0.0),  # type: ignore[arg-type]
        )
        assert is_right(judge(asked, repr(-2.5 * (1 + off)), "en"))
        assert not is_right(judge(asked, repr(-2.5 * (1 + off) - 0.1), "en"))

    def test_a_decimal_comma_is_read_in_either_language(self, deck: Deck) -> None:
        asked = question(deck, "number-1")
        assert isinstance(asked.form, Calculate)
        typed = f"{asked.form.value:.6f}".replace(".", ",")
        assert is_right(judged(deck, asked, typed, "en"))
        assert is_right(judged(deck, asked, typed, "es"))


class TestWords:
    """Short texts and code."""

    @pytest.mark.parametrize(
        "typed",
        [
            "learning rate",
            "Learning  Rate",
            "LEARNING-RATE",
            "learning_rate",
            "the learning rate",
            "la tasa de aprendizaje",
            "Tasa de Aprendizaje.",
            "tása de aprendizáje",
            "lr",
            "«lr»",
            "learningrate",
        ],
    )
    def test_case_accents_hyphens_spaces_and_articles_are_forgiven_in_either_language(
        self, typed: str, deck: Deck
    ) -> None:
        assert is_right(judged(deck, "text-1", typed))

    @pytest.mark.parametrize("typed", ["lerning rate", "learning rte", "tasa de aprendisaje", "laerning rate"])
    def test_a_slip_is_asked_again_and_never_right(self, typed: str, deck: Deck) -> None:
        outcome = judged(deck, "text-1", typed)
        assert isinstance(outcome, AskAgain)
        assert outcome.near

    @pytest.mark.parametrize("typed", ["momentum", "step", "L1", "rate", "learning", "Adam"])
    def test_other_words_and_other_terms_are_wrong_at_once(self, typed: str, deck: Deck) -> None:
        assert judged(deck, "text-1", typed) == Verdict(right=False)

    @pytest.mark.parametrize(
        ("wanted", "typed"),
        [
            ("adam", "AdamW"),
            ("adamw", "Adam"),
            ("nadam", "Adam"),
            ("adam", "NAdam"),
            ("l1", "L2"),
            ("l2", "L1"),
            ("adam", "Adan"),
            ("l1", "Ll"),
        ],
    )
    def test_terms_one_letter_apart_are_never_taken_for_each_other(self, wanted: str, typed: str, deck: Deck) -> None:
        term = deck.glossary[wanted]
        asked = Question(
            card="c", item="i", stem=term.term, terms=(wanted,), form=Write(accept=term.term, also=term.names("en"))
        )
        assert judged(deck, asked, typed) == Verdict(right=False)

    def test_an_n_with_tilde_is_a_letter_of_its_own(self) -> None:
        assert fold("año") == fold("AÑO") == fold("an\u0303o") != fold("ano")
        assert fold("sesgó") == fold("SESGO")

    @pytest.mark.parametrize("typed", ["step()", " step( ) ", "`step()`", "step();"])
    def test_code_is_right_whatever_its_spaces(self, typed: str, deck: Deck) -> None:
        assert is_right(judged(deck, "code-1", typed))

    @pytest.mark.parametrize("typed", ["Step()", "step", "stepp()"])
    def test_other_code_is_wrong(self, typed: str, deck: Deck) -> None:
        assert judged(deck, "code-1", typed) == Verdict(right=False)

    def test_quotes_of_either_kind_are_the_same_code(self) -> None:
        assert fold_code('f("a")') == fold_code("f('a')")

    @given(st.text(max_size=30))
    def test_folding_twice_changes_nothing_more(self, words: str) -> None:
        assert fold(fold(words)) == fold(words)

    @given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
    def test_distance_is_symmetric_and_zero_only_for_the_same_word(self, one: str, other: str) -> None:
        assert distance(one, other, 9) == distance(other, one, 9)
        assert (distance(one, other, 9) == 0) == (one == other)
        assert distance(one, other, 1) == min(distance(one, other, 9), 2)

    def test_only_an_article_at_the_start_is_dropped(self) -> None:
        assert without_article("La tasa") == "tasa"
        assert without_article("latasa la") == "latasa la"


class TestParts:
    """Orders and pairs."""

    @pytest.mark.parametrize("typed", ["1 2 3", "3,2,1", "213", "1-3-2", "2 > 1 > 3"])
    def test_any_order_is_an_answer(self, typed: str, deck: Deck) -> None:
        assert isinstance(judged(deck, "order-1", typed), Verdict)

    def test_a_wrong_order_is_told_why(self, deck: Deck) -> None:
        asked = question(deck, "order-1")
        assert isinstance(asked.form, Arrange)
        backwards = " ".join(str(place + 1) for place in reversed(asked.form.order))
        outcome = judged(deck, asked, backwards)
        assert isinstance(outcome, Verdict)
        assert [why["en"] for why in outcome.why] == ["Clear first."]

    @pytest.mark.parametrize("typed", ["1a 2b 3c", "2b 1a 3c", "1=a, 2=b, 3=c", "a b c", "ABC", "1) a 2) b 3) c"])
    def test_every_way_to_join_pairs_is_read_alike(self, typed: str, deck: Deck) -> None:
        asked = question(deck, "match-1")
        assert isinstance(asked.form, Match)
        assert is_right(judged(deck, asked, typed)) == (asked.form.partner == (0, 1, 2))
        assert isinstance(judged(deck, asked, typed), Verdict)

    @pytest.mark.parametrize(
        "typed", ["1a 2b", "1a 1b 3c", "1a 2a 3c", "a b", "1a 2b 3d", "1a 2b 3c 4a", "1a 2b 3c x!"]
    )
    def test_an_incomplete_joining_is_asked_again(self, typed: str, deck: Deck) -> None:
        assert isinstance(judged(deck, "match-1", typed), AskAgain)


@pytest.mark.parametrize("item", ITEMS)
def test_the_right_answer_can_be_shown_in_both_languages(item: str, deck: Deck) -> None:
    shown = right_answer(question(deck, item))
    assert all(shown[language].strip() for language in ("en", "es"))


@given(typed=st.text(max_size=20), item=st.sampled_from(ITEMS))
def test_no_line_breaks_the_judge(typed: str, item: str, questions: dict[str, Question]) -> None:
    assert isinstance(judge(questions[item], typed, "es"), Verdict | AskAgain)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Question]:
    from .conftest import small_deck

    deck = small_deck(tmp_path_factory.mktemp("quizzes"))
    return {item: question(deck, item) for item in ITEMS}
