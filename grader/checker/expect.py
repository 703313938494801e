"""What checks assert with: a returned value is compared with the expected one, and what differs becomes a `Mismatch`.

Questions are asked in this order, so that a learner reads the most basic difference: type, shape, dtype, finite, value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, NoReturn

import numpy as np

from grader.checker.learner import Proxy
from grader.checker.leaves import Named, Names, labels, named
from grader.checker.mismatches import (
    CheckFailed,
    Index,
    Leaf,
    Tolerated,
    fail_changed,
    fail_dtype,
    fail_not_finite,
    fail_shape,
    fail_structure,
    fail_type,
    fail_value,
    first_true,
)
from grader.course import Tolerance
from grader.sameness import Difference, form, identical, numbers
from grader.sameness.distance import first_gap
from grader.text import Text


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
        found = list(named(got, expected, names, per_step=per_step))
        _same_form(found, any_float)
        own_rtol = self.tolerance.rtol if rtol is None else rtol
        own_atol = self.tolerance.atol if atol is None else atol
        _close(found, Tolerated(own_rtol, own_atol, per_step))

    def shape(self, got: Any, shape: tuple[int, ...], name: str) -> None:
        """`got` is an array of this shape."""
        expected = np.empty(shape, got.dtype if isinstance(got, np.ndarray) else float)
        _same_form(list(named(got, expected, name, per_step=False)), any_float=False)

    def unchanged(self, proxy: Proxy, names: Names = None) -> None:
        """The last call left its arguments as they were, number for number; keyword arguments too."""
        call = proxy.last_call
        own_labels = labels(names, len(call.arguments))
        pairs = list(zip_longest(own_labels, call.arguments_after, call.arguments))
        pairs += [(key, call.keywords_after.get(key), value) for key, value in call.keywords.items()]
        for label, after, before in pairs:
            for leaf, pair in named(after, before, label, per_step=False):
                if form(pair) is Difference.STRUCTURE or not identical(leaf.got, leaf.expected):
                    fail_changed(leaf)

    def that(self, condition: Any, *, name: str = "", **said: str) -> None:
        """A property holds; otherwise the sentence, `said` in each of the course's languages, says what does not."""
        if not condition:
            raise CheckFailed(Text(said))


def _same_form(found: Sequence[Named], any_float: bool) -> None:
    """Tell of the most basic difference, whichever part it is in, before any number is looked at."""
    odd = [(kind, leaf) for leaf, pair in found if (kind := form(pair)) and not (any_float and _are_floats(kind, leaf))]
    if odd:
        kind, leaf = min(odd, key=lambda told: told[0].value)
        _FAILURES[kind](leaf)


def _are_floats(kind: Difference, leaf: Leaf) -> bool:
    return kind is Difference.DTYPE and leaf.got.dtype.kind == leaf.expected.dtype.kind == "f"


_FAILURES: dict[Difference, Callable[[Leaf], NoReturn]] = {
    Difference.STRUCTURE: fail_structure,
    Difference.TYPE: fail_type,
    Difference.SHAPE: fail_shape,
    Difference.DTYPE: fail_dtype,
}


def _close(found: Sequence[Named], asked: Tolerated) -> None:
    """Tell of the earliest step that differs; within one step, what is not finite comes first."""
    failures: list[tuple[int, bool, Callable[[], NoReturn]]] = []
    for leaf, pair in found:
        both = numbers(pair)
        gap = None if both is None else first_gap(*both, asked.rtol, asked.atol)
        if both is None or gap is None:
            continue
        got, expected = both
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
