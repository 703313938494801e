"""Two records of calls compared: did two programs behave alike, within an exercise's tolerance?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checker import Call
from grader.course import Tolerance
from grader.sandbox import Raised, Returned

_CHANGING = re.compile(r"'[^']*'|\d+|\s+")


def alike(one: Sequence[Call], other: Sequence[Call], tolerance: Tolerance) -> bool:
    """Whether both were asked the same and answered the same, changed arguments and exceptions included."""
    return len(one) == len(other) and all(
        mine.function == theirs.function and _same_answer(mine, theirs, tolerance)
        for mine, theirs in zip(one, other, strict=True)
    )


def _same_answer(mine: Call, theirs: Call, tolerance: Tolerance) -> bool:
    first, second = mine.ended, theirs.ended
    if isinstance(first, Returned) and isinstance(second, Returned):
        return (
            _equal(first.value, second.value, tolerance)
            and _equal(first.arguments, second.arguments, tolerance)
            and _equal(first.keywords, second.keywords, tolerance)
        )
    if isinstance(first, Raised) and isinstance(second, Raised):
        return first.type == second.type and _wording(first) == _wording(second)
    return type(first) is type(second)


def _wording(raised: Raised) -> str:
    """An exception's message without what depends on names and sizes."""
    return _CHANGING.sub(" ", raised.message)


def _equal(a: Any, b: Any, tolerance: Tolerance) -> bool:
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_equal(a[key], b[key], tolerance) for key in b)
    if isinstance(b, tuple | list):
        same = isinstance(a, tuple | list) and len(a) == len(b)
        return same and all(_equal(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if _is_numeric(a) and _is_numeric(b):
        return _equal_numbers(a, b, tolerance)
    return type(a) is type(b) and bool(np.all(a == b))


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    return isinstance(value, int | float | complex | np.number | np.bool_)


def _equal_numbers(a: Any, b: Any, tolerance: Tolerance) -> bool:
    """Numbers of one form: shape and dtype of arrays, and every value within the tolerance, NaN like NaN."""
    if isinstance(a, np.ndarray) is not isinstance(b, np.ndarray):
        return False
    x, y = np.asarray(a), np.asarray(b)
    if x.shape != y.shape or (isinstance(a, np.ndarray) and x.dtype != y.dtype):
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(x, y, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True))
