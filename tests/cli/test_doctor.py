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


def flat(written: str) -> str:
    """What was written, as if on one line."""
    return " ".join(written.split())


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
    assert f"{course} is a course too, and is not the one that grades." in flat(told.out)
    assert f"grade --course {course}" in flat(told.out)
    told = typed("doctor", "--course", str(course), cwd=course)
    assert "is a course too" not in flat(told.out)
    assert f"course small 1.0.0 with 1 exercises: {course}" in flat(told.out)


def test_a_broken_course_is_told_and_the_rest_is_looked_at(typed: Grade, tmp_path: Path) -> None:
    course = small_course.lay_out(tmp_path / "course", manifest="number = 'seven'")
    told = typed("doctor", "--course", str(course), language="es")
    assert told.code == 5
    assert "`number`: se esperaba `int` y hay 'seven'." in flat(told.out)
    assert "aislamiento" in flat(told.out)


def test_a_sandbox_that_cannot_be_had_is_told(typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPool:
        def __init__(self, *_: object, **__: object) -> None:
            raise IsolationError(say("No process could be had."))

    monkeypatch.setattr("grader.sandbox.near.pool.Pool", NoPool)
    told = typed("doctor")
    assert told.code == 5
    assert "✗ No process could be had." in flat(told.out)


@pytest.mark.parametrize("language", ["en", "es"])
def test_at_sixty_columns_only_what_cannot_be_broken_is_wider(
    language: str, typed: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.setenv("HOME", str(tmp_path))
    lines = typed("doctor", language=language).out.splitlines()
    assert not [line for line in lines if len(line) > 60 and len(line.split()) > 2]
    assert all(line.startswith(("✓ ", "✗ ", "  ")) for line in lines[:-2])
    assert '  eval "$(_GRADE_COMPLETE=bash_source grade)"' in lines


def test_a_narrow_terminal_is_no_fault(typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = typed("doctor")
    assert "✓ the terminal is 40 columns wide; 60 or more read better." in flat(told.out)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("numpy ", "torch ", "attempts are kept in", "isolation ")), ("es", ("numpy ", "torch ", "aislamiento "))],
)
def test_what_works_is_told(language: str, words: tuple[str, ...], typed: Grade) -> None:
    told = typed("doctor", language=language)
    assert all(word in flat(told.out) for word in words)
    assert str(bundled_root()) in flat(told.out)
