"""What checks assert with: a returned value is compared with the expected one, and what differs becomes a `Mismatch`.

Questions are asked in this order, so that a learner reads the most basic difference: type, shape, dtype, finite, value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.checker.learner import Proxy
from grader.checker.wording import kind_of, number, two_numbers
from grader.course import Tolerance
from grader.locale import LANGUAGES, say
from grader.results import Mismatch, Row
from grader.text import Text
from grader.trajectory import Gap, absolute_error, differs, first_gap, relative_error

MOST_ROWS = 5
Names = str | Sequence[str] | None


class CheckFailed(Exception):
    """The learner's value is not the expected one; `message` and `mismatch` say how."""

    def __init__(self, message: Text, mismatch: Mismatch | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.mismatch = mismatch


@dataclass(frozen=True)
class _Leaf:
    """One array or number inside a returned structure; `step` counts from 1."""

    name: str
    got: Any
    expected: Any
    step: int | None = None


class Expect:
    """Assertions with one exercise's tolerance. Each returns nothing, or raises `CheckFailed`."""

    def __init__(self, tolerance: Tolerance) -> None:
        self.tolerance = tolerance

    def close(
        self,
        got: Any,
        expected: Any,
        *,
        names: Names = None,
        rtol: float | None = None,
        atol: float | None = None,
        per_step: bool = False,
        any_float: bool = False,
    ) -> None:
        """`got` has the structure, shapes and dtypes of `expected`, and its values within the tolerance.

        Tuples and lists count as one kind; where a number is expected, any real number will do. `names` names
        the value, or the parts of a tuple or list; a dict's keys name its parts. With `per_step`, axis 0 of an
        array, and the index of a list of numbers, is a step. `any_float` accepts every width of float.
        """
        leaves = list(_pair(got, expected, names, per_step))
        for leaf in leaves:
            _same_type(leaf)
        for leaf in leaves:
            _same_shape(leaf)
        for leaf in leaves:
            _same_dtype(leaf, any_float)
        own_rtol = self.tolerance.rtol if rtol is None else rtol
        own_atol = self.tolerance.atol if atol is None else atol
        for leaf in _by_first_step(leaves):
            _finite(leaf, per_step)
            _close(leaf, own_rtol, own_atol, per_step)

    def shape(self, got: Any, shape: tuple[int, ...], name: str) -> None:
        """`got` is an array of this shape."""
        expected = np.empty(shape)
        _same_type(_Leaf(name, got, expected))
        _same_shape(_Leaf(name, got, expected))

    def unchanged(self, proxy: Proxy, names: Names = None) -> None:
        """The last call left its arguments as they were, bit for bit; keyword arguments too."""
        call = proxy.last_call
        labels = _labels(names, len(call.arguments))
        pairs = list(zip(labels, call.arguments_after, call.arguments, strict=False))
        pairs += [(key, call.keywords_after.get(key), value) for key, value in call.keywords.items()]
        for label, after, before in pairs:
            for leaf in _pair(after, before, label, per_step=False):
                if not _identical(leaf.got, leaf.expected):
                    _fail_changed(leaf)

    def that(self, condition: Any, *, en: str, es: str, name: str = "") -> None:
        """A property holds; otherwise the sentence says, in both languages, what does not."""
        if not condition:
            raise CheckFailed(Text({"en": en, "es": es}))


def _pair(got: Any, expected: Any, names: Names, per_step: bool, step: int | None = None) -> Iterator[_Leaf]:
    """Walk two structures side by side down to arrays and numbers."""
    name = names if isinstance(names, str) else ""
    if isinstance(expected, dict):
        yield from _pair_dicts(got, expected, name, per_step, step)
    elif isinstance(expected, tuple | list):
        yield from _pair_sequences(got, expected, names, per_step, step)
    else:
        yield _Leaf(name or "value", got, expected, step)


def _pair_dicts(got: Any, expected: dict[Any, Any], name: str, per_step: bool, step: int | None) -> Iterator[_Leaf]:
    if not isinstance(got, dict):
        _fail_type(name or "value", got, expected)
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        keys, theirs = ", ".join(map(str, expected)), ", ".join(map(str, got)) or "—"
        raise CheckFailed(
            say(
                "{name}: expected the keys {keys}, got {theirs}.", name=_code(name or "value"), keys=keys, theirs=theirs
            ),
            Mismatch(kind="type", name=name or "value", got=theirs, expected=keys),
        )
    for key, value in expected.items():
        yield from _pair(got[key], value, f"{name}[{key!r}]" if name else str(key), per_step, step)


def _pair_sequences(
    got: Any, expected: tuple[Any, ...] | list[Any], names: Names, per_step: bool, step: int | None
) -> Iterator[_Leaf]:
    name = names if isinstance(names, str) else ""
    if not isinstance(got, tuple | list) or len(got) != len(expected):
        _fail_type(name or "value", got, expected)
    counts_steps = per_step and isinstance(expected, list)
    labels = [name] * len(expected) if counts_steps else _labels(names, len(expected))
    for i, (mine, theirs, label) in enumerate(zip(got, expected, labels, strict=True)):
        yield from _pair(mine, theirs, label, per_step and not counts_steps, i + 1 if counts_steps else step)


def _labels(names: Names, count: int) -> list[str]:
    if names is None or isinstance(names, str):
        return [f"{names or 'value'}[{i}]" for i in range(count)]
    return [*names, *(f"value[{i}]" for i in range(len(names), count))]


def _by_first_step(leaves: list[_Leaf]) -> list[_Leaf]:
    return sorted(leaves, key=lambda leaf: leaf.step or 0)


def _same_type(leaf: _Leaf) -> None:
    expected, got = leaf.expected, leaf.got
    if isinstance(expected, np.ndarray):
        right = isinstance(got, np.ndarray)
    elif isinstance(expected, float | int | np.number) and not isinstance(expected, bool):
        right = _is_real(got)
    else:
        right = type(got) is type(expected) and got == expected
    if not right:
        _fail_type(leaf.name, got, expected, leaf.step)


def _is_real(got: Any) -> bool:
    if isinstance(got, np.ndarray):
        return got.shape == () and got.dtype.kind in "iuf"
    return isinstance(got, int | float | np.integer | np.floating) and not isinstance(got, bool)


def _same_shape(leaf: _Leaf) -> None:
    if not isinstance(leaf.expected, np.ndarray) or leaf.got.shape == leaf.expected.shape:
        return
    mine, theirs = str(leaf.got.shape), str(leaf.expected.shape)
    raise CheckFailed(
        say("{name} has shape {mine}, expected {theirs}.", name=_code(leaf.name), mine=mine, theirs=theirs),
        Mismatch(kind="shape", name=leaf.name, step=leaf.step, got=mine, expected=theirs),
    )


def _same_dtype(leaf: _Leaf, any_float: bool) -> None:
    if not isinstance(leaf.expected, np.ndarray) or leaf.got.dtype == leaf.expected.dtype:
        return
    if any_float and leaf.got.dtype.kind == leaf.expected.dtype.kind == "f":
        return
    mine, theirs = str(leaf.got.dtype), str(leaf.expected.dtype)
    raise CheckFailed(
        say("{name} has dtype {mine}, expected {theirs}.", name=_code(leaf.name), mine=mine, theirs=theirs),
        Mismatch(kind="dtype", name=leaf.name, step=leaf.step, got=mine, expected=theirs),
    )


def _finite(leaf: _Leaf, per_step: bool) -> None:
    got, expected = _floats(leaf)
    if got is None or expected is None:
        return
    bad = ~np.isfinite(got) & np.isfinite(expected)
    if not bad.any():
        return
    first = tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), bad.shape))
    step, index = _place(leaf, first, per_step)
    value = number(got[first])
    raise CheckFailed(
        say("{place} is {value}, which is not a finite number.", place=_where(leaf.name, step, index), value=value),
        Mismatch(
            kind="not_finite",
            name=leaf.name,
            step=step,
            index=index,
            got=value,
            expected=number(expected[first]),
            differing=int(bad.sum()),
            total=int(bad.size),
        ),
    )


def _close(leaf: _Leaf, rtol: float, atol: float, per_step: bool) -> None:
    got, expected = _floats(leaf)
    if got is None or expected is None:
        return
    gap = first_gap(got, expected, rtol, atol)
    if gap is not None:
        _fail_value(leaf, got, expected, gap, rtol, atol, per_step)


def _floats(leaf: _Leaf) -> tuple[Any, Any]:
    """Both values as float64 arrays (complex stays complex); Nones where the leaf is no number."""
    if not isinstance(leaf.expected, np.ndarray | np.number | float | int) or isinstance(leaf.expected, bool):
        return None, None
    pair = []
    for value in (leaf.got, leaf.expected):
        array = np.asarray(value) if not isinstance(value, int) else np.asarray(_as_float(value))
        pair.append(array if array.dtype.kind == "c" else array.astype(np.float64))
    return pair[0], pair[1]


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _identical(got: Any, expected: Any) -> bool:
    if isinstance(expected, np.ndarray):
        same_kind = isinstance(got, np.ndarray) and got.dtype == expected.dtype and got.shape == expected.shape
        return same_kind and np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc")
    return type(got) is type(expected) and bool(got == expected or repr(got) == repr(expected) == "nan")


def _fail_type(name: str, got: Any, expected: Any, step: int | None = None) -> NoReturn:
    mine, theirs = kind_of(got), kind_of(expected)
    if mine == theirs:
        mine, theirs = repr(got)[:80], repr(expected)[:80]
    raise CheckFailed(
        say("{name} is {mine}, expected {theirs}.", name=_code(name), mine=mine, theirs=theirs),
        Mismatch(kind="type", name=name, step=step, got=mine, expected=theirs),
    )


def _fail_changed(leaf: _Leaf) -> NoReturn:
    got, expected = leaf.got, leaf.expected
    index: tuple[int, ...] | None = None
    same_form = isinstance(got, np.ndarray) and isinstance(expected, np.ndarray) and got.shape == expected.shape
    mine, theirs = kind_of(got), kind_of(expected)
    if same_form:
        first = np.unravel_index(int(np.argmax(got != expected)), got.shape)
        index = tuple(int(i) for i in first)
        mine, theirs = two_numbers(float(got[first]), float(expected[first]))
    raise CheckFailed(
        say(
            "The call changed its argument {name}: {place} was {before} and is {after} afterwards.",
            name=_code(leaf.name),
            place=_code(_indexed(leaf.name, index)),
            before=theirs,
            after=mine,
        ),
        Mismatch(kind="changed", name=leaf.name, index=index, got=mine, expected=theirs),
    )


def _fail_value(leaf: _Leaf, got: Any, expected: Any, gap: Gap, rtol: float, atol: float, per_step: bool) -> NoReturn:
    step, index = _place(leaf, gap.first, per_step)
    error = absolute_error(got, expected)
    share = relative_error(error, expected)
    here = gap.first
    mine, theirs = (
        two_numbers(got[here], expected[here]) if got.dtype.kind == "f" else (str(got[here]), str(expected[here]))
    )
    message = say(
        "{place} is {mine}, expected {theirs}: off by {error:.2g}, where {allowed:.2g} is allowed.",
        place=_where(leaf.name, step, index),
        mine=mine,
        theirs=theirs,
        error=float(error[here]),
        allowed=float(atol + rtol * abs(expected[here])),
    )
    raise CheckFailed(
        message,
        Mismatch(
            kind="value",
            name=leaf.name,
            step=step,
            index=index,
            got=number(abs(got[here])) if got.dtype.kind == "c" else number(got[here]),
            expected=number(abs(expected[here])) if expected.dtype.kind == "c" else number(expected[here]),
            absolute_error=number(error[here]),
            relative_error=number(share[here]),
            rtol=rtol,
            atol=atol,
            differing=gap.differing,
            total=gap.total,
            greatest_absolute=number(gap.greatest_absolute),
            greatest_relative=number(gap.greatest_relative),
            rows=_rows(leaf, got, expected, gap, rtol, atol, per_step),
        ),
    )


def _rows(leaf: _Leaf, got: Any, expected: Any, gap: Gap, rtol: float, atol: float, per_step: bool) -> tuple[Row, ...]:
    """A few places around the first difference, so that what still agreed shows too."""
    if got.ndim == 0 or got.dtype.kind == "c":
        return ()
    apart = differs(got, expected, rtol, atol).reshape(-1)
    first = int(np.argmax(apart))
    start = max(0, min(first - 1, apart.size - MOST_ROWS))
    rows = []
    for flat in range(start, min(apart.size, start + MOST_ROWS)):
        where = tuple(int(i) for i in np.unravel_index(flat, got.shape))
        step, index = _place(leaf, where, per_step)
        place = _indexed(leaf.name, index) + (f" · {step}" if step is not None else "")
        rows.append(Row(place, number(got[where]), number(expected[where]), bool(apart[flat])))
    return tuple(rows)


def _place(leaf: _Leaf, index: tuple[int, ...], per_step: bool) -> tuple[int | None, tuple[int, ...] | None]:
    """Split an index into a step (axis 0 counts them, from 1) and the rest."""
    if per_step and leaf.step is None and index:
        return index[0] + 1, index[1:] or None
    return leaf.step, index or None


def _where(name: str, step: int | None, index: tuple[int, ...] | None) -> Text:
    place = _code(_indexed(name, index))
    if step is None:
        return Text(dict.fromkeys(LANGUAGES, place))
    return say("At step {step}, {place}", step=step, place=place)


def _indexed(name: str, index: tuple[int, ...] | None) -> str:
    return name if not index else f"{name}[{', '.join(map(str, index))}]"


def _code(name: str) -> str:
    return f"`{name}`"
