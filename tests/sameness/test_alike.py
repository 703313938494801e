"""The one rule by which a value is the expected one: what each kind of value counts as is decided here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.authoring.behaviour import alike
from grader.checker import Call
from grader.checker.expect import Expect
from grader.checker.mismatches import CheckFailed
from grader.course import Tolerance
from grader.replay import replay
from grader.sameness import Difference, difference, identical, leaves, same, same_exception
from grader.sandbox import Opaque, Returned
from grader.text import Text

RTOL, ATOL = 1e-9, 1e-12
TOLERANCE = Tolerance(rtol=RTOL, atol=ATOL, reason=Text({"en": "", "es": ""}))
NAN, INF = float("nan"), float("inf")
ONE = [
    pytest.param(1, 1.0, id="an integer and a float"),
    pytest.param(np.float32(1), 1.0, id="NumPy's number and Python's"),
    pytest.param(1.0 + 1e-12, 1.0, id="within the tolerance"),
    pytest.param(np.array(1.0), 1.0, id="an array without dimensions for a number"),
    pytest.param(1.0, np.array(1.0), id="a number for an array without dimensions"),
    pytest.param(1.0, 1 + 0j, id="a real number for a complex one"),
    pytest.param(1 + 2j, 1 + 2j + 1e-12j, id="complex within the tolerance"),
    pytest.param(NAN, NAN, id="NaN"),
    pytest.param(complex(NAN, 1), complex(NAN, 1), id="complex NaN"),
    pytest.param(np.array([NAN, INF]), np.array([NAN, INF]), id="NaN and infinity in an array"),
    pytest.param(True, np.bool_(True), id="Python's truth and NumPy's"),
    pytest.param(np.array([True]), np.array([True]), id="arrays of truths"),
    pytest.param(10**400, 10**400, id="beyond any float"),
    pytest.param((1.0, [2.0]), [1.0, (2.0,)], id="a tuple and a list"),
    pytest.param({"m": 1.0, "v": 2.0}, {"v": 2.0, "m": 1.0}, id="keys in another order"),
    pytest.param("adam", "adam", id="text"),
    pytest.param(None, None, id="None"),
    pytest.param(Opaque("torch.Tensor"), Opaque("torch.Tensor"), id="what does not cross, of one type"),
]
TWO = [
    pytest.param(1.0, 1.0 + 1e-8, Difference.VALUE, id="beyond the tolerance"),
    pytest.param(1 + 2j, 3 + 4j, Difference.VALUE, id="complex numbers"),
    pytest.param(1 + 2j, 1 - 2j, Difference.VALUE, id="complex numbers of one size"),
    pytest.param(1 + 0j, 1.0, Difference.TYPE, id="complex for a real number"),
    pytest.param(np.array([1 + 0j]), np.array([1.0]), Difference.DTYPE, id="complex for real in an array"),
    pytest.param(NAN, 1.0, Difference.VALUE, id="NaN for a number"),
    pytest.param(1.0, NAN, Difference.VALUE, id="a number for NaN"),
    pytest.param(INF, -INF, Difference.VALUE, id="the other infinity"),
    pytest.param(True, 1.0, Difference.TYPE, id="a truth for a number"),
    pytest.param(1, True, Difference.TYPE, id="a number for a truth"),
    pytest.param(np.bool_(False), True, Difference.TYPE, id="the other truth"),
    pytest.param(np.array([True]), np.array([1.0]), Difference.DTYPE, id="truths for numbers in an array"),
    pytest.param(np.array([1.0]), 1.0, Difference.TYPE, id="an array of one for a number"),
    pytest.param(1.0, np.array([1.0]), Difference.TYPE, id="a number for an array of one"),
    pytest.param(np.ones(2), np.ones((1, 2)), Difference.SHAPE, id="another shape"),
    pytest.param(np.ones(2, "f4"), np.ones(2), Difference.DTYPE, id="another dtype"),
    pytest.param(np.ones((), "f4"), np.ones(()), Difference.DTYPE, id="another dtype without dimensions"),
    pytest.param([1.0, 2.0], np.ones(2), Difference.TYPE, id="a list for an array"),
    pytest.param((1.0, 2.0), (1.0,), Difference.STRUCTURE, id="more parts"),
    pytest.param({"m": 1.0}, {"v": 1.0}, Difference.STRUCTURE, id="other keys"),
    pytest.param(1.0, (1.0,), Difference.STRUCTURE, id="a number for a tuple"),
    pytest.param((1.0,), {"m": 1.0}, Difference.STRUCTURE, id="a tuple for a dictionary"),
    pytest.param("adam", "sgd", Difference.TYPE, id="other text"),
    pytest.param(None, 0.0, Difference.TYPE, id="None for a number"),
    pytest.param(Opaque("torch.Tensor"), Opaque("f"), Difference.TYPE, id="what does not cross, of two types"),
]


def checks(got: Any, expected: Any) -> bool:
    try:
        Expect(TOLERANCE).close(got, expected)
    except CheckFailed:
        return False
    return True


def authors(got: Any, expected: Any) -> bool:
    one, other = (
        Call(function="f", arguments=(), keywords={}, check="", ended=Returned(value=value, arguments=(), keywords={}))
        for value in (got, expected)
    )
    return alike([one], [other], TOLERANCE)


def diagnoses(got: Any, expected: Any) -> bool:
    """A variant that gives back the argument, which is what was expected."""
    answer = {"value": got, "arguments_after": [expected], "keywords_after": {}}
    call = {"function": "f", "arguments": [expected], "keywords": {}, "answer": answer}
    found = replay(
        {
            "filename": "a.py",
            "entry_points": ["f"],
            "harness": "",
            "sources": ["def f(x):\n    return x\n"],
            "groups": {"f": [0]},
            "calls": [call],
            "rtol": RTOL,
            "atol": ATOL,
            "seconds": 5.0,
            "predicates": "",
            "predicate_names": [],
        }  # type: ignore[typeddict-item]
    )
    return found["wrong"] == {"f": []}


def rule(got: Any, expected: Any) -> bool:
    return same(got, expected, RTOL, ATOL)


ASKED = pytest.mark.parametrize("asked", [rule, checks, authors, diagnoses])


@ASKED
@pytest.mark.parametrize(("got", "expected", "_"), TWO)
def test_values_that_are_two(asked: Callable[[Any, Any], bool], got: Any, expected: Any, _: Difference) -> None:
    assert not asked(got, expected)


@pytest.mark.parametrize(("got", "expected", "told"), TWO)
def test_the_most_basic_difference_is_told(got: Any, expected: Any, told: Difference) -> None:
    (found,) = {difference(pair, RTOL, ATOL) for pair in leaves(got, expected)} - {None}
    assert found is told


@ASKED
@pytest.mark.parametrize(("got", "expected"), ONE)
def test_values_that_are_one(asked: Callable[[Any, Any], bool], got: Any, expected: Any) -> None:
    assert asked(got, expected)


@given(arrays.arrays(st.sampled_from(["f8", "f4", "i8", "c16", "?"]), arrays.array_shapes(min_dims=0, max_dims=3)))
def test_whatever_is_returned_is_like_itself(value: np.ndarray[Any, Any]) -> None:
    assert rule({"a": [value]}, {"a": (value.copy(),)})
    assert identical(value, value.copy())


@given(st.floats(), st.floats(), st.floats(-1e-9, 1e-9))
def test_two_floats_are_one_where_two_arrays_of_one_number_are(got: float, other: float, off: float) -> None:
    for expected in (other, got * (1 + off)):
        assert rule(got, expected) == rule(np.array([got]), np.array([expected]))


@pytest.mark.parametrize(
    ("after", "before"), [(1, 1.0), (np.ones(2), np.ones(2) + 1e-15), (np.ones(2, "f4"), np.ones(2)), (True, 1)]
)
def test_what_a_call_left_alone_is_the_same_to_the_last_bit(after: Any, before: Any) -> None:
    assert not identical(after, before)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        (("ValueError", "'m' has shape (3,)"), ("ValueError", " 'v' has  shape (40,)"), True),
        (("ValueError", "too long"), ("ValueError", "too short"), False),
        (("ValueError", ""), ("TypeError", ""), False),
    ],
)
def test_exceptions_are_one_but_for_names_and_numbers(
    one: tuple[str, str], other: tuple[str, str], are_one: bool
) -> None:
    assert same_exception(one, other) is are_one
