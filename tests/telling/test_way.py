"""What comes next is decided once: by the order of the course and by what has been passed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.course import open_course
from grader.journal import Journal
from grader.results import ExerciseRef, Outcome
from grader.telling.way import next_command, next_number, onward, state
from tests.exports.samples import report

COURSE = open_course()
NUMBERS = sorted(COURSE.folders)
LAST = NUMBERS[-1]


def journal_with(folder: Path, passed: tuple[int, ...] = (), failed: tuple[int, ...] = ()) -> Journal:
    """A journal in which these were passed, and then those were tried in vain."""
    journal = Journal.open(folder, "descenso")
    for outcome, numbers in ((Outcome.PASSED, passed), (Outcome.FAILED, failed)):
        for number in numbers:
            kept = report(outcome=outcome, exercise=ExerciseRef(number, COURSE.slug(number)))
            journal.keep_attempt(kept, at=datetime(2026, 11, 20, tzinfo=UTC), course_version="1", exercise_version=1)
    return journal


@pytest.mark.parametrize(
    ("passed", "failed", "after", "following"),
    [
        ((), (), None, 1),
        ((1,), (), None, 2),
        ((1,), (3,), None, 3),
        ((1,), (3, 2), None, 2),
        ((1, 2, 3), (), 3, 4),
        ((3,), (), 3, 4),
        ((3, 4), (), 3, 5),
        ((LAST,), (), LAST, 1),
        ((), (), 3, 4),
        (tuple(NUMBERS), (), None, None),
        (tuple(NUMBERS), (), 3, None),
    ],
)
def test_the_next_exercise(
    tmp_path: Path, passed: tuple[int, ...], failed: tuple[int, ...], after: int | None, following: int | None
) -> None:
    progress = journal_with(tmp_path, passed, failed).progress()
    assert next_number(COURSE, progress, after) == following


def test_where_all_are_passed_the_quizzes_are_what_is_left(tmp_path: Path) -> None:
    progress = journal_with(tmp_path, tuple(NUMBERS)).progress()
    assert next_command(next_number(COURSE, progress)) == "grade quiz"
    assert "grade quiz" in onward(None, progress, COURSE)["es"]


def test_what_is_begun_is_watched_and_what_is_not_is_read_first(tmp_path: Path) -> None:
    progress = journal_with(tmp_path, (1,), (2,)).progress()
    assert "`grade watch 2`" in onward(2, progress, COURSE)["en"]
    assert "`grade show 3`" in onward(3, progress, COURSE)["en"]


def test_a_pass_stays_one(tmp_path: Path) -> None:
    progress = journal_with(tmp_path, (1,), (1,)).progress()
    assert state(progress["backward_pass"]) == "passed"
    assert state(progress.get("adam_step")) == "not_started"
