"""Two programs behave alike, or do not, by every part of what was asked and answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.authoring.behaviour import alike
from grader.checker import Call
from grader.course import Tolerance
from grader.sandbox import Ended, Raised, Returned, TimedOut
from grader.text import Text

TOLERANCE = Tolerance(rtol=1e-9, atol=1e-12, reason=Text({"en": "", "es": ""}))
FLOATS = arrays.arrays(np.float64, arrays.array_shapes(max_dims=3, max_side=4))


def call(ended: Ended, function: str = "step") -> Call:
    return Call(function=function, arguments=(), keywords={}, ended=ended, check="")


def returned(value: Any, arguments: tuple[Any, ...] = (), keywords: dict[str, Any] | None = None) -> Call:
    return call(Returned(value=value, arguments=arguments, keywords=keywords or {}))


def raised(kind: str, message: str = "") -> Call:
    return call(Raised(type=kind, message=message, frames=(), arguments=(), keywords={}))


ONE = np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (returned(ONE), returned(ONE + 1e-6)),
        (returned(ONE), returned(ONE.reshape(2, 1))),
        (returned(ONE), returned(ONE.astype(np.float32))),
        (returned(ONE), returned([1.0, 2.0])),
        (returned((ONE, ONE)), returned((ONE,))),
        (returned({"m": ONE}), returned({"v": ONE})),
        (returned(np.array([np.nan])), returned(np.array([0.0]))),
        (returned(np.array([np.inf])), returned(np.array([-np.inf]))),
        (returned("a"), returned("b")),
        (returned(None), returned(0.0)),
        (returned(1.0, (ONE,)), returned(1.0, (ONE + 1,))),
        (returned(1.0, (), {"x": ONE}), returned(1.0, (), {"x": ONE + 1})),
        (returned(1.0), raised("ValueError")),
        (raised("ValueError"), raised("TypeError")),
        (raised("ValueError", "too long"), raised("ValueError", "too short")),
        (returned(1.0), call(TimedOut(1.0, "call"))),
        (returned(1.0), call(returned(1.0).ended, "other")),
    ],
)
def test_any_difference_tells_two_programs_apart(one: Call, other: Call) -> None:
    assert not alike([one], [other], TOLERANCE)
    assert not alike([other], [one], TOLERANCE)
    assert alike([one], [one], TOLERANCE)


def test_a_program_that_was_asked_more_is_another() -> None:
    assert not alike([returned(1.0)], [returned(1.0), returned(1.0)], TOLERANCE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (returned(ONE), returned(ONE * (1 + 1e-12))),
        (returned((ONE, 1.0)), returned([ONE, 1.0])),
        (returned(np.array([np.nan, np.inf])), returned(np.array([np.nan, np.inf]))),
        (returned(1), returned(1.0)),
        (raised("ValueError", "shape (3,) and 'm'"), raised("ValueError", "shape (4,) and 'v'")),
    ],
)
def test_what_a_check_could_not_tell_apart_is_alike(one: Call, other: Call) -> None:
    assert alike([one], [other], TOLERANCE)


@given(FLOATS)
def test_whatever_is_returned_is_like_itself(value: np.ndarray[Any, Any]) -> None:
    assert alike([returned(value, (value,))], [returned(value.copy(), (value.copy(),))], TOLERANCE)


@given(arrays.arrays(np.float64, 4, elements=st.floats(-1e6, 1e6)), st.integers(0, 3))
def test_one_element_that_is_off_is_enough(value: np.ndarray[Any, Any], place: int) -> None:
    other = value.copy()
    other[place] += 1e-3 * (1 + abs(other[place]))
    assert not alike([returned(value)], [returned(other)], TOLERANCE)
