"""One run of pytest over a batch: closed to every setting and file around it, in order, replayable, and streaming."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checker import reference_callee, run_checks
from grader.checker.run import BATCH
from grader.results import Outcome
from grader.sandbox import Pool
from tests import small_course
from tests.checker.conftest import Bend, Check

RIGHT = small_course.REFERENCE
WRONG = "def double(x):\n    return 3.0 * x\n"
RIGHTLY = [["passed", "passed", "passed"], ["passed", "failed", "failed"]]
HOSTILE_CONFTEST = """
from pathlib import Path
Path({canary!r}).touch()
def pytest_collection_modifyitems(items):
    items.clear()
"""


def outcomes(checked: Any) -> list[str]:
    return [result.outcome.value for result in checked.results]


class TestClosedOff:
    """What decides a grade is the course; nothing around it can choose other checks, leave some out or add plugins."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PYTEST_ADDOPTS", "--collect-only"),
            ("PYTEST_ADDOPTS", "-k nothing_at_all"),
            ("PYTEST_ADDOPTS", "--no-such-option"),
            ("PYTEST_ADDOPTS", "--deselect checks.py::test_is_twice --maxfail=1"),
            ("PYTEST_PLUGINS", "no_such_plugin"),
            ("PYTEST_DEBUG", "1"),
            ("PYTEST_THEME", "no such theme"),
        ],
    )
    def test_no_variable_of_pytest_has_an_effect(
        self, name: str, value: str, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        before = dict(os.environ)
        assert [outcomes(checked) for checked in check(bend(), RIGHT, WRONG)] == RIGHTLY
        after = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
        assert after == {key: value for key, value in before.items() if key != "PYTEST_CURRENT_TEST"}

    @pytest.mark.parametrize("file", ["pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", ".pytest.ini"])
    @pytest.mark.parametrize("place", ["beside the checks", "working directory", "course"])
    def test_no_settings_file_has_an_effect(
        self, file: str, place: str, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        exercise = bend()
        here = {"beside the checks": exercise.solution, "working directory": tmp_path / "here"}
        folder = here.get(place, exercise.solution.parent.parent)
        folder.mkdir(exist_ok=True)
        section = {"setup.cfg": "[tool:pytest]", "pyproject.toml": "[tool.pytest.ini_options]"}.get(file, "[pytest]")
        setting = 'addopts = "--collect-only"' if file == "pyproject.toml" else "addopts = --collect-only"
        (folder / file).write_text(f"{section}\n{setting}\n")
        monkeypatch.chdir(folder)
        assert [outcomes(checked) for checked in check(exercise, RIGHT, WRONG)] == RIGHTLY

    @pytest.mark.parametrize("place", ["beside the checks", "working directory", "above the checks"])
    def test_no_conftest_is_imported(
        self, place: str, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        exercise, canary = bend(), tmp_path / "canary"
        here = {"beside the checks": exercise.solution, "above the checks": exercise.solution.parent}
        folder = here.get(place, tmp_path / "here")
        folder.mkdir(exist_ok=True)
        (folder / "conftest.py").write_text(HOSTILE_CONFTEST.format(canary=str(canary)))
        monkeypatch.chdir(folder)
        assert [outcomes(checked) for checked in check(exercise, RIGHT, WRONG)] == RIGHTLY
        assert not canary.exists()

    def test_no_module_of_the_working_directory_is_imported_by_the_checks(
        self, bend: Bend, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "colorsys.py").write_text("raise SystemExit('taken from the working directory')")
        monkeypatch.chdir(tmp_path)
        monkeypatch.delitem(sys.modules, "colorsys", raising=False)
        exercise = bend(checks="import colorsys\n" + small_course.CHECKS)
        assert outcomes(check(exercise, RIGHT)[0]) == RIGHTLY[0]

    def test_checks_that_changed_since_the_last_run_are_read_again(self, bend: Bend, check: Check) -> None:
        assert outcomes(check(bend(), WRONG)[0]) == ["passed", "failed", "failed"]
        lenient = small_course.CHECKS.replace("reference.double(x)", "reference.double(x) * 1.5")
        assert outcomes(check(bend(checks=lenient), WRONG)[0]) == ["passed", "passed", "passed"]

    def test_a_run_prints_nothing_and_leaves_no_file(self, tmp_path: Path) -> None:
        """In a process of its own, since pytest itself takes hold of what is printed here."""
        program = f"""
import sys
from pathlib import Path
from tests import small_course
from grader.course import Course
from grader.grading import Examiner
exercise = small_course.exercise(Path({str(tmp_path / "course")!r}))
with Examiner(Course(exercise.folder.parent.parent)) as examiner:
    for source in (small_course.REFERENCE, "def double(x): return 3.0", "def double(x): raise ValueError", "("):
        examiner.grade(exercise, source.encode(), seed=0)
assert not any(name.endswith("conftest") for name in sys.modules)
"""
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
        here = tmp_path / "here"
        here.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=here, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert list(here.iterdir()) == []
        assert not list((tmp_path / "course").rglob("*cache*"))


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


def test_results_stream_out_of_a_batch_that_is_larger_than_one_run(bend: Bend, numpy_pool: Pool) -> None:
    """Each is handed over before the next submission is opened, across the border between two runs of pytest."""
    exercise, counting, heard = bend(), Counting(numpy_pool), []
    contents = [(WRONG if index % 3 else RIGHT).encode() for index in range(BATCH + 5)]

    def on_checked(index: int, checked: Any) -> None:
        heard.append((index, counting.opened, checked.results[1].outcome))

    run_checks(
        exercise,
        contents,
        pool=lambda: counting,
        reference=lambda: reference_callee(exercise, lambda: numpy_pool, 3),
        seed=3,
        on_checked=on_checked,
    )
    wanted = [Outcome.FAILED if index % 3 else Outcome.PASSED for index in range(len(contents))]
    assert heard == [(index, index + 1, outcome) for index, outcome in enumerate(wanted)]


def test_a_starter_asks_for_no_interpreter(bend: Bend) -> None:
    def never() -> Any:
        raise AssertionError("nothing has to be run")

    found: dict[int, Any] = {}
    exercise = bend()
    contents = [exercise.starter, b"", b"\x00", b"\xff"]
    run_checks(exercise, contents, pool=never, reference=never, seed=0, on_checked=found.__setitem__)
    assert [outcomes(found[index])[0] for index in range(4)] == ["not_started", *["did_not_load"] * 3]
