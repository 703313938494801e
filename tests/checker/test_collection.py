"""The checks as pytest finds them: closed to every setting and file around them, and held against the manifest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.checker import collection
from grader.errors import CourseError
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


class TestCourseAtFault:
    def fault(self, bend: Bend, check: Check, checks: str, *sources: str) -> str:
        with pytest.raises(CourseError) as caught:
            check(bend(checks=checks), *sources or (RIGHT,))
        return str(caught.value)

    @pytest.mark.parametrize(
        ("before", "after", "odd"),
        [
            ("def test_takes_arrays", "def takes_arrays", "test_takes_arrays"),
            ("def test_takes_arrays", "def test_takes_lists", "test_takes_arrays, test_takes_lists"),
            ("", "", "test_more"),
        ],
    )
    def test_checks_and_manifest_must_name_the_same(
        self, before: str, after: str, odd: str, bend: Bend, check: Check
    ) -> None:
        checks = small_course.CHECKS.replace(before, after) if before else small_course.CHECKS + "def test_more(): pass"
        told = self.fault(bend, check, checks)
        assert told.endswith(f"checks.py and the manifest do not name the same checks: {odd}.")

    @pytest.mark.parametrize(
        ("checks", "told"),
        [
            (small_course.CHECKS + "\ndef f(:\n", r"checks\.py:18 cannot be run: SyntaxError: .+"),
            ("import nunpy\n" + small_course.CHECKS, r"checks\.py:1 cannot be run: ModuleNotFoundError: .+'nunpy'"),
            (small_course.CHECKS + "\n1 / 0\n", r"checks\.py:18 cannot be run: ZeroDivisionError: .+"),
            (
                small_course.CHECKS.replace("is_twice(learner", "is_twice(lerner, learner"),
                r"checks\.py:9 cannot be run: a check may ask for .+, rng, expect, and not for lerner\.",
            ),
        ],
    )
    def test_checks_that_cannot_be_run_are_told_in_one_line(
        self, checks: str, told: str, bend: Bend, check: Check
    ) -> None:
        said = self.fault(bend, check, checks)
        assert re.search(told, said)
        assert "\n" not in said

    def test_nothing_passes_by_a_fault(self, bend: Bend, check: Check) -> None:
        assert self.fault(bend, check, "", RIGHT)

    def test_what_was_prepared_before_is_told_all_the_same(self, bend: Bend, check: Check) -> None:
        heard: list[int] = []
        with pytest.raises(CourseError):
            check(bend(checks="def f(:"), small_course.STARTER, RIGHT, "", heard=heard)
        assert heard == [0, 2]

    def test_checks_that_are_gone_are_told(self, bend: Bend) -> None:
        exercise = bend()
        exercise.checks_path.unlink()
        with pytest.raises(CourseError, match=r"checks\.py cannot be read: there is no such file"):
            collection.questions(exercise)


class TestFound:
    def test_checks_are_read_once_for_any_number_of_runs(self, bend: Bend, check: Check, tmp_path: Path) -> None:
        """What a save in `grade watch` waits for is its own run, not pytest."""
        read = tmp_path / "read"
        exercise = bend(checks=f"with open({str(read)!r}, 'a') as read: read.write('once ')\n" + small_course.CHECKS)
        for _ in range(3):
            check(exercise, RIGHT)
        assert read.read_text() == "once "

    def test_a_changed_manifest_counts_in_the_next_run(self, bend: Bend, check: Check) -> None:
        (before,) = check(bend(), RIGHT)
        (after,) = check(bend(manifest=small_course.MANIFEST.replace("points = 10", "points = 11")), RIGHT)
        assert [one.results[1].points for one in (before, after)] == [10, 11]

    def test_only_so_many_are_kept(self, bend: Bend, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(collection, "_MOST_KEPT", 2)
        for number in range(3):
            collection.questions(bend(checks=f"# {number}\n" + small_course.CHECKS))
        assert len(collection._kept) == 2

    def test_a_check_may_be_a_method(self, bend: Bend, check: Check) -> None:
        checks = small_course.CHECKS.replace(
            "def test_is_a_number(learner, reference, rng, expect):\n    x =",
            "class TestNumbers:\n  def test_is_a_number(self, learner, rng, expect):\n    x =",
        )
        assert [outcomes(one) for one in check(bend(checks=checks), RIGHT, WRONG)] == RIGHTLY
