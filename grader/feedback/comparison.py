"""A mismatch into two values side by side, the facts about their difference, and a few rows around it."""

from __future__ import annotations

import math

import msgspec

from grader.feedback import clean
from grader.locale import LANGUAGES, numbers, say
from grader.locale.numbers import Words
from grader.results import Mismatch, Number, Row
from grader.telling import mismatch as telling
from grader.text import Text

MOST_ROWS = 5


class Value(msgspec.Struct, frozen=True):
    """A value in one language, split after the digits that both values share."""

    shared: str
    own: str


class Pair(msgspec.Struct, frozen=True):
    """The learner's value and the expected one, language by language; `is_number` sets them large."""

    got: dict[str, Value]
    expected: dict[str, Value]
    is_number: bool


class Fact(msgspec.Struct, frozen=True):
    """A figure about the difference: what it is, and how much."""

    name: Words
    value: Words
    is_allowance: bool = False


class RowView(msgspec.Struct, frozen=True):
    """One line of the table of values."""

    place: str
    pair: Pair
    differs: bool


class MismatchView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value first leaves the expected one, and by how much."""

    lead: Words
    place: str
    step: Words | None
    got_label: Words
    expected_label: Words
    pair: Pair
    facts: tuple[Fact, ...]
    rows: tuple[RowView, ...]


def mismatch_view(mismatch: Mismatch, *, with_rows: bool = True) -> MismatchView:
    """The view of one mismatch; names and values that are not numbers may be a learner's."""
    mine, other = telling.sides(mismatch)
    return MismatchView(
        lead=clean.words(telling.lead(mismatch)),
        place=clean.line(telling.place(mismatch)),
        step=None if mismatch.step is None else clean.words(say("step {step}", step=mismatch.step)),
        got_label=clean.words(mine),
        expected_label=clean.words(other),
        pair=_pair(mismatch.got, mismatch.expected),
        facts=tuple(_facts(mismatch)),
        rows=tuple(_row(row) for row in mismatch.rows[: MOST_ROWS if with_rows else 0]),
    )


def _pair(got: Number, expected: Number) -> Pair:
    one, other = telling.as_float(got), telling.as_float(expected)
    if one is None or other is None:
        return Pair(_same(str(got)), _same(str(expected)), is_number=False)
    first, second = numbers.spell_pair(one, other)
    sides: tuple[dict[str, Value], dict[str, Value]] = ({}, {})
    for language in LANGUAGES:
        mine, theirs = numbers.in_language(first, language), numbers.in_language(second, language)
        shared = numbers.common_prefix(mine, theirs) if mine != theirs else 0
        shared = shared if any(mark.isdigit() for mark in mine[:shared]) else 0
        sides[0][language] = Value(mine[:shared], mine[shared:])
        sides[1][language] = Value(theirs[:shared], theirs[shared:])
    return Pair(*sides, is_number=True)


def _same(text: str) -> dict[str, Value]:
    return dict.fromkeys(LANGUAGES, Value("", clean.line(text)))


def _facts(mismatch: Mismatch) -> list[Fact]:
    told = [Fact(clean.words(each.name), _amount(each), each.is_allowance) for each in telling.facts(mismatch)]
    share = telling.count(mismatch, Text(numbers.count(mismatch.total or 0)))
    if share is None:
        return told
    # How many differ stands before how far at most they do.
    place = next((place for place, fact in enumerate(told) if fact.is_allowance), len(told) - 1) + 1
    return [*told[:place], Fact(clean.words(say("differing")), clean.words(share)), *told[place:]]


def _amount(fact: telling.Fact) -> Words:
    size = telling.as_float(fact.amount)
    if size is None:
        return dict.fromkeys(LANGUAGES, clean.line(str(fact.amount)))
    words = numbers.number(size, 2 if fact.is_allowance else 3)
    if fact.share is None or not math.isfinite(fact.share):
        return words
    parts = numbers.percent(fact.share)
    return {language: f"{words[language]} ({parts[language]})" for language in LANGUAGES}


def _row(row: Row) -> RowView:
    return RowView(clean.line(row.place), _pair(row.got, row.expected), row.differs)
