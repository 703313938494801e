"""What commit 05ef909 wrote goes on working: a learner's copy, its journal and a class's store lose nothing.

The gold folder holds a learner's journal (a wrong answer, a hint, a right one, the solution seen, a reset, two quiz
answers and a session half way) and the store of a class of three, both as SQL, as that commit left them.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from grader.classroom.store import Store
from grader.results import Outcome
from tests.cli.conftest import Grade

GOLD = Path(__file__).parents[1] / "gold" / "commit_05ef909"
BACKUP = "20261201T022652.906568Z-851b40a3"


def make_database(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript((GOLD / script).read_text(encoding="utf-8"))


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


@pytest.fixture
def copy(grade: Grade, tmp_path: Path) -> Path:
    """A learner's copy as it was: today's exercises, since only what is the learner's own must last."""
    course = tmp_path / "copy"
    grade("init", str(course))
    shutil.rmtree(course / ".grade")
    make_database(course / ".grade" / "journal.sqlite3", "journal.sql")
    shutil.copy(GOLD / "copy" / "laid_out.json", course / ".grade")
    kept = course / ".grade" / "backups" / "03_adam_step" / BACKUP
    kept.mkdir(parents=True)
    shutil.copy(GOLD / "copy" / "kept_adam_step.py", kept / "adam_step.py")
    return course


def test_a_learner_is_where_they_were(grade: Grade, copy: Path) -> None:
    listed = grade("list", cwd=copy)
    assert listed.code == 0
    assert "✓" in next(line for line in listed.out.splitlines() if "Adam" in line)
    assert grade("solution", "3", cwd=copy).code == 0


def test_the_version_that_was_reset_comes_back(grade: Grade, copy: Path) -> None:
    assert "2026-12-01" in grade("restore", "3", cwd=copy).out
    assert grade("restore", "3", "1", cwd=copy).code == 0
    assert (copy / "exercises/03_adam_step/adam_step.py").read_bytes() == (
        GOLD / "copy" / "kept_adam_step.py"
    ).read_bytes()


def test_a_quiz_goes_on_and_every_row_of_the_journal_stays(grade: Grade, copy: Path) -> None:
    journal = copy / ".grade" / "journal.sqlite3"
    tables = ("attempts", "hints_shown", "overrides", "reviews", "solutions_seen")
    before = {table: rows(journal, f"SELECT * FROM {table} ORDER BY id") for table in tables}
    asked = grade("quiz", "3", cwd=copy, stdin=b"?\nq\n")
    assert asked.code in (0, 130), asked.both
    assert grade("exercise", "3", cwd=copy).code == 1
    after = {table: rows(journal, f"SELECT * FROM {table} ORDER BY id") for table in tables}
    for table in tables:
        shown = [tuple(row[: len(old)]) for row, old in zip(after[table], before[table], strict=False)]
        assert shown == before[table], table
    assert len(after["reviews"]) == len(before["reviews"]) + 1


def test_a_class_of_then_is_read_and_reported(grade: Grade, tmp_path: Path) -> None:
    make_database(tmp_path / "res" / "class.sqlite3", "class.sql")
    with Store.open(tmp_path / "res" / "class.sqlite3") as store:
        found = {one.submission.learner: one.report for one in store.results()}
    assert {who: report.outcome for who, report in found.items()} == {
        "ana@x.org": Outcome.FAILED,
        "luis@x.org": Outcome.PASSED,
        "eva@x.org": Outcome.NOT_STARTED,
    }
    assert "no_bias_correction" in {belief.id for each in found["ana@x.org"].diagnosis for belief in each.beliefs}
    reported = grade("report", "--out", str(tmp_path / "res"))
    assert reported.code == 0, reported.both
    assert "García López, Ana" in (tmp_path / "res" / "learners-by-name.html").read_text(encoding="utf-8")


def test_the_same_folder_graded_again_makes_nobody_twice(grade: Grade, tmp_path: Path) -> None:
    store = tmp_path / "res" / "class.sqlite3"
    make_database(store, "class.sql")
    before = rows(store, "SELECT * FROM results ORDER BY id")
    graded = grade(
        "class", str(GOLD / "submissions"), "--out", str(tmp_path / "res"), "--roster", str(GOLD / "roster.csv"), "-j1"
    )  # fmt: skip
    assert graded.code == 0, graded.both
    assert rows(store, "SELECT count(*) FROM learners") == rows(store, "SELECT count(*) FROM submissions") == [(3,)]
    assert rows(store, "SELECT * FROM results ORDER BY id")[: len(before)] == before
    by_name = dict(rows(store, "SELECT l.student, s.sha256 FROM learners l JOIN submissions s ON s.learner = l.id"))
    assert sorted(json.loads(str(who))["moodle_id"] for who in by_name) == ["40031", "40032", "40033"]
