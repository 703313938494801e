"""A mismatch into two values side by side, the facts about their difference, and a few rows around it."""

from __future__ import annotations

import math

import msgspec

from grader.feedback import clean
from grader.locale import LANGUAGES, numbers, say, say_many
from grader.locale.numbers import Words
from grader.results import Mismatch, Number, Row
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
    changed = mismatch.kind == "changed"
    return MismatchView(
        lead=clean.words(_lead(mismatch)),
        place=clean.line(_place(mismatch)),
        step=None if mismatch.step is None else clean.words(say("step {step}", step=mismatch.step)),
        got_label=clean.words(say("afterwards") if changed else say("yours")),
        expected_label=clean.words(say("before") if changed else say("expected")),
        pair=_pair(mismatch.got, mismatch.expected),
        facts=tuple(_facts(mismatch)),
        rows=tuple(_row(row) for row in mismatch.rows[: MOST_ROWS if with_rows else 0]),
    )


def _lead(mismatch: Mismatch) -> Text:
    match mismatch.kind:
        case "type":
            return say("What came back is another kind of value than expected.")
        case "shape":
            return say("What came back has another shape than expected.")
        case "dtype":
            return say("What came back has another number type than expected.")
        case "not_finite":
            return say("A value that is not a finite number came back.")
        case "value":
            return say("This is the first place where your value leaves the expected one.")
        case "changed":
            return say("The call changed one of its arguments, which should stay as it was.")


def _place(mismatch: Mismatch) -> str:
    if not mismatch.index:
        return mismatch.name
    return f"{mismatch.name}[{', '.join(str(place) for place in mismatch.index)}]"


def _pair(got: Number, expected: Number) -> Pair:
    one, other = _as_float(got), _as_float(expected)
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


def _as_float(value: Number) -> float | None:
    """Numbers, and strings that spell one; other strings (a type, a shape) are shown as they are."""
    try:
        return float(value)
    except ValueError:
        return None


def _facts(mismatch: Mismatch) -> list[Fact]:
    facts = []
    if mismatch.absolute_error is not None:
        facts.append(Fact(clean.words(say("off by")), _difference(mismatch.absolute_error, mismatch.relative_error)))
    allowed = _allowed(mismatch)
    if allowed is not None:
        facts.append(Fact(clean.words(say("allowed")), numbers.number(allowed, 2), is_allowance=True))
    if mismatch.differing is not None and mismatch.total is not None and mismatch.total > 1:
        share = say_many(
            "{number} of {total} value",
            "{number} of {total} values",
            mismatch.differing,
            total=Text(numbers.count(mismatch.total)),
        )
        facts.append(Fact(clean.words(say("differing")), clean.words(share)))
        if mismatch.greatest_absolute is not None:
            greatest = _difference(mismatch.greatest_absolute, mismatch.greatest_relative)
            facts.append(Fact(clean.words(say("at most by")), greatest))
    return facts


def _allowed(mismatch: Mismatch) -> float | None:
    expected = _as_float(mismatch.expected)
    if mismatch.rtol is None or mismatch.atol is None or expected is None or not math.isfinite(expected):
        return None
    return mismatch.atol + mismatch.rtol * abs(expected)


def _difference(absolute: Number, relative: Number | None) -> Words:
    size = _as_float(absolute)
    share = None if relative is None else _as_float(relative)
    if size is None:
        return dict.fromkeys(LANGUAGES, clean.line(str(absolute)))
    words = numbers.number(size, 3)
    if share is None or not math.isfinite(share):
        return words
    parts = numbers.percent(share)
    return {language: f"{words[language]} ({parts[language]})" for language in LANGUAGES}


def _row(row: Row) -> RowView:
    return RowView(clean.line(row.place), _pair(row.got, row.expected), row.differs)
