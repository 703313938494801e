"""A course's glossary and items become one deck of cards, from which a topic takes its part and a card its question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from grader.errors import CourseError, UsageError
from grader.locale import same, say
from grader.quizzes.authored import ask
from grader.quizzes.folding import fold
from grader.quizzes.generated import DIRECTIONS, NAMING, ask_term, directions
from grader.quizzes.glossary import FILE as GLOSSARY
from grader.quizzes.glossary import FOLDER, Glossary, read_glossary
from grader.quizzes.items import Bank, read_topic
from grader.quizzes.quantities import Quantities
from grader.quizzes.question import Question
from grader.quizzes.reading import read_tables, typed
from grader.quizzes.rivals import Rivals
from grader.text import Text

TITLES = "topics.toml"
LATE = 10**6


class Asked(msgspec.Struct, frozen=True):
    """A question by name: with the same deck it is always the same, letter for letter."""

    card: str
    item: str
    seed: int


class Deck:
    """Every card of a course: ``term:<id>`` for a glossary entry, ``item:<id>`` for an authored item."""

    def __init__(
        self, glossary: Glossary, bank: Bank, quantities: Quantities, titles: Mapping[str, Text] | None = None
    ) -> None:
        self.glossary = glossary
        self.bank = bank
        self.quantities = quantities
        self._titles = titles or {}
        self._rivals = Rivals()

    @cached_property
    def topics(self) -> dict[str, Text]:
        """Every topic and group by name, with its title, in the order in which the titles were written."""
        names = {*self._titles, *self.glossary.groups, *(topic.name for topic in self.bank.topics)}
        order = {name: place for place, name in enumerate(self._titles)}
        listed = sorted(names, key=lambda name: (order.get(name, LATE), name))
        return {name: self._titles.get(name) or same(name) for name in listed}

    @cached_property
    def cards(self) -> tuple[str, ...]:
        """All cards: those of the first exercises before those of later ones, and terms before the items about them."""
        every = (
            *(f"term:{term_id}" for term_id in self.glossary.terms),
            *(f"item:{item_id}" for item_id in self.bank.items),
        )
        return tuple(sorted(every, key=self.exercise_of))

    def exercise_of(self, card: str) -> int:
        """The number of the first exercise that a card belongs to; a large number for none."""
        kind, _, key = card.partition(":")
        if kind == "term":
            return min(self.glossary[key].exercises, default=LATE)
        return self.bank.items[key].exercise or LATE

    def topic(self, wanted: str) -> tuple[str, ...]:
        """The cards of a topic: a file of items, a group of terms, an exercise's number or name, or one term.

        Raises `UsageError` with the topics there are where it is none of these.
        """
        chosen = self._of_topic(wanted.strip().casefold()) or self._of_exercise(wanted) or self._of_term(wanted)
        if not chosen:
            raise UsageError(
                say("There is no topic «{wanted}».", wanted=wanted[:60]),
                say("Choose one of these: {known}; or an exercise's number, or a term.", known=", ".join(self.topics)),
            )
        return tuple(card for card in self.cards if card in chosen)

    def question(self, asked: Asked) -> Question | None:
        """The question, or None where the course no longer has it."""
        kind, _, key = asked.card.partition(":")
        if kind == "term" and key in self.glossary:
            direction = asked.item.rpartition("/")[2]
            return ask_term(self.glossary, key, direction, asked.seed)
        item = self.bank.items.get(key) if kind == "item" else None
        return None if item is None else ask(item, asked.seed, self.quantities)

    def forms(self, card: str, *, reverse: bool = False) -> tuple[str, ...]:
        """Names of the questions that can be asked of a card; with `reverse`, those in which a term must be found."""
        kind, _, key = card.partition(":")
        if kind != "term":
            return (key,)
        possible = directions(self.glossary, key)
        wanted = NAMING if reverse else DIRECTIONS
        return tuple(f"{key}/{direction}" for direction in possible if direction in wanted)

    def may_meet(self, one: str, other: str) -> bool:
        """Whether one sitting may ask both cards: neither tells the answer of the other."""
        items = [self.bank.items[card.partition(":")[2]] for card in (one, other) if card.startswith("item:")]
        return len(items) < 2 or self._rivals.meet(*items)

    def terms_of(self, card: str) -> tuple[str, ...]:
        """The glossary ids that a card is about."""
        kind, _, key = card.partition(":")
        return (key,) if kind == "term" else self.bank.items[key].terms

    def _of_topic(self, wanted: str) -> set[str]:
        folded = fold(wanted)
        name = next(
            (name for name, title in self.topics.items() if folded in {fold(name), *map(fold, title.values())}), wanted
        )
        terms = {f"term:{term_id}" for term_id in self.glossary.groups.get(name, ())}
        return terms | {f"item:{item.id}" for topic in self.bank.topics if topic.name == name for item in topic.items}

    def _of_exercise(self, wanted: str) -> set[str]:
        number = wanted.strip().partition("_")[0]
        if not number.isdecimal():
            return set()
        terms = {f"term:{term_id}" for term_id, term in self.glossary.terms.items() if int(number) in term.exercises}
        return terms | {f"item:{item.id}" for item in self.bank.items.values() if item.exercise == int(number)}

    def _of_term(self, wanted: str) -> set[str]:
        found = self.glossary.look_up(wanted)
        if len(found) != 1 or found[0].how == "fuzzy":
            return set()
        term_id = found[0].id
        return {f"term:{term_id}"} | {f"item:{item.id}" for item in self.bank.items.values() if term_id in item.terms}


def load_deck(root: Path, cache: Path | None = None) -> Deck:
    """The deck of the trusted course at `root`; `cache` is a file to keep what was read in, as `read_tables` says."""
    return read_deck(root / FOLDER, Quantities(root), cache)


def read_deck(folder: Path, quantities: Quantities, cache: Path | None = None) -> Deck:
    """The deck of the quiz files in `folder`, topics in the order of their names."""
    tables = read_tables(folder, cache)
    if GLOSSARY not in tables:
        raise CourseError(say("{path} is missing.", path=folder / GLOSSARY))
    glossary = read_glossary(tables[GLOSSARY], folder / GLOSSARY)
    titles = {name: typed(title, Text, folder / TITLES, name) for name, title in tables.pop(TITLES, {}).items()}
    topics = [read_topic(table, folder / name) for name, table in tables.items() if name != GLOSSARY]
    return Deck(glossary, Bank(tuple(topics)), quantities, titles)
