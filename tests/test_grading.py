"""One submission's bytes become a report: checked behind the wall, diagnosed, and replayable by its seed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import __version__
from grader.checker.reference import InProcess
from grader.course import Course
from grader.errors import CourseError
from grader.grading import MOST_SEEDS, NOT_RUN, Examiner, fresh_seed
from grader.results import Outcome, Report
from tests import small_course
from tests.content import driver

DRAWN = """

def drawn(double):
    x = np.arange(3.0)
    return {'x': x, 'y': np.array([double(float(v)) for v in x])}
"""
WRONG = "def double(x):\n    return x * x\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Course:
    manifest = small_course.MANIFEST.replace(
        "[[hint]]",
        """[[figure]]
kind = 'series'
function = 'drawn'
title = { en = 'a', es = 'b' }
caption = { en = 'a', es = 'b' }
x_label = { en = 'a', es = 'b' }
y_label = { en = 'a', es = 'b' }

[[hint]]""",
    )
    harness = small_course.HARNESS + DRAWN
    return Course(small_course.lay_out(tmp_path_factory.mktemp("course"), manifest=manifest, harness=harness))


@pytest.fixture(scope="module")
def examiner(small: Course) -> Any:
    with Examiner(small) as made:
        yield made


def grade(examiner: Examiner, source: str, seed: int | None = 3) -> Report:
    return examiner.grade(examiner.course.exercise(7), source.encode(), seed=seed)


class TestReport:
    def test_a_submission_is_known_by_its_bytes(self, examiner: Examiner) -> None:
        assert grade(examiner, WRONG).submission.sha256 == hashlib.sha256(WRONG.encode()).hexdigest()

    def test_it_says_what_it_was_graded_with(self, examiner: Examiner) -> None:
        report = grade(examiner, WRONG)
        assert report.versions["descenso"] == __version__
        assert report.versions["course"] == "1.0.0"
        assert report.versions["numpy"] == np.__version__
        assert "torch" not in report.versions
        assert report.isolation.tier in "ABCDEF"

    @pytest.mark.parametrize("source", [small_course.STARTER, "", "\0"])
    def test_what_was_not_run_says_so(self, source: str, small: Course) -> None:
        with Examiner(small) as fresh:
            report = grade(fresh, source)
        assert "python" not in report.versions
        assert report.isolation == NOT_RUN or report.outcome is Outcome.DID_NOT_LOAD

    def test_points_are_those_of_the_checks(self, examiner: Examiner) -> None:
        report = grade(examiner, WRONG)
        assert (report.points, report.max_points) == (5, 20)
        assert report.points == sum(check.points for check in report.checks)

    def test_what_was_printed_is_in_it(self, examiner: Examiner) -> None:
        report = grade(examiner, "def double(x):\n    print('twice', type(x).__name__)\n    return 2.0 * x\n")
        assert (report.outcome, report.output) == (Outcome.PASSED, "twice float\ntwice float\ntwice ndarray\n")

    def test_a_wrong_belief_is_in_it(self, examiner: Examiner) -> None:
        (diagnosis,) = grade(examiner, WRONG).diagnosis
        assert [belief.id for belief in diagnosis.beliefs] == ["squares"]

    def test_a_pass_is_not_diagnosed(self, examiner: Examiner, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grader.diagnosis.diagnoser.diagnose", lambda *_: pytest.fail("nothing to explain"))
        assert grade(examiner, small_course.REFERENCE + "# mine\n").outcome is Outcome.PASSED

    def test_a_diagnosis_that_breaks_costs_the_diagnosis_only(
        self, examiner: Examiner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> Any:
            raise ValueError("a fault of the search")

        monkeypatch.setattr("grader.diagnosis.diagnoser.diagnose", broken)
        report = grade(examiner, WRONG)
        assert (report.outcome, report.points, report.diagnosis) == (Outcome.FAILED, 5, ())


class TestSeeds:
    def test_a_run_has_a_seed_of_its_own(self, examiner: Examiner) -> None:
        seeds = {grade(examiner, WRONG, seed=None).seed for _ in range(4)}
        assert len(seeds) == 4
        assert all(0 <= seed < MOST_SEEDS for seed in seeds)

    def test_seeds_are_not_those_of_a_generator_one_can_set(self) -> None:
        import random

        random.seed(0)
        first = fresh_seed()
        random.seed(0)
        assert fresh_seed() != first

    def test_a_seed_replays_a_report(self, examiner: Examiner, small: Course) -> None:
        first = grade(examiner, WRONG, seed=77)
        with Examiner(small) as another:
            again = grade(another, WRONG, seed=77)
        assert (first.checks, first.diagnosis, first.seed) == (again.checks, again.diagnosis, again.seed)
        other = grade(examiner, WRONG, seed=78)
        assert [check.outcome for check in other.checks] == [check.outcome for check in first.checks]
        assert other.checks != first.checks

    def test_what_was_prepared_serves_one_grading_of_that_exercise(
        self, examiner: Examiner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its seed, drawn beforehand, and the reference's answers: asked again, the reference is not called."""
        exercise = examiner.course.exercise(7)
        examiner.prepare(exercise)
        folder, drawn = examiner._drawn
        assert folder == exercise.folder
        asked: list[str] = []
        monkeypatch.setattr(InProcess, "call", lambda _, name, *__: asked.append(name))
        assert grade(examiner, small_course.REFERENCE, seed=None).seed == drawn
        assert asked == []
        monkeypatch.undo()
        assert grade(examiner, small_course.REFERENCE, seed=None).seed != drawn

    def test_a_seed_that_is_given_comes_before_one_that_was_prepared(self, examiner: Examiner) -> None:
        examiner.prepare(examiner.course.exercise(7))
        assert grade(examiner, small_course.REFERENCE, seed=3).seed == 3

    def test_a_class_has_one_seed(self, examiner: Examiner) -> None:
        exercise = examiner.course.exercise(7)
        seeds = {report.seed for _, report in examiner.reports(exercise, [WRONG.encode()] * 3)}
        assert len(seeds) == 1


class TestFigures:
    def test_both_runs_are_drawn(self, examiner: Examiner) -> None:
        exercise = examiner.course.exercise(7)
        report = examiner.with_figures(grade(examiner, WRONG), exercise, WRONG.encode())
        (figure,) = report.figures
        assert figure.learner is not None
        assert list(figure.expected["y"]) == [0, 2, 4]
        assert list(figure.learner["y"]) == [0, 1, 4]

    @pytest.mark.parametrize(
        "source",
        ["def double(x):\n    raise ValueError\n", "def double(x):\n    import os; os._exit(1)\n", "1 / 0\n", ""],
    )
    def test_where_the_learners_run_cannot_be_had_the_expected_one_is_drawn(
        self, source: str, examiner: Examiner
    ) -> None:
        exercise = examiner.course.exercise(7)
        report = examiner.with_figures(grade(examiner, source), exercise, source.encode())
        (figure,) = report.figures
        assert figure.learner is None
        assert list(figure.expected["y"]) == [0, 2, 4]

    @pytest.mark.parametrize("shipped", driver.course().exercises, ids=lambda exercise: exercise.id)
    def test_every_shipped_figure_can_be_drawn(self, shipped: Any) -> None:
        content = shipped.reference.encode()
        report = driver.examiner().with_figures(driver.grade(shipped.id, content, 1), shipped, content)
        assert len(report.figures) == len(shipped.manifest.figure) >= 1
        for figure in report.figures:
            assert figure.learner is not None
            assert figure.learner.keys() == figure.expected.keys()


class TestExaminer:
    def test_it_closes_what_it_opened_and_may_be_closed_twice(self, small: Course) -> None:
        made = Examiner(small)
        made.warm("numpy")
        grade(made, WRONG)
        made.close()
        made.close()

    def test_the_courses_root_is_hidden_from_learners_only(self, examiner: Examiner) -> None:
        """Course code may read its own folder; a learner's finds nothing there."""
        peek = f"import os\ndef double(x):\n    return float(os.path.exists({str(examiner.course.root)!r}))\n"
        report = grade(examiner, peek)
        if report.isolation.tier == "A":
            assert report.checks[1].mismatch is not None
            assert report.checks[1].mismatch.got == 0.0

    def test_a_course_at_fault_is_raised_and_the_next_exercise_graded(self, examiner: Examiner, tmp_path: Path) -> None:
        broken = small_course.exercise(tmp_path / "broken", checks="import nunpy")
        with pytest.raises(CourseError):
            examiner.grade(broken, WRONG.encode())
        assert grade(examiner, WRONG).outcome is Outcome.FAILED

    def test_a_reference_is_made_anew_where_its_source_changed(self, examiner: Examiner, tmp_path: Path) -> None:
        """As it does for an author who edits while a watch is running."""
        before = small_course.exercise(tmp_path / "course")
        first = examiner.reference(before, 0)
        changed = small_course.exercise(tmp_path / "course", reference="def double(x):\n    return 5.0 * x\n")
        second = examiner.reference(changed, 0)
        assert first is not second
        assert second.call("double", (1.0,)).value == 5.0
        assert examiner.reference(changed, 0) is second
