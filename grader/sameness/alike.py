"""The one rule by which a value is the expected one, and by which one answer is another.

- A number is a number, whichever type holds it: ``1``, ``1.0``, ``np.float32(1)``, an array without dimensions.
- An array is an array of the same shape and dtype; one without dimensions stands for a number, and a number for it.
- Numbers are the same within the tolerance, `got` measured by `expected`; NaN is NaN, and an infinity is itself.
- What is expected to be real may not be complex, even with no imaginary part; the other way round it may.
- True and False are no numbers; Python's and NumPy's are one.
- Tuples and lists are one kind; dictionaries have the same keys, in any order.
- Text and None are the same where they are equal. Anything else is what its type is called.
- Exceptions are the same by type and by message, without the names and numbers that the message holds.
"""

from __future__ import annotations

import math
import re
from enum import Enum, auto
from typing import Any

import numpy as np

from grader.sameness.distance import Array, differs
from grader.sameness.values import PLAIN, as_array, is_complex, is_number, is_truth, kind_of, the_one
from grader.sameness.walk import Pair, leaves, part_ways

_CHANGING = re.compile(r"'[^']*'|\d+|\s+")


class Difference(Enum):
    """What tells two values apart, the most basic first: a later one is asked about only where no earlier one holds."""

    STRUCTURE = auto()
    TYPE = auto()
    SHAPE = auto()
    DTYPE = auto()
    VALUE = auto()


def same(got: Any, expected: Any, rtol: float, atol: float) -> bool:
    """Whether two values, structures or not, are one."""
    return all(difference(pair, rtol, atol) is None for pair in leaves(got, expected))


def difference(pair: Pair, rtol: float, atol: float) -> Difference | None:
    """What tells the two values of one place apart; None where nothing does."""
    return form(pair) or (None if _close(pair, rtol, atol) else Difference.VALUE)


def form(pair: Pair) -> Difference | None:
    """What tells them apart before any number is looked at."""
    _, got, expected = pair
    if part_ways(got, expected):
        return Difference.STRUCTURE
    if not _same_type(got, expected):
        return Difference.TYPE
    if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray):
        if got.shape != expected.shape:
            return Difference.SHAPE
        if got.dtype != expected.dtype:
            return Difference.DTYPE
    return None


def identical(got: Any, expected: Any) -> bool:
    """Whether one place still holds what it held, to the last bit and of the same type; NaN is NaN."""
    if isinstance(expected, np.ndarray):
        same_form = isinstance(got, np.ndarray) and got.dtype == expected.dtype and got.shape == expected.shape
        return same_form and np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc")
    return type(got) is type(expected) and bool(got == expected or repr(got) == repr(expected))


def same_exception(got: tuple[str, str], expected: tuple[str, str]) -> bool:
    """Whether two exceptions, each its type's name and its message, say the same."""
    return got[0] == expected[0] and _wording(got[1]) == _wording(expected[1])


def _wording(message: str) -> str:
    return _CHANGING.sub(" ", message).strip()


def _same_type(got: Any, expected: Any) -> bool:
    """Whether two values are of one kind; of a kind that is no number, whether they are equal."""
    if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray):
        return True
    got, expected = the_one(got), the_one(expected)
    if is_number(expected):
        return is_number(got) and (is_complex(expected) or not is_complex(got))
    if is_truth(expected):
        return is_truth(got) and bool(got) == bool(expected)
    if type(expected) in PLAIN:
        return type(got) is type(expected) and bool(got == expected)
    return kind_of(got) == kind_of(expected)


def numbers(pair: Pair) -> tuple[Array, Array] | None:
    """Both values of one place as arrays to reckon with; None where one of them is no number."""
    got, expected = as_array(pair.got), as_array(pair.expected)
    return None if got is None or expected is None else (got, expected)


def _close(pair: Pair, rtol: float, atol: float) -> bool:
    if type(pair.got) is float and type(pair.expected) is float:
        return _close_floats(pair.got, pair.expected, rtol, atol)
    both = numbers(pair)
    return both is None or not differs(*both, rtol, atol).any()


def _close_floats(got: float, expected: float, rtol: float, atol: float) -> bool:
    """As `differs`, which is slow for a single number."""
    if got == expected or not math.isfinite(expected):
        return got == expected or (math.isnan(got) and math.isnan(expected))
    return abs(got - expected) <= atol + rtol * abs(expected)
