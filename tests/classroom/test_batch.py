"""A worker grades batch after batch with what it has read and found before, as long as the course stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.classroom import batch as module
from grader.classroom.batch import Batch, checks_version, grade_batch
from grader.course import open_course
from grader.errors import CourseError
from grader.grading import Examiner
from grader.results import Outcome, report_from_json
from tests.content import driver

NUMBER = 5


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A copy of the course that a test may edit."""
    copy = tmp_path / "course"
    for part in ("exercises", "solutions"):
        shutil.copytree(driver.course().root / part, copy / part)
    shutil.copy(driver.course().root / "course.toml", copy / "course.toml")
    yield copy
    examiner = module._examiners.pop(copy.resolve(), None)
    if examiner is not None:
        examiner.close()


@pytest.fixture
def batch(root: Path) -> Callable[..., Batch]:
    def made(**other: object) -> Batch:
        exercise = open_course(root).exercise(NUMBER)
        given: dict[str, object] = {
            "exercise": exercise.id,
            "checks_version": checks_version(exercise),
            "seed": 3,
            "submissions": (1,),
            "contents": (exercise.reference.encode(),),
            "course": str(root),
        }
        return Batch(**{**given, **other})

    return made


def outcomes(batch: Batch) -> list[Outcome]:
    return [report_from_json(one.report).outcome for one in grade_batch(batch)]


def test_the_next_batch_goes_on_with_the_same_exercise(
    batch: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was found for it is found once for a class."""
    given: list[object] = []
    reports = Examiner.behaviours

    def watched(self: Examiner, exercise: object, *rest: object, **named: object) -> object:
        given.append(exercise)
        return reports(self, exercise, *rest, **named)

    monkeypatch.setattr(Examiner, "behaviours", watched)
    assert outcomes(batch()) == outcomes(batch(submissions=(2,))) == [Outcome.PASSED]
    assert given[0] is given[1]


def test_an_edited_course_is_read_again(batch: Callable[..., Batch], root: Path) -> None:
    assert outcomes(batch()) == [Outcome.PASSED]
    checks = root / "solutions" / "05_warmup_schedule" / "checks.py"
    checks.write_text(checks.read_text() + "\n\nraise ValueError('half written')\n")
    with pytest.raises(CourseError):
        grade_batch(batch())


def test_another_version_of_the_checks_than_was_asked_for_grades_nothing(batch: Callable[..., Batch]) -> None:
    with pytest.raises(CourseError, match="another version"):
        grade_batch(batch(checks_version="0" * 16))
