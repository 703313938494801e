"""The reference answers each question once, and nothing that is done with an answer reaches the next to ask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checker import reference_callee
from grader.checker.reference import InProcess, Remembering
from grader.errors import CourseError
from grader.sandbox import Ended, Pool, Returned
from tests import small_course
from tests.checker.conftest import Bend, Check
from tests.content import driver

STATEFUL = """
import numpy as np
_state = np.zeros(2)


def double(x):
    _state[...] += 1
    return {"state": _state, "twice": [2.0 * x]}
"""


class Counting:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.closed = 0

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        self.asked += 1
        return Returned({"times": np.array([float(self.asked)])}, args, kwargs or {})

    def close(self) -> None:
        self.closed += 1


class TestRemembering:
    @pytest.mark.parametrize(
        "other",
        [
            ("g", (1.0, 2.0), {}),
            ("f", (1, 2.0), {}),
            ("f", (True, 2.0), {}),
            ("f", ([1.0, 2.0],), {}),
            ("f", ((1.0, 2.0),), {}),
            ("f", (1.0,), {"x": 2.0}),
            ("f", (1.0, -2.0), {}),
            ("f", (np.float64(1.0), 2.0), {}),
            ("f", (np.array(1.0), 2.0), {}),
            ("f", (np.array([1.0, 2.0]),), {}),
            ("f", (np.array([1.0, 2.0], "float32"),), {}),
            ("f", (np.array([[1.0, 2.0]]),), {}),
            ("f", ({"a": 1.0},), {}),
            ("f", ("1.0", 2.0), {}),
        ],
    )
    def test_another_question_is_asked_anew(self, other: tuple[str, tuple[Any, ...], dict[str, Any]]) -> None:
        callee = Counting()
        remembering = Remembering(callee)
        remembering.call("f", (1.0, 2.0))
        remembering.call(*other)
        assert callee.asked == 2

    def test_a_zero_and_a_negative_zero_are_two_questions(self) -> None:
        callee = Counting()
        remembering = Remembering(callee)
        remembering.call("f", (0.0,))
        remembering.call("f", (-0.0,))
        remembering.call("f", (np.array([0.0]),))
        remembering.call("f", (np.array([-0.0]),))
        assert callee.asked == 4

    def test_the_same_question_is_asked_once(self) -> None:
        callee = Counting()
        remembering = Remembering(callee)
        arguments = np.array([np.nan, 1.0]), {"lr": 0.1, "betas": [0.9, (0.99, None)]}, float("nan")
        answers = [remembering.call("f", arguments, {"eps": np.float32(1e-8)}) for _ in range(3)]
        assert callee.asked == 1
        assert answers[0] is answers[2]

    def test_an_array_changed_after_it_was_asked_with_is_another_question(self) -> None:
        callee = Counting()
        remembering = Remembering(callee)
        param = np.zeros(3)
        remembering.call("f", (param,))
        param += 1
        remembering.call("f", (param,))
        assert callee.asked == 2

    def test_it_forgets_before_it_fills_the_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grader.checker.reference.MOST_ANSWERS", 3)
        callee = Counting()
        remembering = Remembering(callee)
        for question in range(4):
            remembering.call("f", (question,))
        remembering.call("f", (0,))
        assert callee.asked == 5

    def test_an_answer_cannot_be_written_into(self) -> None:
        answer = Remembering(Counting()).call("f", (np.zeros(2),), {"w": [np.zeros(2)]})
        for array in (answer.value["times"], answer.arguments[0], answer.keywords["w"][0]):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 7.0

    def test_what_was_asked_with_stays_the_callers_own(self) -> None:
        param = np.zeros(2)
        Remembering(Counting()).call("f", (param,))
        param[0] = 1.0

    def test_closing_closes_what_answers(self) -> None:
        callee = Counting()
        Remembering(callee).close()
        assert callee.closed == 1

    @given(st.recursive(st.floats() | st.integers() | st.text() | st.none() | st.booleans(), st.lists, max_leaves=5))
    def test_any_question_can_be_remembered(self, argument: Any) -> None:
        callee = Counting()
        remembering = Remembering(callee)
        remembering.call("f", (argument,), {"k": {"a": argument}})
        remembering.call("f", (argument,), {"k": {"a": argument}})
        assert callee.asked == 1


class TestInProcess:
    def test_the_questions_arguments_stay_as_they_were(self, bend: Bend) -> None:
        exercise = bend(reference="def double(x):\n    x *= 2.0\n    return x\n")
        argument = np.ones(3)
        ended = InProcess(exercise).call("double", (argument,))
        np.testing.assert_array_equal(argument, np.ones(3))
        np.testing.assert_array_equal(ended.arguments[0], 2 * np.ones(3))

    def test_a_harness_function_is_handed_the_entry_points_it_names(self, bend: Bend) -> None:
        assert InProcess(bend()).call("twice_over", (3.0,)).value == 12.0

    def test_what_the_reference_keeps_does_not_change_an_answer_given(self, bend: Bend) -> None:
        reference = reference_callee(bend(reference=STATEFUL), lambda: pytest.fail("no torch here"), 0)
        first = reference.call("double", (1.0,)).value
        reference.call("double", (2.0,))
        np.testing.assert_array_equal(first["state"], [1.0, 1.0])


class TestOneSubmissionAndTheNext:
    """What a submission does to its arguments, or a check to an answer, stays there."""

    def test_a_submission_that_changes_everything_it_is_given_changes_nothing(self, bend: Bend, check: Check) -> None:
        vandal = (
            "def double(x):\n    try:\n        x[...] = 7.0\n    except TypeError:\n        pass\n    return 2.0 * x\n"
        )
        vandal_alone = check(bend(), vandal)[0]
        assert [result.outcome.value for result in vandal_alone.results] == ["passed", "passed", "failed"]
        for checked in check(bend(), vandal, small_course.REFERENCE, vandal, small_course.REFERENCE)[1::2]:
            assert all(result.outcome.value == "passed" for result in checked.results)

    def test_a_check_that_writes_into_an_answer_is_at_fault_and_is_told(self, bend: Bend, check: Check) -> None:
        checks = small_course.CHECKS.replace(
            "    x = rng.uniform(1, 2, size=3)\n",
            "    x = rng.uniform(1, 2, size=3)\n    want = reference.double(x)\n    want += 1\n",
        )
        for checked in check(bend(checks=checks), small_course.REFERENCE, small_course.REFERENCE):
            assert checked.results[2].outcome.value == "grader_error"


@pytest.mark.slow
class TestTorch:
    def test_a_reference_that_does_not_answer_is_the_courses_fault(self) -> None:
        exercise = driver.course().exercise("sgd_step")
        with Pool("torch", trusted=True) as pool:
            reference = reference_callee(exercise, lambda: pool, 0)
            with pytest.raises(CourseError, match="exercise 2 does not answer sgd_step"):
                reference.call("sgd_step", (1, 2, 3))
            reference.close()

    def test_an_examiner_keeps_one_reference_and_closes_it(self) -> None:
        """A child of the trusted interpreter for each seed would fill the machine over a year of seeds."""
        from grader.grading import Examiner

        exercise = driver.course().exercise("sgd_step")
        with Examiner(driver.course()) as examiner:
            first = examiner.reference(exercise, 1)
            assert examiner.reference(driver.course().exercise(2), 1) is first
            closed: list[int] = []
            first.close = lambda: closed.append(1)  # type: ignore[method-assign]
            second = examiner.reference(exercise, 2)
            assert second is not first
            assert closed == [1]
            second.close = lambda: closed.append(2)  # type: ignore[method-assign]
        assert closed == [1, 2]
