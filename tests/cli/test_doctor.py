"""`grade doctor` says what works here, what is missing, and how to mend it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from grader.course import bundled_root
from grader.errors import IsolationError
from grader.locale import say
from tests import small_course
from tests.cli.conftest import Grade


def test_a_missing_package_is_told_with_how_to_get_it(typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("grader.cli.doctor.version", absent)
    told = typed("doctor")
    assert told.code == 5
    assert "✗ torch is not installed; some exercises need it.\n  Install it: pip install torch\n" in told.out


def test_a_course_nearby_that_does_not_grade_is_told(typed: Grade, tmp_path: Path) -> None:
    """Decision 0001 costs an author one option; this is where they learn of it."""
    course = small_course.lay_out(tmp_path / "course")
    told = typed("doctor", cwd=course / "exercises")
    assert f"{course} is a course too, and is not the one that grades." in told.out
    assert f"grade --course {course}" in told.out
    told = typed("doctor", "--course", str(course), cwd=course)
    assert "is a course too" not in told.out
    assert f"course small 1.0.0 with 1 exercises: {course}" in told.out


def test_a_broken_course_is_told_and_the_rest_is_looked_at(typed: Grade, tmp_path: Path) -> None:
    course = small_course.lay_out(tmp_path / "course", manifest="number = 'seven'")
    told = typed("doctor", "--course", str(course), language="es")
    assert told.code == 5
    assert "`number`: se esperaba `int` y hay 'seven'." in told.out
    assert "aislamiento" in told.out


def test_a_sandbox_that_cannot_be_had_is_told(typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPool:
        def __init__(self, *_: object, **__: object) -> None:
            raise IsolationError(say("No process could be had."))

    monkeypatch.setattr("grader.sandbox.pool.Pool", NoPool)
    told = typed("doctor")
    assert told.code == 5
    assert "✗ No process could be had." in told.out


def test_a_narrow_terminal_is_no_fault(typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = typed("doctor")
    assert "✓ the terminal is 40 columns wide; 60 or more read better." in told.out


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("numpy ", "torch ", "attempts are kept in", "isolation ")), ("es", ("numpy ", "torch ", "aislamiento "))],
)
def test_what_works_is_told(language: str, words: tuple[str, ...], typed: Grade) -> None:
    told = typed("doctor", language=language)
    assert all(word in told.out for word in words)
    assert str(bundled_root()) in told.out
