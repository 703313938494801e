"""However a check ends, it becomes one result: the learner's, the course's or the grader's doing, and never a pass by default."""  # noqa: E501

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.checker import checked, reference_callee
from grader.checker.collection import Question
from grader.checker.run import Checking
from grader.errors import IsolationError
from grader.locale import say
from grader.results import CheckResult, Outcome, overall_outcome
from grader.sandbox import Pool
from tests import small_course
from tests.checker.conftest import Bend, Check

RIGHT = small_course.REFERENCE
SQUARES = "def double(x):\n    return x * x\n"
THIRD = "    x = rng.uniform(1, 2, size=3)\n"


def outcomes(checked: Any) -> list[str]:
    return [result.outcome.value for result in checked.results]


def asked(checked: Any) -> list[str]:
    return list(dict.fromkeys(call.check for call in checked.calls))


def broken(line: str) -> str:
    """The checks with a line put into the third."""
    assert THIRD in small_course.CHECKS
    return small_course.CHECKS.replace(THIRD, f"    {line}\n{THIRD}")


class TestNeeds:
    def test_a_check_whose_need_failed_is_blocked_and_asked_all_the_same(self, bend: Bend, check: Check) -> None:
        (checked,) = check(bend(), "def double(x):\n    return None\n")
        assert outcomes(checked) == ["failed", "blocked", "failed"]
        assert asked(checked) == ["is_a_number", "is_twice", "takes_arrays"]

    def test_what_a_blocked_check_waits_for_is_said(self, bend: Bend, check: Check) -> None:
        (checked,) = check(bend(), "def double(x):\n    return None\n")
        assert checked.results[1].message == {
            "en": "Waits for: It returns a number.",
            "es": "A la espera de: Devuelve un número.",
        }

    def test_a_blocked_check_earns_nothing_although_it_would_have_passed(self, bend: Bend, check: Check) -> None:
        """An int is no float for the first check, and close enough for the second."""
        checks = small_course.CHECKS.replace("isinstance(learner.double(x), float)", "learner.double(x) is None")
        (checked,) = check(bend(checks=checks), RIGHT)
        assert outcomes(checked) == ["failed", "blocked", "passed"]
        assert checked.results[1].points == 0

    def test_what_waits_for_a_blocked_check_is_blocked_too(self, bend: Bend, check: Check) -> None:
        manifest = small_course.MANIFEST + "needs = 'is_twice'\n"
        (checked,) = check(bend(manifest=manifest), "def double(x):\n    return None\n")
        assert outcomes(checked) == ["failed", "blocked", "blocked"]

    @pytest.mark.parametrize(
        ("source", "outcome"),
        [
            ("def double(x):\n    while isinstance(x, float): pass\n    return 2 * x\n", "timed_out"),
            ("import os\ndef double(x):\n    if isinstance(x, float): os._exit(3)\n    return 2 * x\n", "crashed"),
        ],
    )
    def test_a_check_whose_need_never_answered_is_not_asked(
        self, source: str, outcome: str, bend: Bend, check: Check
    ) -> None:
        (checked,) = check(bend(), source)
        assert outcomes(checked) == [outcome, "blocked", "passed"]
        assert asked(checked) == ["is_a_number", "takes_arrays"]


class TestIdle:
    """A program that computes nothing earns nothing."""

    @pytest.mark.parametrize("answer", ["1.0", "0 * x", "x"])
    def test_what_passes_by_its_form_alone_waits(self, answer: str, bend: Bend, check: Check) -> None:
        (found,) = check(bend(), f"def double(x):\n    return {answer}\n")
        assert outcomes(found) == ["blocked", "failed", "failed"]
        assert sum(result.points for result in found.results) == 0
        assert str(found.results[0].message).startswith("Nothing is computed yet")
        assert overall_outcome(found.results) is Outcome.FAILED

    @pytest.mark.parametrize("answer", ["x * x", "3.0 + x", "3.0 if isinstance(x, float) else 2 * x"])
    def test_what_computes_something_is_paid_for_its_form(self, answer: str, bend: Bend, check: Check) -> None:
        (found,) = check(bend(), f"def double(x):\n    return {answer}\n")
        assert found.results[0].outcome is Outcome.PASSED


class TestTimeouts:
    FREE = re.sub("needs = .*\n", "", small_course.MANIFEST).replace("call_seconds = 1.0", "call_seconds = 0.3")

    def test_after_two_unanswered_checks_the_others_are_left_alone(self, bend: Bend, check: Check) -> None:
        (checked,) = check(bend(manifest=self.FREE), "def double(x):\n    while True: pass\n")
        assert outcomes(checked) == ["timed_out", "timed_out", "blocked"]
        assert asked(checked) == ["is_a_number", "is_twice"]
        assert "too many calls" in str(checked.results[2].message)

    def test_a_timeout_names_the_call_with_its_shapes(self, bend: Bend, check: Check) -> None:
        source = "import numpy as np\ndef double(x):\n    while isinstance(x, np.ndarray): pass\n    return 2 * x\n"
        (checked,) = check(bend(), source)
        assert outcomes(checked) == ["passed", "passed", "timed_out"]
        assert str(checked.results[2].message).startswith("double(array (3,)) had not answered after 1 s")

    def test_the_time_for_the_whole_submission_runs_out_too(self, bend: Bend, check: Check) -> None:
        manifest = self.FREE.replace("call_seconds = 0.3", "call_seconds = 0.3\ntotal_seconds = 0.4")
        (checked,) = check(bend(manifest=manifest), "import time\ndef double(x):\n    time.sleep(60)\n")
        assert outcomes(checked) == ["timed_out", "timed_out", "blocked"]
        assert "0.4 s" in str(checked.results[1].message)


class TestLoading:
    @pytest.mark.parametrize(
        ("source", "outcome"),
        [
            ("def double(:", "did_not_load"),
            ("from numpy import nothing_like_it", "did_not_load"),
            ("1 / 0", "did_not_load"),
            ("import os; os._exit(0)", "crashed"),
            ("raise SystemExit", "did_not_load"),
            ("while True: pass", "timed_out"),
        ],
    )
    def test_a_file_that_does_not_load_says_so_in_every_check(
        self, source: str, outcome: str, bend: Bend, check: Check
    ) -> None:
        (checked,) = check(bend(), source)
        assert outcomes(checked) == [outcome] * 3
        assert {result.message for result in checked.results} == {checked.message}
        assert checked.calls == []

    def test_a_file_without_the_function_loads_and_fails(self, bend: Bend, check: Check) -> None:
        (checked,) = check(bend(), "x = 1\n")
        assert outcomes(checked) == ["failed", "blocked", "failed"]
        assert checked.results[0].message == {
            "en": "The file does not define a function double.",
            "es": "El archivo no define ninguna función double.",
        }


class TestOddValues:
    """A check may break on what it is given: whose fault that is, the reference tells."""

    @pytest.mark.parametrize("value", ["'two'", "[]", "{'a': 1}", "object()", "lambda: 1", "10**5000", "type('F', (float,), {})(2)"])  # fmt: skip  # noqa: E501
    def test_a_value_the_check_cannot_use_fails_the_learner(self, value: str, bend: Bend, check: Check) -> None:
        checks = broken("assert learner.double(2.0) + 1.0 > 0")
        (checked,) = check(bend(checks=checks), f"def double(x):\n    return {value}\n")
        assert checked.results[2].outcome is Outcome.FAILED
        assert "could not be used" in str(checked.results[2].message)

    @pytest.mark.parametrize(
        "line",
        [
            "1 / 0",
            "assert False",
            "import pytest; pytest.skip('not today')",
            "import pytest; pytest.fail('not today')",
            "import pytest; pytest.exit('not today')",
            "raise SystemExit(0)",
            "learner.no_such_function(1)",
            "reference.double(2.0, 3.0)",
            "reference.double(np.ones(2))[...] = 0",
        ],
    )
    def test_a_check_that_breaks_on_the_reference_too_is_the_graders_fault(
        self, line: str, bend: Bend, check: Check
    ) -> None:
        for one in check(bend(checks=broken(line)), RIGHT, SQUARES):
            assert one.results[2].outcome is Outcome.GRADER_ERROR
            assert "not your fault, and no points are lost" in str(one.results[2].message)
            assert "no es culpa tuya" in one.results[2].message["es"]

    def test_the_other_checks_are_judged_all_the_same(self, bend: Bend, check: Check) -> None:
        right, squares = check(bend(checks=broken("1 / 0")), RIGHT, SQUARES)
        assert outcomes(right) == ["passed", "passed", "grader_error"]
        assert outcomes(squares) == ["passed", "failed", "grader_error"]

    def test_of_a_check_with_several_cases_the_first_failure_counts(self, bend: Bend, check: Check) -> None:
        checks = small_course.CHECKS.replace(
            "def test_takes_arrays(",
            "import pytest\n\n@pytest.mark.parametrize('k', [1, 2])\ndef test_takes_arrays(k, ",
        ).replace(THIRD, THIRD + "    expect.that(k == 2, en='k', es='k')\n")
        (checked,) = check(bend(checks=checks), RIGHT)
        assert outcomes(checked) == ["passed", "passed", "failed"]


class TestSandboxTrouble:
    """What the machine cannot do is nobody's wrong answer."""

    class Ailing:
        """A pool that has no child for the first submission."""

        def __init__(self, pool: Pool) -> None:
            self.pool = pool
            self.asked = 0

        def open(self, *arguments: Any) -> Any:
            self.asked += 1
            if self.asked == 1:
                raise IsolationError(say("No process could be had."))
            return self.pool.open(*arguments)

    def test_where_no_child_can_be_had_only_that_submission_is_not_graded(self, bend: Bend, numpy_pool: Pool) -> None:
        exercise, ailing = bend(), self.Ailing(numpy_pool)
        found = dict(
            checked(
                exercise,
                [RIGHT.encode()] * 2,
                pool=lambda: ailing,
                reference=lambda: reference_callee(exercise, lambda: numpy_pool, 0),
                seed=0,
            )
        )
        assert [outcomes(found[index]) for index in range(2)] == [["grader_error"] * 3, ["passed"] * 3]
        assert found[0].message["en"] == "No process could be had."

    def test_a_call_the_sandbox_could_not_make_is_the_graders_fault(
        self, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from grader.sandbox import Session

        def fail(*_: Any) -> Any:
            raise IsolationError(say("No process could be had."))

        monkeypatch.setattr(Session, "call", fail)
        (checked,) = check(bend(), RIGHT)
        assert outcomes(checked) == ["grader_error", "blocked", "grader_error"]


class TestCaller:
    """What a caller's own code raises when it takes a result comes back as it is."""

    def test_an_error_while_a_result_is_taken_ends_the_run_and_is_raised(self, bend: Bend, numpy_pool: Pool) -> None:
        exercise, heard = bend(), []

        def take_until_full() -> None:
            for index, _ in checked(
                exercise,
                [RIGHT.encode()] * 5,
                pool=lambda: numpy_pool,
                reference=lambda: reference_callee(exercise, lambda: numpy_pool, 0),
                seed=0,
            ):
                heard.append(index)
                raise OSError("no space left")

        with pytest.raises(OSError, match="no space left"):
            take_until_full()
        assert heard == [0]

    def test_an_interruption_is_raised_and_leaves_no_half_result(
        self, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[int] = []
        judged = Checking._judged

        def interrupt(checking: Checking, question: Question, *more: object) -> CheckResult:
            if heard and question.check.id == "is_twice":
                raise KeyboardInterrupt
            return judged(checking, question, *more)

        monkeypatch.setattr(Checking, "_judged", interrupt)
        with pytest.raises(KeyboardInterrupt):
            check(bend(), RIGHT, RIGHT, RIGHT, heard=heard)
        assert heard == [0]
