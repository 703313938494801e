"""What a function of a submission answered becomes short digests: equal for equal behaviour, whatever its last digits.

Two programs with one slip may add in another order and differ in the fifteenth digit. So numbers are rounded, coarser
than the exercise's tolerance and finer than anything worth telling apart, and since some number may lie at a border,
a second digest has its borders elsewhere: two behaviours are one where either digest agrees.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grader.behaviour import Digests
from grader.checker.learner import Call
from grader.course import Tolerance
from grader.sandbox import Opaque, Raised, Returned

if TYPE_CHECKING:
    from hashlib import _Hash

SHIFTS = (0.0, 1 / 3)
"""Where the borders lie, in steps: never at zero, which is what is left where numbers cancel."""
COARSER = 1000.0
"""A step of the rounding, in tolerances."""
MOST_BITS, SINGLE_BITS, HALF_BITS = 40, 10, 4
DIGITS = 32


def digests(calls: Sequence[Call], tolerance: Tolerance) -> Digests:
    """The two digests of what was asked, in order, and how it was answered; any of equal calls are equal."""
    first, second = (_Digest(tolerance, shift).of(calls) for shift in SHIFTS)
    return first, second


class _Digest:
    """Feeds questions and answers to a hash, every number rounded with the borders shifted by a part of a step."""

    def __init__(self, tolerance: Tolerance, shift: float) -> None:
        relative = max(tolerance.rtol * COARSER, 2.0**-MOST_BITS)
        self._bits = max(int(-math.log2(relative)), 1)
        self._least = -1074 if tolerance.atol <= 0 else math.floor(math.log2(tolerance.atol)) + 2
        self._shift = shift
        self._hash: _Hash = sha256()

    def of(self, calls: Sequence[Call]) -> str:
        for call in calls:
            self._feed((call.function, call.arguments, call.keywords))
            ended = call.ended
            if isinstance(ended, Returned):
                self._feed(("returned", ended.value, ended.arguments, ended.keywords))
            elif isinstance(ended, Raised):
                self._feed(("raised", ended.type, _plain(ended)))
            else:
                self._feed((type(ended).__name__,))
        return self._hash.hexdigest()[:DIGITS]

    def _feed(self, value: Any) -> None:
        """Containers by their length, numbers by their value, arrays by dtype, shape and values, others by type."""
        update = self._hash.update
        if isinstance(value, np.ndarray):
            update(f"array {value.dtype.str} {value.shape} ".encode())
            update(self._numbers(value))
        elif isinstance(value, tuple | list):
            update(f"several {len(value)} ".encode())
            for part in value:
                self._feed(part)
        elif isinstance(value, dict):
            update(f"table {len(value)} ".encode())
            for name, part in sorted(value.items(), key=lambda item: str(item[0])):
                self._feed(name)
                self._feed(part)
        elif isinstance(value, str):
            update(f"text {len(value)} ".encode() + value.encode("utf-8", "backslashreplace"))
        else:
            update(self._single(value))

    def _single(self, value: Any) -> bytes:
        """Python's and NumPy's numbers are told apart by no check, so they are not here."""
        if isinstance(value, bool | int | float | np.number | np.bool_) and not isinstance(value, np.complexfloating):
            try:
                return b"number " + struct.pack("<d", self._near(float(value)))
            except OverflowError:
                return f"integer {value} ".encode()
        if isinstance(value, complex | np.complexfloating):
            return b"complex " + self._numbers(np.asarray(complex(value)))
        return f"other {value.type_name if isinstance(value, Opaque) else type(value).__name__} ".encode()

    def _near(self, value: float) -> float:
        """As `rounded`, which is slow for a single number."""
        if not math.isfinite(value):
            return math.nan if math.isnan(value) else value
        step = max(math.frexp(value)[1] - self._bits, self._least)
        return math.ldexp(float(round(math.ldexp(value, -step) + self._shift)), step) + 0.0

    def _numbers(self, array: NDArray[Any]) -> bytes:
        if array.dtype.kind == "c":
            array = np.ascontiguousarray(array).reshape(-1).view(array.real.dtype)
        if array.dtype.kind != "f":
            return array.tobytes()
        bits, least = self._bits, self._least
        if array.dtype.itemsize < 8:
            bits = min(bits, SINGLE_BITS if array.dtype.itemsize == 4 else HALF_BITS)
            least = max(least, -2 * bits)
        return rounded(array, bits, least, self._shift).tobytes()


def rounded(array: NDArray[Any], bits: int, least: int, shift: float) -> NDArray[np.float64]:
    """To `bits` binary digits, never finer than ``2**least``; what is not finite stays, and all zeros are one."""
    numbers = np.asarray(array, dtype=np.float64)
    finite = np.isfinite(numbers)
    known = np.where(finite, numbers, 0.0)
    _, exponent = np.frexp(known)
    step = np.maximum(exponent - bits, least).astype(np.int32)
    with np.errstate(over="ignore", under="ignore"):
        steps = np.rint(np.ldexp(known, -step) + shift)
        near = np.ldexp(steps, step) + 0.0
    return np.where(finite, near, np.where(np.isnan(numbers), np.nan, numbers))


def _plain(raised: Raised) -> str:
    """An exception's message without sizes, addresses and the names that a learner gave to variables."""
    message = re.sub(r"0x[0-9a-fA-F]+|\d+(\.\d+)?(e[+-]?\d+)?", " ", raised.message)
    return re.sub(r"'[^']*'", " ", message) if raised.type == "UnboundLocalError" else message
