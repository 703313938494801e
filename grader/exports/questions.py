"""A course's authored items become the questions that leave the terminal: one each, or several with drawn numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from grader.locale import same
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.items import Numeric, TrueFalse
from grader.quizzes.question import Arrange, Match, Question, Write
from grader.text import Text


class Drawn(NamedTuple):
    """One question as another system gets it: `id` is the same in every release, `tags` are words to find it by."""

    id: str
    question: Question
    tags: tuple[str, ...]
    is_true_false: bool = False


class Sheet(NamedTuple):
    """A course's questions by topic, in the course's order."""

    course: str
    title: Text
    topics: tuple[tuple[str, Text, tuple[Drawn, ...]], ...]

    @property
    def questions(self) -> tuple[Drawn, ...]:
        """All of them."""
        return tuple(drawn for _, _, questions in self.topics for drawn in questions)


def sheet_of(course: str, title: Text, deck: Deck, wanted: Iterable[str], variants: int) -> Sheet:
    """The items of the topics `wanted`, or all; those with parameters drawn up to `variants` times, never twice alike.

    The same course gives the same sheet. Raises `UsageError` for an unknown topic.
    """
    chosen = {card for name in wanted for card in deck.topic(name)} or set(deck.cards)
    topics = []
    for topic in deck.bank.topics:
        ids = [item.id for item in topic.items if f"item:{item.id}" in chosen]
        questions = tuple(drawn for item in ids for drawn in _drawn(deck, item, topic.name, variants))
        if questions:
            topics.append((topic.name, deck.topics[topic.name], questions))
    return Sheet(course, title, tuple(topics))


def decimal(value: float) -> str:
    """A number as every reader takes it: fifteen digits, a point, and no exponent."""
    return format(Decimal(f"{value:.15g}"), "f")


def fraction(part: int, of: int) -> str:
    """A share in per cent, with the five decimals of Moodle's list, in which any other is refused."""
    return f"{100 * part / of:.5f}".rstrip("0").rstrip(".")


def spellings(form: Write) -> tuple[str, ...]:
    """Every accepted word, and each as typed without what our own reading leaves out: accents apart, spaces in code."""
    written = dict.fromkeys((*form.also, *form.accept.values()))
    further = ("".join(one.split()) if form.is_code else one.replace("-", " ") for one in written)
    return tuple(dict.fromkeys((*written, *further)))


def steps_as_pairs(form: Arrange) -> Match:
    """Places and steps to be joined, for systems that cannot put steps in order."""
    places = tuple(same(str(place)) for place in range(1, len(form.steps) + 1))
    return Match(places, form.steps, form.order)


def _drawn(deck: Deck, item_id: str, topic: str, variants: int) -> Iterable[Drawn]:
    item = deck.bank.items[item_id]
    seeds = range(variants if isinstance(item, Numeric) and item.params else 1)
    place = () if item.exercise is None else (f"exercise-{item.exercise}",)
    found: dict[str, Question] = {}
    for seed in seeds:
        question = deck.question(Asked(f"item:{item_id}", item_id, seed))
        if question is not None:
            found.setdefault(question.stem.in_language("en"), question)
    for number, question in enumerate(found.values(), start=1):
        name = item_id if number == 1 else f"{item_id}-v{number}"
        yield Drawn(name, question, tuple(dict.fromkeys((topic, *place, *item.terms))), isinstance(item, TrueFalse))
