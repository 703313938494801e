"""Equal behaviour has an equal digest whatever its last digits, and different behaviour never has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.behaviour import alike
from grader.checker import Call, digests
from grader.checker.digests import rounded
from grader.course import Tolerance
from grader.sandbox import Opaque, Raised, Returned, TimedOut
from grader.text import Text

TOLERANCE = Tolerance(rtol=1e-9, atol=1e-12, reason=Text({"en": "Exact."}))


def answered(value: Any, *, after: tuple[Any, ...] = (1.0,)) -> Call:
    return asked(Returned(value, after))


def asked(ended: Any, *arguments: Any) -> Call:
    return Call(function="f", arguments=arguments or (1.0,), keywords={}, ended=ended, check="c")


def are_one(first: Call, second: Call) -> bool:
    return alike(digests([first], TOLERANCE), digests([second], TOLERANCE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros(3), np.zeros(4)),
        (np.zeros((3, 1)), np.zeros(3)),
        (np.zeros(3), np.zeros(3, np.float32)),
        (np.zeros(3), [0.0, 0.0, 0.0]),
        (1.0, 1.00001),
        (1e-7, 2e-7),
        (float("nan"), 0.0),
        (float("inf"), float("-inf")),
        (None, 0.0),
        ("a", "b"),
        ({"a": 1.0}, {"b": 1.0}),
        ((1.0, 2.0), (2.0, 1.0)),
        (Opaque("torch.Tensor"), Opaque("function")),
    ],
)
def test_other_values_are_another_behaviour(one: Any, other: Any) -> None:
    assert not are_one(answered(one), answered(other))


def test_another_question_is_another_behaviour() -> None:
    assert not are_one(asked(Returned(1.0), 2.0), asked(Returned(1.0), 3.0))


def test_a_changed_argument_is_another_behaviour() -> None:
    assert not are_one(answered(1.0, after=(1.0,)), answered(1.0, after=(2.0,)))


def test_other_exceptions_are_another_behaviour() -> None:
    missing = asked(Raised("NameError", "name 'sqrt' is not defined"))
    assert not are_one(missing, asked(Raised("NameError", "name 'exp' is not defined")))
    assert not are_one(missing, asked(Raised("TypeError", "name 'sqrt' is not defined")))
    assert not are_one(missing, asked(TimedOut(1.0, "call")))


def test_an_exception_is_one_whatever_a_learner_calls_a_variable() -> None:
    one, other = (f"cannot access local variable '{name}' where it is not associated" for name in ("m", "mean"))
    assert are_one(asked(Raised("UnboundLocalError", one)), asked(Raised("UnboundLocalError", other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, np.float64(1.0)),
        (1.0, 1),
        ((1.0, 2.0), [1.0, 2.0]),
        (0.0, -0.0),
        (np.array([0.1 + 0.2]), np.array([0.3])),
        (np.array([1.0, 1e-17]), np.array([1.0, -1e-17])),
        (1.0, 1.0 - 1e-16),
        (np.array([1 + 1e-9j]), np.array([1 + 1.0000000001e-9j])),
    ],
)
def test_what_no_check_tells_apart_is_one_behaviour(one: Any, other: Any) -> None:
    assert are_one(answered(one), answered(other))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.integers(0, 2**32 - 1))
def test_the_last_digits_do_not_count(values: list[float], seed: int) -> None:
    """Rounding noise of a few units in the last place leaves one of the two digests as it was."""
    array = np.array(values)
    noise = np.random.default_rng(seed).integers(-4, 5, len(array)) * np.spacing(array)
    assert are_one(answered(array), answered(array + noise))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(1e-5, 1e-2), st.data())
def test_a_difference_worth_telling_counts(values: list[float], share: float, data: st.DataObject) -> None:
    """A hundredth of a per mille in one number makes another behaviour."""
    array = np.array(values)
    place = data.draw(st.integers(0, len(values) - 1))
    other = array.copy()
    other[place] += share * max(abs(other[place]), 1e-3)
    assert not are_one(answered(array), answered(other))


def test_rounding_keeps_the_numbers_size() -> None:
    numbers = np.array([1e-300, 123.456, -7e200, 0.0, np.inf, np.nan])
    near = rounded(numbers, 19, -1074, 0.0)
    assert np.allclose(near, numbers, rtol=1e-5, atol=0, equal_nan=True)
