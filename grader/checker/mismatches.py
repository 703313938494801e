"""One difference between a returned value and the expected one, turned into the sentence and figures one reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.checker.wording import kind_of, kind_said, number, two_numbers
from grader.locale import join, same, say
from grader.results import Mismatch, Number, Row
from grader.sameness.distance import Gap, absolute_error, differs, relative_error
from grader.text import Text

MOST_ROWS = 5
MOST_KEYS = 8
Index = tuple[int, ...]


class CheckFailed(Exception):
    """The learner's `value` is not the expected one; `message` and `mismatch` say how."""

    def __init__(self, message: Text, mismatch: Mismatch | None = None, value: Any = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.mismatch = mismatch
        self.value = value


@dataclass(frozen=True)
class Leaf:
    """One array or number inside a returned structure; `step` counts from 1."""

    name: str
    got: Any
    expected: Any
    step: int | None = None

    def place(self, index: Index, per_step: bool) -> tuple[int | None, Index | None]:
        """Split an index into a step (with `per_step`, axis 0 counts them, from 1) and the rest."""
        if per_step and self.step is None and index:
            return index[0] + 1, index[1:] or None
        return self.step, index or None


@dataclass(frozen=True)
class Tolerated:
    """What `close` was asked: values are close when ``|got - expected| <= atol + rtol * |expected|``."""

    rtol: float
    atol: float
    per_step: bool


def fail_type(leaf: Leaf) -> NoReturn:
    """The value is of another kind."""
    (mine, theirs), said = _kinds(leaf.got, leaf.expected)
    place = _where(leaf.name, leaf.step)
    told = say("{name} is {mine}, expected {theirs}.", name=place, mine=said[0], theirs=said[1])
    if leaf.got is None:
        told = join(" ", [told, say("Is a `return` missing?")])
    raise CheckFailed(told, Mismatch(kind="type", name=leaf.name, step=leaf.step, got=mine, expected=theirs), leaf.got)


def fail_structure(leaf: Leaf) -> NoReturn:
    """The value is no structure of that kind; or a dictionary, and has other keys."""
    if not (isinstance(leaf.got, dict) and isinstance(leaf.expected, dict)):
        fail_type(leaf)
    mine, theirs = _listed(leaf.got), _listed(leaf.expected)
    place = _where(leaf.name, leaf.step)
    raise CheckFailed(
        say("{name}: expected the keys {keys}, got {theirs}.", name=place, keys=theirs, theirs=mine),
        Mismatch(kind="type", name=leaf.name, step=leaf.step, got=mine, expected=theirs),
        leaf.got,
    )


def fail_shape(leaf: Leaf) -> NoReturn:
    """The array has another shape."""
    mine, theirs = str(leaf.got.shape), str(leaf.expected.shape)
    place = _where(leaf.name, leaf.step)
    raise CheckFailed(
        say("{name} has shape {mine}, expected {theirs}.", name=place, mine=mine, theirs=theirs),
        Mismatch(kind="shape", name=leaf.name, step=leaf.step, got=mine, expected=theirs),
        leaf.got,
    )


def fail_dtype(leaf: Leaf) -> NoReturn:
    """The array has another dtype."""
    mine, theirs = str(leaf.got.dtype), str(leaf.expected.dtype)
    place = _where(leaf.name, leaf.step)
    raise CheckFailed(
        say("{name} has dtype {mine}, expected {theirs}.", name=place, mine=mine, theirs=theirs),
        Mismatch(kind="dtype", name=leaf.name, step=leaf.step, got=mine, expected=theirs),
        leaf.got,
    )


def fail_not_finite(leaf: Leaf, got: Any, expected: Any, bad: Any, asked: Tolerated) -> NoReturn:
    """A number is infinite or none at all where the expected one is finite; `bad` is True at each such place."""
    first = first_true(bad)
    step, index = leaf.place(first, asked.per_step)
    mine = _number(got[first])
    raise CheckFailed(
        say("{place} is {value}, which is not a finite number.", place=_where(leaf.name, step, index), value=mine),
        Mismatch(
            kind="not_finite",
            name=leaf.name,
            step=step,
            index=index,
            got=mine,
            expected=_number(expected[first]),
            differing=int(bad.sum()),
            total=int(bad.size),
        ),
        leaf.got,
    )


def fail_value(leaf: Leaf, got: Any, expected: Any, gap: Gap, asked: Tolerated) -> NoReturn:
    """A number is too far from the expected one; `gap` says where first, and how far at most."""
    here = gap.first
    step, index = leaf.place(here, asked.per_step)
    error = absolute_error(got, expected)
    mine, theirs = _two_shown(got[here], expected[here])
    message = say(
        "{place} is {mine}, expected {theirs}: off by {error:.2g}, where {allowed:.2g} is allowed.",
        place=_where(leaf.name, step, index),
        mine=mine,
        theirs=theirs,
        error=float(error[here]),
        allowed=float(asked.atol + asked.rtol * abs(expected[here])),
    )
    raise CheckFailed(
        message,
        Mismatch(
            kind="value",
            name=leaf.name,
            step=step,
            index=index,
            got=_number(got[here]),
            expected=_number(expected[here]),
            absolute_error=number(error[here]),
            relative_error=number(relative_error(error, expected)[here]),
            rtol=asked.rtol,
            atol=asked.atol,
            differing=gap.differing,
            total=gap.total,
            greatest_absolute=number(gap.greatest_absolute),
            greatest_relative=number(gap.greatest_relative),
            rows=_rows(leaf, got, expected, asked),
        ),
        leaf.got,
    )


def fail_changed(leaf: Leaf) -> NoReturn:
    """The call left an argument otherwise than it was; `expected` is how it was before."""
    after, before = leaf.got, leaf.expected
    index: Index | None = None
    (mine, theirs), said = _kinds(after, before)
    if isinstance(after, np.ndarray) and isinstance(before, np.ndarray) and _same_form(after, before):
        index = first_true(_changed(after, before))
        said = mine, theirs = _two_shown(after[index], before[index])
    raise CheckFailed(
        say(
            "The call changed its argument {name}: {place} was {before} and is {after} afterwards.",
            name=_where(leaf.name),
            place=_where(leaf.name, None, index),
            before=said[1],
            after=said[0],
        ),
        Mismatch(kind="changed", name=leaf.name, index=index or None, got=mine, expected=theirs),
        leaf.got,
    )


def _kinds(got: Any, expected: Any) -> tuple[tuple[str, str], tuple[Text | str, Text | str]]:
    """What two values are, for the report and within a sentence; of one kind, they are shown themselves."""
    kinds = kind_of(got), kind_of(expected)
    if kinds[0] != kinds[1]:
        return kinds, (kind_said(got), kind_said(expected))
    shown = repr(got)[:80], repr(expected)[:80]
    return shown, shown


def first_true(mask: Any) -> Index:
    """The index of the first True in C order, so along axis 0 first."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def _rows(leaf: Leaf, got: Any, expected: Any, asked: Tolerated) -> tuple[Row, ...]:
    """A few places around the first difference, so that what still agreed shows too."""
    if got.ndim == 0 or got.dtype.kind == "c":
        return ()
    apart = differs(got, expected, asked.rtol, asked.atol).reshape(-1)
    first = int(np.argmax(apart))
    start = max(0, min(first - 1, apart.size - MOST_ROWS))
    rows = []
    for flat in range(start, min(apart.size, start + MOST_ROWS)):
        where = tuple(int(i) for i in np.unravel_index(flat, got.shape))
        step, index = leaf.place(where, asked.per_step)
        place = _indexed(leaf.name, index) + (f" · {step}" if step is not None else "")
        rows.append(Row(place, number(got[where]), number(expected[where]), bool(apart[flat])))
    return tuple(rows)


def _changed(after: Any, before: Any) -> Any:
    """Where two arrays differ, not a number being equal to itself."""
    apart = after != before
    return apart & ~(np.isnan(after) & np.isnan(before)) if before.dtype.kind in "fc" else apart


def _same_form(after: np.ndarray[Any, Any], before: np.ndarray[Any, Any]) -> bool:
    return (after.shape, after.dtype) == (before.shape, before.dtype)


def _number(value: Any) -> Number:
    """A number for a report; of a complex one its size, as JSON has none."""
    return number(abs(value)) if np.iscomplexobj(value) else number(value)


def _two_shown(got: Any, expected: Any) -> tuple[str, str]:
    if np.iscomplexobj(got) or np.iscomplexobj(expected):
        return f"{complex(got):.6g}", f"{complex(expected):.6g}"
    return two_numbers(float(got), float(expected))


def _listed(keys: Iterable[Any]) -> str:
    """Keys as code, few and short: a learner's dictionary may hold any text."""
    shown = [repr(key)[:40] for key in keys]
    return ", ".join(shown if len(shown) <= MOST_KEYS else [*shown[:MOST_KEYS], "…"]) or "—"


def _where(name: str, step: int | None = None, index: Index | None = None) -> Text:
    place = f"`{_indexed(name, index)}`"
    if step is None:
        return same(place)
    return say("At step {step}, {place}", step=step, place=place)


def _indexed(name: str, index: Index | None) -> str:
    return name if not index else f"{name}[{', '.join(map(str, index))}]"
