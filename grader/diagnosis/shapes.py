"""Returned and expected values turned into the form of their difference: a sign, a factor, an offset, a lag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.locale import say
from grader.sameness import Difference, form, is_number, leaves, numbers
from grader.sameness.distance import Array, differs
from grader.sameness.values import is_complex
from grader.text import Text

LEAST_NUMBERS = 4
"""Fewer numbers than this have some form by accident."""


def shape_of_error(values: Sequence[tuple[Any, Any]], rtol: float, atol: float) -> Text | None:
    """The first form that fits every pair of (got, expected) values, in the order of the questions; None for none."""
    arrays = [leaf for got, expected in values for leaf in _leaves(got, expected)]
    pairs = [leaf for leaf in arrays if leaf is not None]
    if not pairs or len(pairs) < len(arrays):
        return None
    wrong = [(got, expected) for got, expected in pairs if _is_wrong(got, expected, rtol, atol)]
    if sum(got.size for got, _ in wrong) < LEAST_NUMBERS:
        return None
    same_shapes = all(got.shape == expected.shape for got, expected in wrong)
    forms = (_transposed, _sign, _factor, _offset, _lag, _one_element, _from_step) if same_shapes else (_transposed,)
    with np.errstate(all="ignore"):
        told = (form(wrong, rtol, atol) for form in forms)
        return next((sentence for sentence in told if sentence is not None), None)


Leaf = tuple[Array, Array]


def _leaves(got: Any, expected: Any) -> list[Leaf | None]:
    """Pairs of float arrays inside two structures; None where the structures part."""
    pairs = [pair for pair in leaves(got, expected) if _is_real(pair.expected) or form(pair) is Difference.STRUCTURE]
    return [numbers(pair) if _is_real(pair.got) else None for pair in pairs]


def _is_real(value: Any) -> bool:
    return value.dtype.kind in "iuf" if isinstance(value, np.ndarray) else is_number(value) and not is_complex(value)


def _is_wrong(got: Array, expected: Array, rtol: float, atol: float) -> bool:
    return got.shape != expected.shape or bool(differs(got, expected, rtol, atol).any())


def _fits(leaves: list[Leaf], rtol: float, atol: float, change: Callable[[Array], Array]) -> bool:
    return all(not differs(got, change(expected), rtol, atol).any() for got, expected in leaves)


def _transposed(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    turned = all(expected.ndim == 2 and got.shape == expected.T.shape for got, expected in leaves)
    if turned and _fits(leaves, rtol, atol, lambda expected: expected.T):
        return say("What you return is the transpose of what was expected.")
    return None


def _sign(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    if _fits(leaves, rtol, atol, lambda expected: -expected):
        return say("Where your numbers are wrong, they have the right size and the opposite sign.")
    return None


def _factor(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    ratios = np.concatenate([(got[expected != 0] / expected[expected != 0]).reshape(-1) for got, expected in leaves])
    if ratios.size < LEAST_NUMBERS or not np.isfinite(ratios).all():
        return None
    factor = float(np.median(ratios))
    # A factor that is written as 1 says nothing: there the wider tolerance, needed for a median, fits anything small.
    if f"{factor:.6g}" not in ("0", "1") and _fits(leaves, rtol * 10, atol * 10, lambda expected: expected * factor):
        return say("Where your numbers are wrong, they are the expected ones times a constant: {factor:.6g}.",
                   factor=factor)  # fmt: skip
    return None


def _offset(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    gaps = np.concatenate([(got - expected).reshape(-1) for got, expected in leaves])
    offset = float(np.median(gaps))
    if np.isfinite(offset) and _fits(leaves, rtol * 10, atol * 10, lambda expected: expected + offset):
        return say("Where your numbers are wrong, they are the expected ones plus a constant: {offset:.6g}.",
                   offset=offset)  # fmt: skip
    return None


def _lag(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    """Row k of a run stands where row k - 1, or k + 1, should."""
    if any(got.ndim == 0 or got.shape[0] < 3 for got, _ in leaves):
        return None
    if all(not differs(got[1:], expected[:-1], rtol, atol).any() for got, expected in leaves):
        return say("Your run lags one step behind: each step shows what the one before should have been.")
    if all(not differs(got[:-1], expected[1:], rtol, atol).any() for got, expected in leaves):
        return say("Your run is one step ahead: each step shows what the next should have been.")
    return None


def _one_element(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    places = set()
    for got, expected in leaves:
        apart = differs(got, expected, rtol, atol)
        if int(apart.sum()) != 1 or apart.size < LEAST_NUMBERS:
            return None
        places.add(tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape)))
    if len(places) != 1:
        return None
    index = ", ".join(map(str, places.pop()))
    return say("Only one element is wrong, the one at index [{index}]; all others agree.", index=index)


def _from_step(leaves: list[Leaf], rtol: float, atol: float) -> Text | None:
    """Agreement up to one step, the same in every run, and none from there on."""
    firsts = set()
    for got, expected in leaves:
        if got.ndim == 0 or got.shape[0] < 3:
            return None
        apart = np.asarray(differs(got, expected, rtol, atol).reshape(got.shape[0], -1).any(axis=1))
        first = int(np.argmax(apart))
        if first == 0 or not apart[first:].all():
            return None
        firsts.add(first + 1)
    if len(firsts) != 1:
        return None
    return say("Your run agrees at first and leaves the expected one from step {step} on.", step=firsts.pop())
