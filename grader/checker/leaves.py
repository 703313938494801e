"""A returned structure and the expected one walked side by side, down to pairs of arrays and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checker.mismatches import Leaf, fail_keys, fail_type

Names = str | Sequence[str] | None


def leaves(got: Any, expected: Any, names: Names, *, per_step: bool, step: int | None = None) -> Iterator[Leaf]:
    """Every leaf of `expected` beside what stands in its place; raises `CheckFailed` where the structures part.

    Tuples and lists count as one kind. `names` names the value, or the parts of a tuple or list; a dict's keys name
    its parts. With `per_step`, the index of a list is a step, counted from 1.
    """
    name = names if isinstance(names, str) else ""
    if isinstance(expected, dict):
        yield from _of_dicts(Leaf(name, got, expected, step), per_step)
    elif isinstance(expected, tuple | list):
        yield from _of_sequences(Leaf(name, got, expected, step), names, per_step)
    else:
        yield Leaf(name or "value", got, expected, step)


def labels(names: Names, count: int) -> list[str]:
    """A name for each of `count` parts: their own, or the whole's with an index."""
    if names is None or isinstance(names, str):
        return [f"{names or 'value'}[{i}]" for i in range(count)]
    return [*names, *(f"value[{i}]" for i in range(len(names), count))]


def _of_dicts(pair: Leaf, per_step: bool) -> Iterator[Leaf]:
    whole = Leaf(pair.name or "value", pair.got, pair.expected, pair.step)
    if not isinstance(pair.got, dict):
        fail_type(whole)
    if pair.got.keys() != pair.expected.keys():
        fail_keys(whole)
    for key, value in pair.expected.items():
        name = f"{pair.name}[{key!r}]" if pair.name else str(key)
        yield from leaves(pair.got[key], value, name, per_step=per_step, step=pair.step)


def _of_sequences(pair: Leaf, names: Names, per_step: bool) -> Iterator[Leaf]:
    if not isinstance(pair.got, tuple | list) or len(pair.got) != len(pair.expected):
        fail_type(Leaf(pair.name or "value", pair.got, pair.expected, pair.step))
    counts_steps = per_step and isinstance(pair.expected, list)
    count = len(pair.expected)
    own_labels = [pair.name] * count if counts_steps else labels(names, count)
    for i, (mine, theirs, label) in enumerate(zip(pair.got, pair.expected, own_labels, strict=True)):
        step = i + 1 if counts_steps else pair.step
        yield from leaves(mine, theirs, label, per_step=per_step and not counts_steps, step=step)


def is_number(value: Any) -> bool:
    """Whether a value stands for one number: Python's or NumPy's, real or complex, and no bool."""
    return isinstance(value, int | float | complex | np.number) and not isinstance(value, bool)


def as_arrays(leaf: Leaf) -> tuple[Any, Any] | None:
    """Both values as float64 arrays (complex stays complex); None where the leaf is no number."""
    if not isinstance(leaf.expected, np.ndarray) and not is_number(leaf.expected):
        return None
    return _as_array(leaf.got), _as_array(leaf.expected)


def _as_array(value: Any) -> Any:
    array = np.asarray(_as_float(value) if isinstance(value, int) else value)
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
