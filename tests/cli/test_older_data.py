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
from grader.course import open_course
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
    """A learner's copy with what is the learner's own as it was, in today's course."""
    course = tmp_path / "copy"
    grade("init", str(course))
    shutil.rmtree(course / ".grade")
    make_database(course / ".grade" / "journal.sqlite3", "journal.sql")
    shutil.copy(GOLD / "copy" / "laid_out.json", course / ".grade")
    kept = course / ".grade" / "backups" / "03_adam_step" / BACKUP
    kept.mkdir(parents=True)
    shutil.copy(GOLD / "copy" / "kept_adam_step.py", kept / "adam_step.py")
    return course


@pytest.fixture
def old_copy(tmp_path: Path) -> Path:
    """The whole copy of then: five exercises, Adam solved, a step of SGD half written, a version kept in between."""
    course = tmp_path / "old"
    shutil.copytree(GOLD / "copy", course)
    (course / "kept_adam_step.py").unlink()
    (course / "laid_out.json").unlink()
    own = course / ".grade"
    make_database(own / "journal.sqlite3", "journal.sql")
    shutil.copy(GOLD / "copy" / "laid_out.json", own)
    kept = own / "backups" / "03_adam_step" / BACKUP
    kept.mkdir(parents=True)
    shutil.copy(GOLD / "copy" / "kept_adam_step.py", kept / "adam_step.py")
    for name, text in OWN_WORK.items():
        (course / name).write_text(text, encoding="utf-8")
    return course


OWN_WORK = {
    "exercises/03_adam_step/adam_step.py": (GOLD / "copy" / "kept_adam_step.py").read_text(encoding="utf-8"),
    "exercises/02_sgd_step/sgd_step.py": "# Half way.\ndef sgd_step(params, lr):\n    for p in params:\n        pass\n",
}
"""What the learner had written, byte for byte."""


def test_a_copy_of_five_exercises_takes_up_the_whole_course_and_loses_nothing(grade: Grade, old_copy: Path) -> None:
    """Laid out once more: what is new arrives, what is the learner's stays, and nothing is set back."""
    journal = old_copy / ".grade" / "journal.sqlite3"
    tables = ("attempts", "hints_shown", "overrides", "quiz_sessions", "reviews", "solutions_seen")
    before = {table: rows(journal, f"SELECT * FROM {table} ORDER BY 1") for table in tables}
    assert len(list((old_copy / "exercises").iterdir())) == 5
    laid_out = grade("init", str(old_copy))
    assert laid_out.code == 0, laid_out.both
    assert {name: (old_copy / name).read_text(encoding="utf-8") for name in OWN_WORK} == OWN_WORK
    now = sorted(folder.name for folder in (old_copy / "exercises").iterdir())
    assert now == sorted(folder.name for folder in open_course().folders.values())
    for table in tables:
        after = rows(journal, f"SELECT * FROM {table} ORDER BY 1")
        shown = [tuple(row[: len(old)]) for row, old in zip(after, before[table], strict=True)]
        assert shown == before[table], table
    kept = old_copy / ".grade" / "backups" / "03_adam_step" / BACKUP / "adam_step.py"
    assert kept.read_bytes() == (GOLD / "copy" / "kept_adam_step.py").read_bytes()


def test_passes_points_and_cards_count_on_in_the_whole_course(grade: Grade, old_copy: Path) -> None:
    """Adam is still passed with its points, cards are still due, and the new exercises can be begun."""
    grade("init", str(old_copy))
    listed = json.loads(grade("list", "--json", cwd=old_copy).out)
    by_number = {one["number"]: one for one in listed["exercises"]}
    assert set(by_number) >= set(range(1, 13))
    assert (by_number[3]["state"], by_number[3]["best_points"]) == ("passed", 20.0)
    assert {by_number[number]["state"] for number in by_number if number != 3} == {"not_started"}
    assert grade("solution", "3", cwd=old_copy).code == 0
    assert grade("exercise", "9", cwd=old_copy).code == 1
    asked = grade("quiz", "3", cwd=old_copy, stdin=b"?\nq\n")
    assert asked.code in (0, 130), asked.both
    reviews = rows(old_copy / ".grade" / "journal.sqlite3", "SELECT card FROM reviews ORDER BY id")
    assert reviews[:2] == [("term:optimizer-step",), ("item:adam-07",)]
    assert len(reviews) == 3


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
