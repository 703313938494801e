"""A new exercise: laid out whole, running at once, and never over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

import grader
from grader.authoring import scaffold as module
from grader.authoring.scaffold import scaffold
from grader.authoring.verify import Seeds, verify
from grader.course import Course
from grader.errors import CourseError, UsageError
from tests.authoring.conftest import COURSE, Workshop


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with no exercise yet, not even a folder for them."""
    (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
    return Course(tmp_path)


@pytest.mark.parametrize("slug", ["", "Momentum", "3d", "a b", "../out", "año", "a" * 41, "a.b", "_a"])
def test_what_is_no_name_is_refused(course: Course, slug: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        scaffold(course, slug)
    assert not (course.root / "exercises").exists()


@pytest.mark.parametrize("slug", ["class", "random", "numpy", "checks", "harness"])
def test_a_name_that_means_something_else_is_refused(course: Course, slug: str) -> None:
    with pytest.raises(UsageError, match="means something else"):
        scaffold(course, slug)


def test_a_name_that_is_taken_is_refused(workshop: Workshop) -> None:
    with pytest.raises(UsageError, match="There is an exercise sample already"):
        scaffold(Course(workshop.root), "sample")


@pytest.mark.parametrize("top", ["exercises", "solutions"])
def test_what_stands_there_is_not_touched(workshop: Workshop, top: str) -> None:
    """An exercise's number is free, and yet one of its folders is there: an author's own leftover."""
    leftover = workshop.root / top / "02_momentum" / "mine.txt"
    leftover.parent.mkdir()
    leftover.write_text("mine", encoding="utf-8")
    course = Course(workshop.root)
    course.__dict__["all_folders"] = {1: course.root / "exercises" / "01_sample"}
    with pytest.raises(UsageError, match="nothing is overwritten"):
        scaffold(course, "momentum")
    assert [path.name for path in leftover.parent.iterdir()] == ["mine.txt"]


def test_the_installed_course_is_no_place_to_write_in(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(grader, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(UsageError, match="installed course"):
        scaffold(course, "momentum")


def test_a_folder_that_cannot_be_written_is_told(course: Course) -> None:
    (course.root / "exercises").write_text("a file", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be written"):
        scaffold(course, "momentum")


def test_exercises_are_numbered_on(workshop: Workshop) -> None:
    first = scaffold(Course(workshop.root), "momentum")
    second = scaffold(Course(workshop.root), "clip-gradients")
    assert {path.parent.name for path in first} == {"02_momentum"}
    assert {path.parent.name for path in second} == {"03_clip_gradients"}
    assert Course(workshop.root).with_drafts().exercise("clip-gradients").number == 3


def test_an_exercise_can_be_given_its_number(workshop: Workshop) -> None:
    """A course that is planned ahead is not written in its order; the next one goes on after the highest."""
    assert {path.parent.name for path in scaffold(Course(workshop.root), "momentum", number=7)} == {"07_momentum"}
    assert {path.parent.name for path in scaffold(Course(workshop.root), "decay", number=3)} == {"03_decay"}
    assert {path.parent.name for path in scaffold(Course(workshop.root), "clipping")} == {"08_clipping"}
    assert sorted(Course(workshop.root).all_folders) == [1, 3, 7, 8]


def test_a_number_that_is_taken_is_refused(workshop: Workshop) -> None:
    with pytest.raises(UsageError, match="There is an exercise 1 already") as refused:
        scaffold(Course(workshop.root), "momentum", number=1)
    assert "next free number is 2" in str(refused.value.hint)


def test_the_first_exercise_of_a_course_is_number_one(course: Course) -> None:
    files = scaffold(course, "momentum")
    assert all(path.is_file() for path in files)
    assert {path.relative_to(course.root).parts[:2] for path in files} == {
        ("exercises", "01_momentum"),
        ("solutions", "01_momentum"),
    }


def test_a_starter_is_laid_out_in_each_language(course: Course) -> None:
    scaffold(course, "momentum")
    exercise = Course(course.root).with_drafts().exercise(1)
    assert b"Exercise 1: FILL IN" in exercise.starter_in("en")
    assert b"Ejercicio 1: FILL IN" in exercise.starter_in("es")


def test_no_gap_of_the_skeleton_is_left_open(course: Course) -> None:
    for path in scaffold(course, "momentum"):
        assert "@" not in path.read_text(encoding="utf-8"), path


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["numpy", "torch"])
def test_what_is_laid_out_needs_nothing_but_to_be_filled_in(course: Course, runtime: str) -> None:
    files = scaffold(course, "momentum", "torch" if runtime == "torch" else "numpy")
    assert Course(course.root).with_drafts().exercise(1).manifest.runtime == runtime
    proved = verify(course, [course.root / "exercises" / "01_momentum"], seeds=Seeds.at_most(2))
    (verdict,) = proved.verdicts
    wrong = {finding.question: finding.objections for finding in verdict.findings if not finding.holds}
    assert list(wrong) == ["files"]
    assert all("fill in" in objection["en"] and "rellenar" in objection["es"] for objection in wrong["files"])
    marked = [path for path in files if module.SKELETON.exists() and "FILL IN" in path.read_text(encoding="utf-8")]
    assert len(wrong["files"]) == len(marked) >= 8
