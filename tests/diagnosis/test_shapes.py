"""Where no belief fits, the form of the error is told: only one that every number bears out, and nothing else."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.diagnosis.shapes import shape_of_error
from grader.sandbox import Opaque

RUN = np.array([[1.0, 2.0], [3.0, 5.0], [7.0, 11.0], [13.0, 17.0]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])


def shape(*pairs: tuple[Any, Any]) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sentence = shape_of_error(pairs, 1e-9, 1e-12)
    return None if sentence is None else str(sentence)


def moved(expected: np.ndarray, *places: tuple[int, ...]) -> np.ndarray:
    got = expected.copy()
    for number, place in enumerate(places):
        got[place] += 0.25 * (number + 1)
    return got


class TestNothingToSay:
    @pytest.mark.parametrize(
        ("got", "expected"),
        [
            (RUN, RUN),
            (RUN + np.array([[0.1, -0.3]]), RUN),
            (RUN**2, RUN),
            (-RUN[:3], RUN),
            (RUN[0, :1] * 2, RUN[0, :1]),
            (None, RUN),
            ("text", RUN),
            (Opaque("torch.Tensor"), RUN),
            (RUN * 1j, RUN),
            (True, 1.0),
            ((RUN,), (RUN, RUN)),
            ({"m": -RUN}, {"v": RUN}),
            ([-RUN], -RUN),
            ("wrong", "right"),
            (RUN * np.nan, RUN),
            (RUN * np.inf, RUN),
            (np.full((4, 2), np.inf), np.full((4, 2), np.inf)),
            (np.zeros((4, 2)), RUN),
            (np.empty((0, 2)), np.empty((0, 2))),
        ],
    )
    def test_an_error_without_a_form_has_none(self, got: Any, expected: Any) -> None:
        assert shape((got, expected)) is None

    def test_no_answers_have_no_form(self) -> None:
        assert shape() is None

    def test_one_answer_of_another_form_spoils_it(self) -> None:
        assert shape((-RUN, RUN), (2 * RUN, RUN)) is None
        assert shape((2 * RUN, RUN), (3 * RUN, RUN)) is None
        assert shape((RUN + 1, RUN), (RUN + 2, RUN)) is None
        assert shape((SQUARE.T, SQUARE), (RUN + 1, RUN)) is None

    def test_three_numbers_have_some_form_by_accident(self) -> None:
        assert shape((np.array([-1.0, -2.0, -3.0]), np.array([1.0, 2.0, 3.0]))) is None
        assert shape((-1.0, 1.0), (-2.0, 2.0), (-3.0, 3.0)) is None


class TestForms:
    def test_the_opposite_sign(self) -> None:
        assert shape((-RUN, RUN)) == "Where your numbers are wrong, they have the right size and the opposite sign."

    @pytest.mark.parametrize(("factor", "written"), [(0.5, "0.5"), (784.0, "784"), (-2.0, "-2"), (1 / 3, "0.333333")])
    def test_a_constant_factor_and_which(self, factor: float, written: str) -> None:
        assert (
            shape((factor * RUN, RUN))
            == f"Where your numbers are wrong, they are the expected ones times a constant: {written}."
        )

    def test_a_factor_holds_where_a_zero_stays_zero(self) -> None:
        expected = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
        assert "times a constant: 3." in str(shape((3 * expected, expected)))
        assert shape((3 * expected + np.array([1.0, 0, 0, 0, 0]), expected)) is None

    @pytest.mark.parametrize("offset", [1.0, -0.001, 1e-8])
    def test_a_constant_offset_and_which(self, offset: float) -> None:
        told = shape((RUN + offset, RUN), (RUN**2 + offset, RUN**2))
        assert told == f"Where your numbers are wrong, they are the expected ones plus a constant: {offset:.6g}."

    def test_a_transpose(self) -> None:
        wide = np.arange(6.0).reshape(2, 3)
        assert shape((wide.T, wide)) == "What you return is the transpose of what was expected."
        assert shape((SQUARE.T, SQUARE)) == "What you return is the transpose of what was expected."
        assert shape((wide.T + 1, wide)) is None

    def test_a_run_that_lags_and_one_that_leads(self) -> None:
        assert "lags one step behind" in str(shape((np.vstack([np.zeros((1, 2)), RUN[:-1]]), RUN)))
        assert "one step ahead" in str(shape((np.vstack([RUN[1:], np.zeros((1, 2))]), RUN)))

    def test_a_single_wrong_element(self) -> None:
        told = shape((moved(RUN, (2, 1)), RUN), (moved(RUN**2, (2, 1)), RUN**2))
        assert told == "Only one element is wrong, the one at index [2, 1]; all others agree."
        assert shape((moved(RUN, (2, 1)), RUN), (moved(RUN, (0, 0)), RUN)) is None

    def test_a_run_that_leaves_at_a_step(self) -> None:
        told = shape((moved(RUN, (2, 0), (3, 1)), RUN))
        assert told == "Your run agrees at first and leaves the expected one from step 3 on."
        assert shape((moved(RUN, (0, 0), (3, 1)), RUN)) is None
        assert shape((moved(RUN, (1, 0), (3, 1)), RUN)) is None

    def test_runs_that_leave_at_different_steps_have_no_step(self) -> None:
        late, early = moved(RUN, (2, 0), (3, 1)), moved(RUN, (1, 0), (2, 0), (3, 1))
        assert shape((late, RUN), (early, RUN)) is None

    def test_what_is_right_beside_it_does_not_hide_the_form(self) -> None:
        """The sentence speaks of the wrong numbers only."""
        assert "opposite sign" in str(shape(({"w": -RUN, "b": SQUARE}, {"w": RUN, "b": SQUARE})))

    def test_scalars_of_many_answers_make_a_form_together(self) -> None:
        assert "times a constant: 2." in str(shape(*((2.0 * x, x) for x in (1.0, 3.0, 5.0, 8.0))))

    def test_integers_count_as_numbers(self) -> None:
        assert "opposite sign" in str(shape((np.array([-1, -2, -3, -5]), np.array([1, 2, 3, 5]))))


@given(arrays(float, (4, 3), elements=st.floats(-1e3, 1e3)), st.floats(), st.floats())
def test_any_numbers_are_looked_at_without_a_warning(expected: np.ndarray, factor: float, offset: float) -> None:
    shape((np.array([[factor, offset, 0.0]] * 4), expected))


@given(arrays(float, (4, 3), elements=st.floats(0.1, 10), unique=True), st.floats(0.01, 100))
def test_a_factor_is_never_called_anything_else(expected: np.ndarray, factor: float) -> None:
    told = str(shape((factor * expected, expected)))
    assert ("times a constant" in told) == (f"{factor:.6g}" != "1")
