"""One run over a batch: in order, replayable, and streaming."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checker import checked, reference_callee
from grader.results import Outcome
from grader.sandbox import Pool
from tests import small_course
from tests.checker.conftest import Bend, Check

RIGHT = small_course.REFERENCE
WRONG = "def double(x):\n    return 3.0 * x\n"
RIGHTLY = [["passed", "passed", "passed"], ["passed", "failed", "failed"]]


def outcomes(checked: Any) -> list[str]:
    return [result.outcome.value for result in checked.results]


class TestInputs:
    def inputs(self, checked: Any) -> dict[str, Any]:
        return {call.check: np.asarray(call.arguments[0]) for call in checked.calls}

    def test_one_seed_gives_every_submission_and_every_run_the_same_inputs(self, bend: Bend, check: Check) -> None:
        first, second = check(bend(), RIGHT, WRONG, seed=11)
        (again,) = check(bend(), WRONG, seed=11)
        for other in (second, again):
            assert self.inputs(first).keys() == self.inputs(other).keys()
            for name, value in self.inputs(first).items():
                np.testing.assert_array_equal(value, self.inputs(other)[name])

    def test_another_seed_gives_other_inputs(self, bend: Bend, check: Check) -> None:
        (first,), (second,) = check(bend(), RIGHT, seed=11), check(bend(), RIGHT, seed=12)
        for name, value in self.inputs(first).items():
            assert not np.array_equal(value, self.inputs(second)[name])

    def test_each_check_has_inputs_of_its_own_wherever_it_stands(self, bend: Bend, check: Check) -> None:
        """So that a check added to an exercise changes no other check's inputs."""
        (before,) = check(bend(), RIGHT, seed=11)
        assert self.inputs(before)["is_a_number"] != self.inputs(before)["is_twice"]
        head, *tests = small_course.CHECKS.split("\n\n\n")
        turned = "\n\n\n".join([head, *reversed(tests)])
        (after,) = check(bend(checks=turned), RIGHT, seed=11)
        for name, value in self.inputs(before).items():
            np.testing.assert_array_equal(value, self.inputs(after)[name])


class TestOrder:
    def test_checks_run_in_the_manifests_order_wherever_they_stand(self, bend: Bend, check: Check) -> None:
        head, *tests = small_course.CHECKS.split("\n\n\n")
        (checked,) = check(bend(checks="\n\n\n".join([head, *reversed(tests)])), RIGHT)
        assert [call.check for call in checked.calls] == ["is_a_number", "is_twice", "takes_arrays"]
        assert [result.id for result in checked.results] == ["is_a_number", "is_twice", "takes_arrays"]

    def test_neighbours_have_no_influence(self, bend: Bend, check: Check) -> None:
        sources = [RIGHT, WRONG, "import numpy as np\nnp.add = None\n" + RIGHT, "import os\nos._exit(1)", "", "1/0"]
        alone = [outcomes(check(bend(), source)[0]) for source in sources]
        assert [outcomes(checked) for checked in check(bend(), *sources)] == alone
        assert [outcomes(checked) for checked in check(bend(), *reversed(sources))] == alone[::-1]

    def test_nothing_at_all_is_nothing(self, bend: Bend, check: Check) -> None:
        assert check(bend()) == []


class Counting:
    """A pool that counts what was opened."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.opened = 0

    def open(self, *arguments: Any) -> Any:
        self.opened += 1
        return self.pool.open(*arguments)


def test_results_stream_out_of_a_batch(bend: Bend, numpy_pool: Pool) -> None:
    """Each is handed over before the next submission is opened."""
    exercise, counting, heard = bend(), Counting(numpy_pool), []
    contents = [(WRONG if index % 3 else RIGHT).encode() for index in range(25)]

    for index, one in checked(
        exercise,
        contents,
        pool=lambda: counting,
        reference=lambda: reference_callee(exercise, lambda: numpy_pool, 3),
        seed=3,
    ):
        heard.append((index, counting.opened, one.results[1].outcome))
    wanted = [Outcome.FAILED if index % 3 else Outcome.PASSED for index in range(len(contents))]
    assert heard == [(index, index + 1, outcome) for index, outcome in enumerate(wanted)]


def test_a_starter_asks_for_no_interpreter(bend: Bend) -> None:
    def never() -> Any:
        raise AssertionError("nothing has to be run")

    exercise = bend()
    contents = [exercise.starter, b"", b"\x00", b"\xff"]
    found = dict(checked(exercise, contents, pool=never, reference=never, seed=0))
    assert [outcomes(found[index])[0] for index in range(4)] == ["not_started", *["did_not_load"] * 3]
