"""A structure and the expected one walked side by side, down to the pairs of values that stand in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Place = tuple[Any, ...]
"""The keys and indexes that lead to a value, from the outside in."""


class Pair(NamedTuple):
    """Two values that stand in one place. Where the structures part, they are what stands there, whole."""

    place: Place
    got: Any
    expected: Any


def leaves(got: Any, expected: Any, place: Place = ()) -> Iterator[Pair]:
    """Every leaf of `expected` beside what stands in its place. Tuples and lists are one kind."""
    if part_ways(got, expected):
        yield Pair(place, got, expected)
    elif isinstance(expected, dict):
        for key, value in expected.items():
            yield from leaves(got[key], value, (*place, key))
    elif isinstance(expected, tuple | list):
        for index, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
            yield from leaves(mine, theirs, (*place, index))
    else:
        yield Pair(place, got, expected)


def part_ways(got: Any, expected: Any) -> bool:
    """Whether `expected` is a structure and `got` is none with the same keys, or as many parts."""
    if isinstance(expected, dict):
        return not isinstance(got, dict) or got.keys() != expected.keys()
    if isinstance(expected, tuple | list):
        return not isinstance(got, tuple | list) or len(got) != len(expected)
    return False
