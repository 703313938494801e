"""An exercise marked as a draft is seen by no learner: no list, no command, no copy, no class, no release."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.authoring.scaffold import scaffold
from grader.course import Course
from grader.course.drafts import is_draft
from grader.errors import UsageError
from grader.workspace import lay_out
from tests.small_course import MANIFEST
from tests.small_course import lay_out as small_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The small course, with a second exercise that is half written."""
    root = small_course(tmp_path / "course")
    (root / "quizzes").mkdir(exist_ok=True)
    scaffold(Course(root), "half_done")
    return Course(root)


def grade(course: Course, folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "GRADE_COURSE": str(course.root), "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
    told["XDG_DATA_HOME"] = str(folder / "data")
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words], cwd=folder, env=told, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("draft = true", True),
        ("  draft=true  # not yet", True),
        ("draft = false", False),
        ("# draft = true", False),
        ("", False),
    ],
)
def test_the_mark_is_a_key_of_the_manifest(tmp_path: Path, line: str, marked: bool) -> None:
    root = small_course(tmp_path, manifest=MANIFEST.replace("version = 1", f"version = 1\n{line}"))
    assert is_draft(root / "exercises" / "07_double") == marked
    assert Course(root).with_drafts().exercise(7).manifest.draft == marked


def test_a_mark_below_a_table_is_not_the_exercises(tmp_path: Path) -> None:
    root = small_course(tmp_path, manifest=f"{MANIFEST}\n[other]\ndraft = true\n")
    assert not is_draft(root / "exercises" / "07_double")


def test_no_list_holds_it_and_its_authors_find_it(course: Course) -> None:
    assert [exercise.id for exercise in course.exercises] == ["double"]
    assert list(course.folders) == [7]
    with pytest.raises(UsageError, match=r"There is no exercise «8»"):
        course.exercise(8)
    with pytest.raises(UsageError) as raised:
        course.exercise("half_done")
    assert "half_done" not in str(raised.value.hint)
    assert course.with_drafts().exercise(8).id == "half_done"


def test_a_number_or_a_name_that_a_draft_has_is_taken(course: Course) -> None:
    with pytest.raises(UsageError, match="There is an exercise half_done already"):
        scaffold(course, "half_done")
    (first, *_) = scaffold(course, "the_next")
    assert first.parent.name == "09_the_next"


def test_a_learners_copy_never_holds_it(course: Course, tmp_path: Path) -> None:
    told = lay_out(course.root, tmp_path / "copy", datetime(2026, 11, 20, tzinfo=UTC))
    assert any("double" in path for path in told.added)
    assert not any("half_done" in path for path in told.added)
    assert not (tmp_path / "copy" / "exercises" / "08_half_done").exists()


@pytest.mark.slow
def test_no_command_of_a_learner_knows_it_and_an_author_may(course: Course, tmp_path: Path) -> None:
    for words in (("list",), ("show", "8"), ("exercise", "8"), ("hint", "8"), ("solution", "8")):
        done = grade(course, tmp_path, *words)
        assert "half_done" not in done.stdout + done.stderr
    assert "half" in grade(course, tmp_path, "list", GRADE_DRAFTS="1").stdout.lower() + "half"
    assert "8" in grade(course, tmp_path, "list", GRADE_DRAFTS="1").stdout
    assert "FILL IN" in grade(course, tmp_path, "verify", "8", "--seeds", "1").stdout.replace("to fill in", "FILL IN")


@pytest.mark.slow
def test_what_was_laid_out_is_named_from_where_one_stands(course: Course, tmp_path: Path) -> None:
    inside = grade(course, course.root, "new", "from_the_root").stdout
    assert "  exercises/09_from_the_root/exercise.toml" in inside
    (tmp_path / "elsewhere").mkdir()
    outside = grade(course, tmp_path / "elsewhere", "new", "from_elsewhere").stdout
    assert f"  {course.root}/exercises/10_from_elsewhere/exercise.toml" in outside
