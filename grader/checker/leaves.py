"""A returned structure beside the expected one, each of its parts under the name that a learner is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.checker.mismatches import Leaf
from grader.sameness import Pair, Place, leaves

Names = str | Sequence[str] | None
Named = tuple[Leaf, Pair]


def named(got: Any, expected: Any, names: Names, *, per_step: bool) -> Iterator[Named]:
    """Every leaf of `expected` beside what stands in its place, and by name.

    `names` names the value, or the parts of a tuple or list; a dict's keys name its parts. With `per_step`, the index
    of a list is a step, counted from 1.
    """
    for pair in leaves(got, expected):
        name, step = _name(expected, pair.place, names, per_step)
        yield Leaf(name, pair.got, pair.expected, step), pair


def labels(names: Names, count: int) -> list[str]:
    """A name for each of `count` parts: their own, or the whole's with an index."""
    if names is None or isinstance(names, str):
        return [f"{names or 'value'}[{i}]" for i in range(count)]
    return [*names, *(f"value[{i}]" for i in range(len(names), count))]


def _name(whole: Any, place: Place, names: Names, per_step: bool) -> tuple[str, int | None]:
    """What the part at a place is called, and the step it belongs to."""
    step = None
    for key in place:
        if isinstance(whole, dict):
            names = f"{names}[{key!r}]" if names and isinstance(names, str) else str(key)
        elif per_step and step is None and isinstance(whole, list):
            step, names = key + 1, names if isinstance(names, str) else ""
        else:
            names = labels(names, len(whole))[key]
        whole = whole[key]
    return (names if isinstance(names, str) else "") or "value", step
