"""Two runs are compared value by value: where they first part, and by how much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.sameness.distance import absolute_error, differs, first_gap, margin, relative_error

RTOL, ATOL = 1e-9, 1e-12
SHAPES = array_shapes(max_dims=3, max_side=5)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@pytest.mark.parametrize(
    ("got", "expected"),
    [(np.nan, 1.0), (np.inf, 1.0), (-np.inf, np.inf), (1.0, np.nan), (1.0, 1.0 + 1e-8), (1e-300, 1e-11)],
)
def test_what_is_not_close_differs(got: float, expected: float) -> None:
    assert differs(np.array(got), np.array(expected), RTOL, ATOL)


@pytest.mark.parametrize(
    ("got", "expected"),
    [(np.nan, np.nan), (np.inf, np.inf), (-0.0, 0.0), (1.0, 1.0 + 1e-10), (1e-13, 0.0), (1e300, 1e300)],
)
def test_what_is_close_does_not_differ(got: float, expected: float) -> None:
    assert not differs(np.array(got), np.array(expected), RTOL, ATOL)


def test_the_first_gap_is_the_earliest_step() -> None:
    expected = np.arange(12.0).reshape(4, 3)
    got = expected.copy()
    got[3, 0] += 100
    got[1, 2] += 1
    gap = first_gap(got, expected, RTOL, ATOL)
    assert gap is not None
    assert gap.first == (1, 2)
    assert (gap.differing, gap.total) == (2, 12)
    assert gap.greatest_absolute == 100


def test_equal_runs_have_no_gap() -> None:
    assert first_gap(np.ones((3, 2)), np.ones((3, 2)), RTOL, ATOL) is None


def test_an_empty_array_has_no_gap_and_no_margin() -> None:
    assert first_gap(np.empty((0, 2)), np.empty((0, 2)), RTOL, ATOL) is None
    assert margin(np.empty(0), np.empty(0), RTOL, ATOL) == 0.0


def test_a_relative_error_against_zero_is_infinite() -> None:
    assert relative_error(np.array([1e-3]), np.array([0.0])) == [np.inf]
    assert relative_error(np.array([0.0]), np.array([0.0])) == [0.0]


@given(arrays(float, SHAPES, elements=NUMBERS))
def test_everything_equals_itself(values: np.ndarray) -> None:
    assert not differs(values, values.copy(), 0.0, 0.0).any()
    assert (absolute_error(values, values.copy()) == 0).all()


@given(st.data())
def test_close_is_what_numpy_calls_close(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    finite = st.floats(-1e6, 1e6)
    got, expected = (data.draw(arrays(float, shape, elements=finite)) for _ in range(2))
    np.testing.assert_array_equal(differs(got, expected, RTOL, ATOL), ~np.isclose(got, expected, RTOL, ATOL))


@given(st.data())
def test_a_margin_above_one_is_a_difference(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    finite = st.floats(-1e3, 1e3)
    got, expected = (data.draw(arrays(float, shape, elements=finite)) for _ in range(2))
    assert (margin(got, expected, RTOL, ATOL) > 1.0) == bool(differs(got, expected, RTOL, ATOL).any())
