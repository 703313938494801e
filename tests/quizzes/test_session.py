"""A quiz goes on from any kept state exactly as if nothing had happened."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.journal import QuizSession
from grader.quizzes.answers import AskAgain, Verdict
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.question import Calculate, Choose, Form, Option, Question, Write
from grader.quizzes.session import AGAIN, GOOD, HARD, State, answer, current, leaves, resume, to_keep
from grader.text import Text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAN = (
    Asked("item:text-1", "text-1", 1),
    Asked("item:true-1", "true-1", 2),
    Asked("term:sgd", "sgd/code_to_term", 3),
)


def take(deck: Deck, lines: list[str], state: State | None = None) -> tuple[State, list[int]]:
    """Answer with these lines; the state after them, and the ratings given."""
    state = state or State(plan=PLAN)
    ratings = []
    for line in lines:
        state, question = current(state, deck)
        if question is None:
            break
        turn = answer(state, question, line, deck=deck, language="en", now=NOW)
        state = turn.state
        if turn.review is not None:
            ratings.append(turn.review.rating)
    return state, ratings


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"plan": 3}', '{"plan": [], "version": 1}', "\x00", '{"plan":[{"card":"a"}]}']
)
def test_a_state_that_cannot_be_understood_is_begun_anew(text: str) -> None:
    assert resume(QuizSession(name="quiz", started_at=NOW, state=text)) is None


def test_a_state_of_another_version_or_a_finished_one_is_begun_anew() -> None:
    assert resume(to_keep(State(plan=PLAN, version=99), "quiz", NOW)) is None
    assert resume(to_keep(State(plan=PLAN, position=3), "quiz", NOW)) is None


def asked(form: Form) -> Question:
    return Question(card="item:a", item="a", stem=Text({"en": "?", "es": "?"}), form=form, terms=("sgd",))


NO = Text({"en": "no", "es": "no"})
QUERY = Write(accept=Text({"en": "q", "es": "q"}), also=("q",), is_code=True)
NUMBERED = Choose(options=(Option(text=NO, right=True), Option(text=NO, right=False)))


@pytest.mark.parametrize("line", ["1", "?", "", "quite", "q q", "que", "0"])
def test_any_other_line_does_not_leave(line: str) -> None:
    assert not leaves(asked(NUMBERED), line, "en")


@pytest.mark.parametrize(
    "form",
    [QUERY, Choose(options=(Option(text=NO, right=True), Option(text=NO, right=False, aliases=("q",))))],
    ids=["a right word", "a wrong option's other name"],
)
def test_a_q_that_could_be_an_answer_is_one(form: Form) -> None:
    assert not leaves(asked(form), "q", "en")


@pytest.mark.parametrize("line", ["q", " Q ", "quit", "Salir"])
@pytest.mark.parametrize(
    "form",
    [NUMBERED, Calculate(value=1.0, rtol=0.1, atol=0.0), Write(accept=NO, also=("momentum",))],
    ids=["choose", "calculate", "write"],
)
def test_whoever_types_q_leaves(form: Form, line: str) -> None:
    assert leaves(asked(form), line, "es")


def test_an_unreadable_line_changes_nothing(deck: Deck) -> None:
    state, question = current(State(plan=PLAN, position=1), deck)
    assert question is not None
    turn = answer(state, question, "maybe", deck=deck, language="en", now=NOW)
    assert isinstance(turn.outcome, AskAgain)
    assert turn.review is None
    assert turn.state == state


def test_right_wrong_and_right_after_a_slip_are_rated_good_again_and_hard(deck: Deck) -> None:
    assert take(deck, ["lr"])[1] == [GOOD]
    assert take(deck, ["momentum"])[1] == [AGAIN]
    assert take(deck, ["lerning rate", "learning rate"])[1] == [HARD]
    assert take(deck, ["lerning rate", "momentum"])[1] == [AGAIN]
    assert take(deck, ["?"])[1] == [AGAIN]


def test_a_slip_says_nothing_about_the_next_question(deck: Deck) -> None:
    assert take(deck, ["lerning rate", "learning rate", "false"])[1] == [HARD, GOOD]


def test_the_review_names_card_question_answer_and_direction(deck: Deck) -> None:
    state, question = current(State(plan=PLAN, position=2), deck)
    assert question is not None
    turn = answer(state, question, " 1 ", deck=deck, language="en", now=NOW, milliseconds=1500)
    assert turn.review is not None
    found = msgspec.structs.asdict(turn.review)
    assert found | {"rating": 0} == {
        "card": "term:sgd",
        "rated_at": NOW,
        "rating": 0,
        "item": "sgd/code_to_term",
        "answer": "1",
        "milliseconds": 1500,
        "direction": "code_to_term",
    }


def test_questions_that_the_course_no_longer_has_are_passed_over(deck: Deck) -> None:
    gone = (Asked("item:gone", "gone", 1), *PLAN[:1], Asked("term:gone", "gone/cloze", 1), Asked("odd", "odd", 1))
    state, ratings = take(deck, ["lr", "lr", "lr"], State(plan=gone))
    assert ratings == [GOOD]
    assert state.is_over


def test_the_score_and_what_was_missed_are_counted(deck: Deck) -> None:
    state, _ = take(deck, ["lr", "true"])
    assert (state.position, state.right, state.missed) == (2, 1, (1,))


lines = st.lists(
    st.sampled_from(["lr", "lerning rate", "momentum", "true", "2", "1", "?", "", "nonsense"]), max_size=10
)


@given(lines=lines, cut=st.integers(0, 10))
def test_cut_anywhere_and_resumed_it_ends_as_if_never_cut(lines: list[str], cut: int, kept_deck: Deck) -> None:
    whole = take(kept_deck, lines)
    before, first = take(kept_deck, lines[:cut])
    kept = resume(to_keep(before, "quiz", NOW))
    if kept is None:
        assert before.is_over
        return
    after, rest = take(kept_deck, lines[cut:], kept)
    assert (after, first + rest) == whole


def test_a_verdict_is_right_or_not() -> None:
    assert Verdict(right=True).why == ()


@pytest.fixture(scope="module")
def kept_deck(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    from .conftest import small_deck

    return small_deck(tmp_path_factory.mktemp("quizzes"))
