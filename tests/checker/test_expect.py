"""A returned value is held against the expected one: the most basic difference is told, at its first place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.checker.expect import Expect
from grader.checker.learner import Proxy
from grader.checker.mismatches import CheckFailed
from grader.course import Tolerance
from grader.results import Mismatch
from grader.sandbox import Ended, Opaque, Returned
from grader.text import Text

EXPECT = Expect(Tolerance(rtol=1e-9, atol=1e-12, reason=Text({"en": "because", "es": "porque"})))
THREE = np.array([1.0, 2.0, 3.0])


def failure(got: Any, expected: Any, **how: Any) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        EXPECT.close(got, expected, **how)
    return caught.value


def mismatch(got: Any, expected: Any, **how: Any) -> Mismatch:
    found = failure(got, expected, **how).mismatch
    assert found is not None
    return found


class TestType:
    @pytest.mark.parametrize(
        ("got", "expected", "kinds"),
        [
            (None, THREE, ("None", "float64 array (3,)")),
            ([1.0, 2.0, 3.0], THREE, ("list of 3", "float64 array (3,)")),
            (1.0, THREE, ("float", "float64 array (3,)")),
            (Opaque("torch.Tensor"), THREE, ("torch.Tensor", "float64 array (3,)")),
            ("1.0", 1.0, ("str", "float")),
            (True, 1.0, ("bool", "float")),
            (np.bool_(True), 1.0, ("bool", "float")),
            (1 + 0j, 1.0, ("complex", "float")),
            (np.complex128(1), 1.0, ("complex128", "float")),
            (THREE, 1.0, ("float64 array (3,)", "float")),
            (np.array([1.0]), 1.0, ("float64 array (1,)", "float")),
            (np.array(True), 1.0, ("bool array ()", "float")),
            (1, True, ("int", "bool")),
            (0.0, None, ("float", "None")),
            ((1.0, 2.0), (1.0, 2.0, 3.0), ("tuple of 2", "tuple of 3")),
            (np.array([1.0, 2.0]), (1.0, 2.0), ("float64 array (2,)", "tuple of 2")),
            ([("a", 1.0)], {"a": 1.0}, ("list of 1", "dict of 1")),
        ],
    )
    def test_another_kind_of_value_is_named(self, got: Any, expected: Any, kinds: tuple[str, str]) -> None:
        found = mismatch(got, expected)
        assert (found.kind, found.got, found.expected) == ("type", *kinds)

    def test_where_nothing_was_returned_that_is_asked(self) -> None:
        told = failure(None, THREE, names="m").message
        assert told["en"] == "`m` is None, expected float64 array (3,). Is a `return` missing?"
        assert told["es"].endswith("¿Falta un `return`?")

    @pytest.mark.parametrize(("got", "expected"), [("sgd", "adam"), (True, False), (np.bool_(False), True)])
    def test_two_values_of_one_kind_are_shown_themselves(self, got: Any, expected: Any) -> None:
        found = mismatch(got, expected)
        assert (found.kind, found.got, found.expected) == ("type", repr(got), repr(expected))

    @pytest.mark.parametrize(
        "got", [2, 2.0, np.int8(2), np.uint64(2), np.float16(2), np.float32(2), np.array(2), np.array(2.0)]
    )
    def test_where_a_number_is_expected_any_real_one_will_do(self, got: Any) -> None:
        EXPECT.close(got, 2.0)
        EXPECT.close(got, np.float64(2))
        EXPECT.close(got, 2)

    def test_a_complex_number_may_be_expected(self) -> None:
        EXPECT.close(1, 1 + 0j)
        EXPECT.close(np.complex128(1 + 2j), 1 + 2j)
        found = mismatch(1 - 2j, 1 + 2j)
        assert (found.kind, found.absolute_error) == ("value", 4.0)

    def test_tuples_and_lists_are_one_kind(self) -> None:
        EXPECT.close([1.0, THREE], (1.0, THREE.copy()))
        EXPECT.close((1.0, THREE), [1.0, THREE.copy()])

    @pytest.mark.parametrize("same", ["adam", None, True, ""])
    def test_what_is_no_number_must_be_equal(self, same: Any) -> None:
        EXPECT.close(same, same)


class TestKeys:
    def test_missing_and_extra_keys_are_shown_as_code(self) -> None:
        found = mismatch({"m": 1.0, "w": 2.0}, {"m": 1.0, "v": 2.0})
        assert (found.kind, found.got, found.expected) == ("type", "'m', 'w'", "'m', 'v'")

    def test_no_keys_at_all_are_shown_as_a_dash(self) -> None:
        assert mismatch({}, {"m": 1.0}).got == "—"

    def test_a_key_can_neither_act_on_a_terminal_nor_fill_it(self) -> None:
        got = {"\x1b[2J" + "x" * 5000: 1.0, **dict.fromkeys(range(500), 0.0)}
        message = str(failure(got, {"m": 1.0}))
        assert "\x1b" not in message
        assert len(message) < 500

    def test_the_order_of_keys_does_not_matter(self) -> None:
        EXPECT.close({"v": 2.0, "m": 1.0}, {"m": 1.0, "v": 2.0})

    def test_a_key_names_its_part(self) -> None:
        assert mismatch({"m": 1.0, "v": 2.0}, {"m": 1.0, "v": 3.0}).name == "v"
        assert mismatch({"m": 2.0}, {"m": 1.0}, names="state").name == "state['m']"

    def test_keys_of_a_nested_dictionary_are_spelled_out(self) -> None:
        assert mismatch({"w": {0: 1.0}}, {"w": {0: 2.0}}).name == "w[0]"


class TestShapeAndDtype:
    def test_another_shape_is_told(self) -> None:
        found = mismatch(THREE.reshape(3, 1), THREE, names="param")
        assert (found.kind, found.name, found.got, found.expected) == ("shape", "param", "(3, 1)", "(3,)")

    def test_a_shape_that_would_broadcast_is_another_shape(self) -> None:
        assert mismatch(np.ones((1,)), np.ones((3,))).kind == "shape"
        assert mismatch(np.ones(()), np.ones((1,))).kind == "shape"

    @pytest.mark.parametrize("dtype", ["float32", "float16", "int64", "bool", "complex128"])
    def test_another_dtype_is_told_even_where_the_values_are_equal(self, dtype: str) -> None:
        found = mismatch(np.ones(3, dtype), np.ones(3))
        assert (found.kind, found.got, found.expected) == ("dtype", dtype, "float64")

    def test_any_width_of_float_may_be_allowed(self) -> None:
        EXPECT.close(np.ones(3, "float32"), np.ones(3), any_float=True)
        assert mismatch(np.ones(3, "int64"), np.ones(3), any_float=True).kind == "dtype"

    def test_integers_and_truths_are_compared_by_value(self) -> None:
        EXPECT.close(np.array([True, False]), np.array([True, False]))
        assert mismatch(np.array([True, True]), np.array([True, False])).index == (1,)
        assert mismatch(np.array([1, 2]), np.array([1, 3])).absolute_error == 1.0

    def test_a_shape_alone_may_be_asked_for(self) -> None:
        EXPECT.shape(np.ones((2, 3), "float32"), (2, 3), "grad")
        for got, kind in ((np.ones((3, 2)), "shape"), ([1.0], "type")):
            with pytest.raises(CheckFailed) as caught:
                EXPECT.shape(got, (2, 3), "grad")
            assert caught.value.mismatch is not None
            assert (caught.value.mismatch.kind, caught.value.mismatch.name) == (kind, "grad")


class TestFinite:
    @pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
    def test_what_is_not_finite_is_told_with_its_place(self, value: float, word: str) -> None:
        found = mismatch(np.array([1.0, value, 3.0]), THREE, names="m")
        assert (found.kind, found.name, found.index, found.got, found.expected) == ("not_finite", "m", (1,), word, 2.0)
        assert (found.differing, found.total) == (1, 3)

    def test_a_number_too_large_for_a_float_is_not_finite(self) -> None:
        assert mismatch(10**400, 1.0).got == "inf"
        assert mismatch(-(10**400), 1.0).got == "-inf"

    def test_the_same_that_is_not_finite_is_right_where_it_is_expected(self) -> None:
        odd = np.array([np.nan, np.inf, -np.inf])
        EXPECT.close(odd, odd.copy())

    @pytest.mark.parametrize(("got", "expected"), [(np.inf, -np.inf), (1.0, np.nan), (np.nan, np.inf), (5.0, np.inf)])
    def test_another_that_is_not_finite_is_a_wrong_value(self, got: float, expected: float) -> None:
        found = mismatch(got, expected)
        assert (found.kind, found.absolute_error) == ("value", "inf")


class TestValue:
    def test_the_first_difference_is_told_with_both_values_errors_and_tolerance(self) -> None:
        found = mismatch(np.array([1.0, 2.5, 33.0]), THREE, names="param")
        assert (found.kind, found.name, found.index, found.step) == ("value", "param", (1,), None)
        assert (found.got, found.expected) == (2.5, 2.0)
        assert (found.absolute_error, found.relative_error) == (0.5, 0.25)
        assert (found.rtol, found.atol) == (1e-9, 1e-12)
        assert (found.differing, found.total) == (2, 3)
        assert (found.greatest_absolute, found.greatest_relative) == (30.0, 10.0)

    def test_the_places_around_the_first_difference_stand_beside_it(self) -> None:
        expected = np.arange(20.0)
        got = expected.copy()
        got[7] = -1.0
        rows = mismatch(got, expected, names="w").rows
        assert [(row.place, row.differs) for row in rows] == [
            ("w[6]", False), ("w[7]", True), ("w[8]", False), ("w[9]", False), ("w[10]", False),
        ]  # fmt: skip
        assert (rows[1].got, rows[1].expected) == (-1.0, 7.0)

    def test_a_single_number_has_neither_index_nor_rows(self) -> None:
        found = mismatch(2.0, 1.0, names="lr")
        assert (found.name, found.index, found.rows) == ("lr", None, ())

    def test_the_sentence_says_by_how_much_and_how_much_is_allowed(self) -> None:
        message = failure(np.array([1.0, 2.5]), np.array([1.0, 2.0]), names="param").message
        assert message["en"] == "`param[1]` is 2.5, expected 2: off by 0.5, where 2e-09 is allowed."
        assert message["es"] != message["en"]
        assert "`param[1]`" in message["es"]

    def test_close_values_are_shown_with_the_digits_that_tell_them_apart(self) -> None:
        assert "1.00000001, expected 1:" in str(failure(1.00000001, 1.0))

    def test_a_tolerance_of_its_own_may_be_given(self) -> None:
        EXPECT.close(1.01, 1.0, rtol=0.1)
        EXPECT.close(0.01, 0.0, atol=0.1)
        assert mismatch(1.0 + 1e-10, 1.0, rtol=0.0, atol=0.0).rtol == 0.0

    def test_a_negative_zero_is_zero(self) -> None:
        EXPECT.close(-0.0, 0.0)
        EXPECT.close(np.array([-0.0]), np.array([0.0]), rtol=0.0, atol=0.0)

    def test_an_empty_array_equals_an_empty_array(self) -> None:
        EXPECT.close(np.empty((0, 3)), np.empty((0, 3)))
        assert mismatch(np.empty((0, 3)), np.empty((0, 2))).kind == "shape"

    def test_views_and_orders_of_memory_do_not_matter(self) -> None:
        square = np.arange(9.0).reshape(3, 3)
        EXPECT.close(np.asfortranarray(square), square)
        EXPECT.close(square.T.copy().T, square)


class TestOrder:
    BASIC_FIRST = (
        ("type", "nothing"),
        ("shape", np.ones((2, 2))),
        ("dtype", np.ones(3, "float32")),
        ("not_finite", np.array([1.0, np.nan, 3.0])),
        ("value", np.array([1.0, 2.0, 4.0])),
    )

    @pytest.mark.parametrize("place", range(4))
    def test_the_more_basic_difference_is_told_though_it_stands_later(self, place: int) -> None:
        kind, worse = self.BASIC_FIRST[place]
        for _, better in self.BASIC_FIRST[place + 1 :]:
            assert mismatch((better, worse), (THREE, THREE)).kind == kind
            assert mismatch((worse, better), (THREE, THREE)).kind == kind

    def test_of_two_wrong_values_the_first_is_told(self) -> None:
        assert mismatch((1.0, 2.0, 3.0), (1.0, 9.0, 9.0), names=("param", "m", "v")).name == "m"


class TestNames:
    def test_parts_are_named_in_their_order(self) -> None:
        assert mismatch((1.0, 2.0), (1.0, 9.0), names=("param", "m")).name == "m"

    def test_parts_without_a_name_have_an_index(self) -> None:
        assert mismatch((1.0, 2.0), (1.0, 9.0)).name == "value[1]"
        assert mismatch((1.0, 2.0), (1.0, 9.0), names="run").name == "run[1]"
        assert mismatch((1.0, 2.0, 3.0), (1.0, 2.0, 9.0), names=("a",)).name == "value[2]"

    def test_a_value_without_a_name_is_called_value(self) -> None:
        assert mismatch(1.0, 9.0).name == "value"


class TestSteps:
    def run(self) -> dict[str, np.ndarray]:
        return {"param": np.arange(8.0).reshape(4, 2), "m": np.arange(8.0).reshape(4, 2) + 10}

    def test_axis_zero_of_an_array_counts_steps_from_one(self) -> None:
        got = self.run()
        got["param"][2, 1] += 1
        found = mismatch(got, self.run(), per_step=True)
        assert (found.name, found.step, found.index) == ("param", 3, (1,))
        assert [row.place for row in found.rows if row.differs] == ["param[1] · 3"]

    def test_the_earliest_step_is_told_whichever_part_it_is_in(self) -> None:
        """The parameter leaves its path one step after the average that moves it."""
        got = self.run()
        got["param"][2:] += 1
        got["m"][1:] += 1
        found = mismatch(got, self.run(), per_step=True)
        assert (found.name, found.step) == ("m", 2)

    def test_where_a_run_breaks_down_later_the_first_wrong_value_is_told(self) -> None:
        got = self.run()
        got["param"][1, 0] += 1
        got["param"][3] = np.nan
        found = mismatch(got, self.run(), per_step=True)
        assert (found.kind, found.step) == ("value", 2)

    def test_within_a_step_what_is_not_finite_comes_first(self) -> None:
        got = self.run()
        got["param"][1] += 1
        got["m"][1] = np.inf
        assert mismatch(got, self.run(), per_step=True).kind == "not_finite"

    def test_the_index_of_a_list_counts_steps_too(self) -> None:
        found = mismatch([0.1, 0.2, 0.4], [0.1, 0.2, 0.3], names="lr", per_step=True)
        assert (found.name, found.step, found.index) == ("lr", 3, None)

    def test_an_array_within_a_step_keeps_its_whole_index(self) -> None:
        steps = [np.zeros((2, 2)), np.array([[0.0, 0.0], [5.0, 0.0]])]
        found = mismatch(steps, [np.zeros((2, 2))] * 2, names="w", per_step=True)
        assert (found.step, found.index) == (2, (1, 0))

    def test_the_step_stands_in_what_is_said_of_type_shape_and_dtype(self) -> None:
        zero = np.zeros(2)
        for wrong in (None, np.zeros(3), np.zeros(2, "float32")):
            assert "At step 2, `w`" in str(failure([zero, wrong], [zero, zero], names="w", per_step=True))

    def test_a_list_of_another_length_is_no_step(self) -> None:
        found = mismatch([1.0], [1.0, 2.0], names="lr", per_step=True)
        assert (found.kind, found.step, found.got) == ("type", None, "list of 1")

    def test_the_sentence_names_the_step_in_both_languages(self) -> None:
        message = failure([1.0, 2.0], [1.0, 3.0], names="lr", per_step=True).message
        assert message["en"].startswith("At step 2, `lr` is 2")
        assert message["es"].startswith("En el paso 2, `lr`")


class Leaving:
    """Answers a call by leaving its arguments as told."""

    def __init__(self, *after: Any, **keywords: Any) -> None:
        self.ended = Returned(None, after, keywords)

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        return self.ended


def asked(callee: Leaving, *args: Any, **kwargs: Any) -> Proxy:
    proxy = Proxy(callee, frozenset({"f"}))
    proxy.f(*args, **kwargs)
    return proxy


class TestUnchanged:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (np.zeros(2), np.array([0.0, 1e-300])),
            (np.zeros(2), np.zeros(3)),
            (np.zeros(2), np.zeros(2, "float32")),
            (np.zeros(2), None),
            (np.array([np.nan, 1.0]), np.array([np.nan, 2.0])),
            ([1.0, 2.0], [1.0]),
            ([1.0, 2.0], [1.0, 3.0]),
            ({"a": 1.0}, {"a": 1.0, "b": 2.0}),
            (1.0, 2.0),
            (1, 1.0),
            (np.array([2**60]), np.array([2**60 + 1])),
        ],
    )
    def test_any_change_is_told(self, before: Any, after: Any) -> None:
        with pytest.raises(CheckFailed):
            EXPECT.unchanged(asked(Leaving(after), before), names=("w",))
        with pytest.raises(CheckFailed):
            EXPECT.unchanged(asked(Leaving(w=after), w=before))

    def test_the_changed_place_is_shown_as_it_was_and_is(self) -> None:
        proxy = asked(Leaving(THREE, np.array([[np.nan, 5.0]])), THREE, np.array([[np.nan, 4.0]]))
        with pytest.raises(CheckFailed) as caught:
            EXPECT.unchanged(proxy, names=("param", "grad"))
        assert caught.value.mismatch == Mismatch(kind="changed", name="grad", index=(0, 1), got="5", expected="4")
        assert caught.value.message["en"] == (
            "The call changed its argument `grad`: `grad[0, 1]` was 4 and is 5 afterwards."
        )

    def test_an_argument_that_did_not_come_back_has_changed(self) -> None:
        with pytest.raises(CheckFailed):
            EXPECT.unchanged(asked(Leaving(), THREE))

    @pytest.mark.parametrize("same", [THREE, np.array([np.nan, -0.0]), [1.0, {"a": THREE}], 3, float("nan"), "adam"])
    def test_what_is_as_it_was_is_unchanged(self, same: Any) -> None:
        EXPECT.unchanged(asked(Leaving(same, w=same), same, w=same))

    def test_only_the_last_call_counts(self) -> None:
        proxy = asked(Leaving(THREE), np.zeros(3))
        proxy.f(THREE)
        EXPECT.unchanged(proxy)


class TestThat:
    @pytest.mark.parametrize("condition", [False, None, 0, np.bool_(False)])
    def test_a_property_that_does_not_hold_is_said_in_both_languages(self, condition: Any) -> None:
        with pytest.raises(CheckFailed) as caught:
            EXPECT.that(condition, en="It must fall.", es="Debe bajar.")
        assert caught.value.message == {"en": "It must fall.", "es": "Debe bajar."}
        assert caught.value.mismatch is None

    def test_a_property_that_holds_says_nothing(self) -> None:
        EXPECT.that(np.bool_(True), en="no", es="no")


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
SHAPES = array_shapes(max_dims=3, max_side=4)
VALUES = st.recursive(
    st.one_of(arrays(float, SHAPES, elements=NUMBERS), NUMBERS, st.integers(), st.text(max_size=5), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ANYTHING = VALUES | st.builds(Opaque, st.text(max_size=10)) | st.booleans() | st.complex_numbers()


@given(VALUES, st.booleans())
def test_everything_is_close_to_itself(value: Any, per_step: bool) -> None:
    EXPECT.close(value, value, per_step=per_step)


@given(ANYTHING, VALUES, st.booleans())
def test_whatever_comes_back_is_either_right_or_told(got: Any, expected: Any, per_step: bool) -> None:
    """No value of a learner's breaks a check: the only exception is the one that says what differs."""
    with suppress(CheckFailed):
        EXPECT.close(got, expected, per_step=per_step)


@given(st.data())
def test_one_changed_number_is_found_where_it_is(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(min_dims=2, max_dims=3, max_side=4))
    expected = data.draw(arrays(float, shape, elements=st.floats(-1e3, 1e3)))
    place = tuple(data.draw(st.integers(0, side - 1)) for side in shape)
    got = expected.copy()
    got[place] += data.draw(st.sampled_from([1.0, -7.5, np.nan, np.inf]))
    found = mismatch(got, expected, per_step=True)
    assert found.step is not None
    assert found.index is not None
    assert (found.step - 1, *found.index) == place
    assert (found.differing, found.total) == (1, expected.size)


@given(st.data())
def test_close_is_what_numpy_calls_close(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    expected = data.draw(arrays(float, shape, elements=st.floats(-1e6, 1e6)))
    nudge = data.draw(arrays(float, shape, elements=st.sampled_from([0.0, 1e-13, 1e-10, 1e-8])))
    got = expected + nudge
    if np.isclose(got, expected, rtol=1e-9, atol=1e-12).all():
        EXPECT.close(got, expected)
    else:
        assert mismatch(got, expected).kind == "value"
