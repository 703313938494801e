"""Two arrays of one shape, value by value: how far apart they are and where they first part. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """Where `got` leaves `expected`, over a whole array.

    `first` is the index of the first difference in C order, so along axis 0 first; the greatest errors are
    taken over the finite differences, and are infinite where a value is not finite.
    """

    first: tuple[int, ...]
    differing: int
    total: int
    greatest_absolute: float
    greatest_relative: float


def absolute_error(got: Array, expected: Array) -> Array:
    """``|got - expected|``; 0 where both are the same infinity or both NaN, infinite where only one is finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(got - expected)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))


def relative_error(error: Array, expected: Array) -> Array:
    """`error` as a share of ``|expected|``; infinite where the expected value is 0 and the error is not."""
    size = np.abs(expected)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = error / size
    return np.where(error == 0.0, 0.0, np.where(np.isnan(share), np.inf, share))


def differs(got: Array, expected: Array, rtol: float, atol: float) -> NDArray[np.bool_]:
    """True where ``|got - expected| > atol + rtol * |expected|`` (the rule of `numpy.isclose`)."""
    error = absolute_error(got, expected)
    with np.errstate(invalid="ignore"):
        close = np.isfinite(expected) & (error <= atol + rtol * np.abs(expected))
    return np.asarray(~(close | (error == 0.0)))


def first_gap(got: Array, expected: Array, rtol: float, atol: float) -> Gap | None:
    """The gap between two arrays of one shape, or None where they are close everywhere."""
    apart = differs(got, expected, rtol, atol)
    if not apart.any():
        return None
    error = absolute_error(got, expected)
    first = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return Gap(
        first=tuple(int(i) for i in first),
        differing=int(apart.sum()),
        total=int(apart.size),
        greatest_absolute=float(error.max()),
        greatest_relative=float(relative_error(error, expected)[apart].max()),
    )


def margin(got: Array, expected: Array, rtol: float, atol: float) -> float:
    """The greatest error as a multiple of the tolerance at its place; infinite where a value is not finite."""
    error = absolute_error(got, expected)
    allowed = np.where(np.isfinite(expected), atol + rtol * np.abs(expected), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error == 0.0, 0.0, error / allowed)
    ratio = np.where(np.isnan(ratio), np.inf, ratio)
    return float(ratio.max()) if ratio.size else 0.0
