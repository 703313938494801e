"""What a single value counts as: a number, a truth, an array of numbers, or a thing known by its type alone."""

from __future__ import annotations

from typing import Any

import numpy as np

PLAIN = frozenset({bool, int, float, complex, str, bytes, type(None)})
"""Types whose values are equal where they are written alike, and cannot be changed."""
_NUMERIC = "biufc"


def is_number(value: Any) -> bool:
    """Whether a value stands for one number: Python's or NumPy's, real or complex, and no bool."""
    return isinstance(value, int | float | complex | np.number) and not isinstance(value, bool)


def is_truth(value: Any) -> bool:
    """Whether a value is true or false, as Python or as NumPy has it."""
    return isinstance(value, bool | np.bool_)


def is_complex(value: Any) -> bool:
    """Whether a number, or an array of them, is complex by its type, whatever its imaginary part."""
    return value.dtype.kind == "c" if isinstance(value, np.ndarray) else isinstance(value, complex | np.complexfloating)


def the_one(value: Any) -> Any:
    """An array without dimensions is its one value."""
    return value[()] if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in _NUMERIC else value


def as_array(value: Any) -> Any | None:
    """A number, or an array of them, as float64 (complex stays complex); None for anything else.

    An integer beyond any float is infinite.
    """
    if is_number(value):
        array = np.asarray(_as_float(value) if isinstance(value, int) else value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in _NUMERIC:
        array = value
    else:
        return None
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def kind_of(value: Any) -> str:
    """A value's type by its full name, or the name that came across the wall in its place."""
    name = getattr(value, "type_name", None)
    if isinstance(name, str):
        return name
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
