"""What checks assert with: a returned value is compared with the expected one, and what differs becomes a `Mismatch`.

Questions are asked in this order, so that a learner reads the most basic difference: type, shape, dtype, finite, value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import zip_longest
from typing import Any, NoReturn

import numpy as np

from grader.checker.learner import Proxy
from grader.checker.leaves import Names, as_arrays, is_number, labels, leaves
from grader.checker.mismatches import (
    CheckFailed,
    Index,
    Leaf,
    Tolerated,
    fail_changed,
    fail_dtype,
    fail_not_finite,
    fail_shape,
    fail_type,
    fail_value,
    first_true,
)
from grader.course import Tolerance
from grader.text import Text
from grader.trajectory import first_gap


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
        array, and the index of a list, is a step: the earliest step that differs is told, whichever part it is in.
        `any_float` accepts every width of float.
        """
        found = list(leaves(got, expected, names, per_step=per_step))
        for leaf in found:
            _same_type(leaf)
        for leaf in found:
            _same_shape(leaf)
        for leaf in found:
            _same_dtype(leaf, any_float)
        own_rtol = self.tolerance.rtol if rtol is None else rtol
        own_atol = self.tolerance.atol if atol is None else atol
        _close(found, Tolerated(own_rtol, own_atol, per_step))

    def shape(self, got: Any, shape: tuple[int, ...], name: str) -> None:
        """`got` is an array of this shape."""
        leaf = Leaf(name, got, np.empty(shape))
        _same_type(leaf)
        _same_shape(leaf)

    def unchanged(self, proxy: Proxy, names: Names = None) -> None:
        """The last call left its arguments as they were, number for number; keyword arguments too."""
        call = proxy.last_call
        own_labels = labels(names, len(call.arguments))
        pairs = list(zip_longest(own_labels, call.arguments_after, call.arguments))
        pairs += [(key, call.keywords_after.get(key), value) for key, value in call.keywords.items()]
        for label, after, before in pairs:
            for leaf in leaves(after, before, label, per_step=False):
                if not _identical(leaf.got, leaf.expected):
                    fail_changed(leaf)

    def that(self, condition: Any, *, name: str = "", **said: str) -> None:
        """A property holds; otherwise the sentence, `said` in each of the course's languages, says what does not."""
        if not condition:
            raise CheckFailed(Text(said))


def _same_type(leaf: Leaf) -> None:
    expected, got = leaf.expected, leaf.got
    if isinstance(expected, np.ndarray):
        right = isinstance(got, np.ndarray)
    elif is_number(expected):
        right = _is_real(got) or (isinstance(expected, complex | np.complexfloating) and is_number(got))
    else:
        right = type(got) is type(expected) and got == expected
    if not right:
        fail_type(leaf)


def _is_real(got: Any) -> bool:
    if isinstance(got, np.ndarray):
        return got.shape == () and got.dtype.kind in "iuf"
    return is_number(got) and not isinstance(got, complex | np.complexfloating)


def _same_shape(leaf: Leaf) -> None:
    if isinstance(leaf.expected, np.ndarray) and leaf.got.shape != leaf.expected.shape:
        fail_shape(leaf)


def _same_dtype(leaf: Leaf, any_float: bool) -> None:
    if not isinstance(leaf.expected, np.ndarray) or leaf.got.dtype == leaf.expected.dtype:
        return
    if not (any_float and leaf.got.dtype.kind == leaf.expected.dtype.kind == "f"):
        fail_dtype(leaf)


def _close(found: list[Leaf], asked: Tolerated) -> None:
    """Tell of the earliest step that differs; within one step, what is not finite comes first."""
    failures: list[tuple[int, bool, Callable[[], NoReturn]]] = []
    for leaf in found:
        pair = as_arrays(leaf)
        gap = None if pair is None else first_gap(*pair, asked.rtol, asked.atol)
        if pair is None or gap is None:
            continue
        got, expected = pair
        bad = ~np.isfinite(got) & np.isfinite(expected)
        if bad.any():
            step = _step(leaf, first_true(bad), asked)
            failures.append((step, False, partial(fail_not_finite, leaf, got, expected, bad, asked)))
        step = _step(leaf, gap.first, asked)
        failures.append((step, True, partial(fail_value, leaf, got, expected, gap, asked)))
    if failures:
        _, _, fail = min(failures, key=lambda failure: failure[:2])
        fail()


def _step(leaf: Leaf, index: Index, asked: Tolerated) -> int:
    return leaf.place(index, asked.per_step)[0] or 0


def _identical(got: Any, expected: Any) -> bool:
    if isinstance(expected, np.ndarray):
        same_kind = isinstance(got, np.ndarray) and got.dtype == expected.dtype and got.shape == expected.shape
        return same_kind and np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc")
    return type(got) is type(expected) and bool(got == expected or repr(got) == repr(expected))
