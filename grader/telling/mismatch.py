"""A mismatch in words: the kind of difference, where it begins, what both sides are called, how far it reaches."""

from __future__ import annotations

import math
from typing import NamedTuple

from grader.locale import say, say_many
from grader.results import Mismatch, Number
from grader.text import Text


class Fact(NamedTuple):
    """A figure about the difference: what it is called, and how much; `share` is a part of one beside it."""

    name: Text
    amount: Number
    share: float | None = None
    is_allowance: bool = False


def lead(mismatch: Mismatch) -> Text:
    """What is wrong with the value, before any figure."""
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


def place(mismatch: Mismatch) -> str:
    """The first place that differs, as Python would write it."""
    if not mismatch.index:
        return mismatch.name
    return f"{mismatch.name}[{', '.join(str(each) for each in mismatch.index)}]"


def sides(mismatch: Mismatch) -> tuple[Text, Text]:
    """What the learner's value and the other one are called."""
    if mismatch.kind == "changed":
        return say("afterwards"), say("before")
    return say("yours"), say("expected")


def facts(mismatch: Mismatch) -> list[Fact]:
    """The error at the first place and what is allowed there, and the greatest one of all."""
    found = []
    if mismatch.absolute_error is not None:
        found.append(Fact(say("off by"), mismatch.absolute_error, as_float(mismatch.relative_error)))
    allowed = _allowed(mismatch)
    if allowed is not None:
        found.append(Fact(say("allowed"), allowed, is_allowance=True))
    if _has_many(mismatch) and mismatch.greatest_absolute is not None:
        found.append(Fact(say("at most by"), mismatch.greatest_absolute, as_float(mismatch.greatest_relative)))
    return found


def count(mismatch: Mismatch, total: object) -> Text | None:
    """How many of the values differ, where there are several; `total` is their number as it is to be written."""
    if not _has_many(mismatch) or mismatch.differing is None:
        return None
    return say_many("{number} of {total} value", "{number} of {total} values", mismatch.differing, total=total)


def extent(mismatch: Mismatch) -> Text | None:
    """How many numbers differ and how far at most; beside a zero there is no relative error to tell."""
    if not _has_many(mismatch) or mismatch.greatest_absolute is None:
        return None
    if not isinstance(mismatch.greatest_relative, float):
        return say(
            "{differing} of {total} numbers differ; the greatest error is {absolute}.",
            differing=mismatch.differing,
            total=mismatch.total,
            absolute=_short(mismatch.greatest_absolute),
        )
    return say(
        "{differing} of {total} numbers differ; the greatest error is {absolute}, "
        "the greatest relative one {relative}.",
        differing=mismatch.differing,
        total=mismatch.total,
        absolute=_short(mismatch.greatest_absolute),
        relative=_short(mismatch.greatest_relative),
    )


def as_float(value: Number | None) -> float | None:
    """Numbers, and strings that spell one; other strings (a type, a shape) are None."""
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _has_many(mismatch: Mismatch) -> bool:
    return mismatch.differing is not None and mismatch.total is not None and mismatch.total > 1


def _allowed(mismatch: Mismatch) -> float | None:
    expected = as_float(mismatch.expected)
    if mismatch.rtol is None or mismatch.atol is None or expected is None or not math.isfinite(expected):
        return None
    return mismatch.atol + mismatch.rtol * abs(expected)


def _short(number: Number) -> str:
    return f"{number:.2g}" if isinstance(number, float) else str(number)
