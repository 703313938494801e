"""A refused value is told with the call it came back from, and with none where it may have come from several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checker.asked import told_with_call
from grader.checker.expect import Expect
from grader.checker.learner import Call
from grader.checker.mismatches import CheckFailed
from grader.course import Tolerance
from grader.sandbox import Returned
from grader.text import Text
from tests.checker.conftest import Bend, Check

EXPECT = Expect(Tolerance(rtol=1e-9, atol=1e-12, reason=Text({"en": "", "es": ""})))


def answered(value: Any, *arguments: Any, **keywords: Any) -> Call:
    ended = Returned(value=value, arguments=arguments, keywords=keywords)
    return Call(function="step", arguments=arguments, keywords=keywords, ended=ended, check="", subject="step")


def told(got: Any, expected: Any, *calls: Call) -> str:
    with pytest.raises(CheckFailed) as caught:
        EXPECT.close(got, expected, names="w")
    return str(told_with_call(caught.value, calls))


def test_the_arguments_stand_beside_what_came_back() -> None:
    calls = answered(np.zeros(2), np.ones(2), lr=0.1), answered((np.ones(2), {"m": np.ones(3)}), 4, lr=0.25)
    assert told(calls[1].value[1], {"m": np.zeros(3)}, *calls).endswith("The call was `step(4, lr=0.25)`.")
    assert told(calls[0].value, np.ones(2), *calls).endswith("The call was `step(array (2,), lr=0.1)`.")


def test_a_value_worked_out_in_the_check_belongs_to_no_call() -> None:
    assert "The call" not in told(np.zeros(2), np.ones(2), answered(np.zeros(2), 1), answered(np.zeros(2), 2))


def test_what_several_calls_may_have_given_is_told_of_none() -> None:
    assert "The call" not in told(None, 1.0, answered(None, 1), answered(None, 2))
    assert told(None, 1.0, answered(None, 1), answered(2.0, 2)).endswith("The call was `step(1)`.")


def test_a_changed_argument_is_told_with_the_last_call(bend: Bend, check: Check) -> None:
    checks = "def test_is_a_number(learner, expect):\n    learner.double([1.0])\n    expect.unchanged(learner)\n"
    others = "def test_is_twice():\n    pass\ndef test_takes_arrays():\n    pass\n"
    (found,) = check(bend(checks=checks + others), "def double(x):\n    x[0] = 2.0\n    return x\n")
    assert str(found.results[0].message).endswith("The call was `double(list of 1)`.")
