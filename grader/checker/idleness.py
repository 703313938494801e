"""Recorded calls turned into one question: was anything computed, or only a constant and what was given handed back?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checker.learner import Call
from grader.sameness import is_number


def computes_nothing(calls: Sequence[Call]) -> bool:
    """Whether no function ever answered anything but one number, zeros, or a part of what it was given.

    What a harness makes of answers counts only for functions that were never asked themselves. Of a program that
    computes something, the first two answers of one function mostly say so.
    """
    constants: dict[str, float | complex] = {}
    asked = {call.function for call in calls if call.subject == call.function}
    for call in calls:
        if call.function not in asked and asked.intersection(call.subject.split(", ")):
            continue
        given = [*_parts(call.arguments), *_parts(call.keywords)]
        for part in _parts(call.value):
            number = _constant(part)
            if number is None and not _is_number_array(part):
                continue
            if number == 0 or np.isnan(number or 0) or any(_is_given(part, one) for one in given):
                continue
            if number is None or constants.setdefault(call.function, number) != number:
                return False
    return True


def _is_given(part: Any, given: Any) -> bool:
    """Whether a number or an array is one that was given, in whatever width of float; or each of its rows is."""
    if not (is_number(given) or _is_number_array(given)):
        return False
    mine, theirs = np.shape(part), np.shape(given)
    fits = mine == theirs or (theirs and mine[-len(theirs) :] == theirs)
    return bool(fits) and np.allclose(part, given, 1e-6, 0.0, equal_nan=True)


def _parts(value: Any) -> Iterator[Any]:
    """What a structure is made of, down to arrays and numbers."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for part in value:
            yield from _parts(part)
    else:
        yield value


def _constant(value: Any) -> float | complex | None:
    """The one number that a value consists of; None for anything else."""
    if is_number(value):
        return complex(value) if isinstance(value, complex | np.complexfloating) else float(value)
    if _is_number_array(value) and value.size and (value == value.flat[0]).all():
        return complex(value.flat[0])
    return 0.0 if _is_number_array(value) and not value.size else None


def _is_number_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iufc"
