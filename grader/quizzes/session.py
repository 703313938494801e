"""A plan and typed lines become reviews: a quiz as a pure state machine, whose state is a text that can be kept."""

from __future__ import annotations

from datetime import datetime

import msgspec

from grader.journal import QuizSession, Review
from grader.locale import LANGUAGES
from grader.locale.language import language_facts
from grader.quizzes.answers import AskAgain, Verdict, judge
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.question import Question, Write

AGAIN, HARD, GOOD = 1, 2, 3
VERSION = 1
LEAVE = frozenset(word for code in LANGUAGES for word in language_facts(code).leave_words)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where a quiz stands. `missed` are the places, in the plan, of wrong answers; `was_near` is of this question."""

    plan: tuple[Asked, ...]
    position: int = 0
    right: int = 0
    missed: tuple[int, ...] = ()
    was_near: bool = False
    version: int = VERSION

    @property
    def is_over(self) -> bool:
        """Whether every question was answered."""
        return self.position >= len(self.plan)


class Turn(msgspec.Struct, frozen=True):
    """What one line led to: to be asked again, or a verdict with the review that has to be kept before it is told."""

    state: State
    outcome: Verdict | AskAgain
    review: Review | None = None


def current(state: State, deck: Deck) -> tuple[State, Question | None]:
    """The question that stands next, past any that the course no longer has; None at the end."""
    while not state.is_over:
        question = deck.question(state.plan[state.position])
        if question is not None:
            return state, question
        state = msgspec.structs.replace(state, position=state.position + 1, was_near=False)
    return state, None


def leaves(question: Question, typed: str, language: str) -> bool:
    """Whether the line asks to leave the quiz; not where the same word could be an answer."""
    if typed.strip().casefold() not in LEAVE:
        return False
    outcome = judge(question, typed, language)
    if isinstance(question.form, Write):
        return not (isinstance(outcome, Verdict) and outcome.right)
    return isinstance(outcome, AskAgain)


def answer(
    state: State,
    question: Question,
    typed: str,
    *,
    deck: Deck,
    language: str,
    now: datetime,
    milliseconds: int | None = None,
) -> Turn:
    """Judge one line. A right answer after a misspelled one counts as hard; there is no partial right."""
    outcome = judge(question, typed, language, deck.glossary.owners)
    if isinstance(outcome, AskAgain):
        return Turn(msgspec.structs.replace(state, was_near=state.was_near or outcome.near), outcome)
    good = HARD if state.was_near else GOOD
    review = Review(
        card=question.card,
        rated_at=now,
        rating=good if outcome.right else AGAIN,
        item=question.item,
        answer=typed.strip(),
        milliseconds=milliseconds,
        direction=question.direction,
    )
    after = msgspec.structs.replace(
        state,
        position=state.position + 1,
        right=state.right + outcome.right,
        missed=state.missed if outcome.right else (*state.missed, state.position),
        was_near=False,
    )
    return Turn(after, outcome, review)


def to_keep(state: State, name: str, started_at: datetime) -> QuizSession:
    """The state as the journal keeps it."""
    return QuizSession(name=name, started_at=started_at, state=msgspec.json.encode(state).decode())


def resume(kept: QuizSession) -> State | None:
    """The state that was kept; None where another version of the program wrote it, or nothing is left to ask."""
    try:
        state = msgspec.json.decode(kept.state, type=State)
    except msgspec.DecodeError:
        return None
    return None if state.version != VERSION or state.is_over else state
