"""The question about the quizzes, and each way to answer it wrongly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.authoring.quiz_lint import quizzes_finding
from grader.course import Course, bundled_root
from grader.quizzes import spelling
from tests.authoring.conftest import COURSE


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The shipped course in a place where it may be broken."""
    for name in ("exercises", "solutions", "quizzes"):
        shutil.copytree(bundled_root() / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(bundled_root() / "course.toml", tmp_path)
    return Course(tmp_path)


@pytest.fixture(autouse=True)
def _no_dictionaries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine without them: spelling takes seconds, and is the lint's own affair."""
    monkeypatch.setattr(spelling, "FOLDERS", (tmp_path / "none",))
    spelling.dictionary.cache_clear()


def test_the_shipped_quizzes_hold(course: Course) -> None:
    finding = quizzes_finding(course)
    assert finding.holds
    assert "items" in finding.summary["en"]


def test_that_dictionaries_are_missing_is_only_a_note(course: Course) -> None:
    assert [str(note).partition(":")[0] for note in quizzes_finding(course).notes] == ["en", "es"]


def test_a_fault_is_told_with_its_place_and_rule(course: Course) -> None:
    path = course.root / "quizzes" / "glossary.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("exercises = [3]", "exercises = [77]", 1), encoding="utf-8")
    (told,) = quizzes_finding(course).objections
    assert "[references] There is no exercise 77." in str(told)
    assert "glossary.toml" in str(told)


def test_a_course_may_have_no_quizzes(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
    finding = quizzes_finding(Course(tmp_path))
    assert finding.holds
    assert finding.summary["en"] == "this course has none"
