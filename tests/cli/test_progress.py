"""`grade` alone and `grade list` say what is done, what is stuck, what is next and what is due."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.keeping import keep
from tests import small_course
from tests.cli.conftest import Grade
from tests.content import driver

NUMBERS = [exercise.number for exercise in driver.course().exercises]


def attempt(copy: Path, slug: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy)
    keep(driver.grade(slug, source, seed=4), driver.course().exercise(slug), driver.course(), datetime.now(UTC))


def solve(copy: Path, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt(copy, slug, driver.course().exercise(slug).reference, monkeypatch)


class TestOverview:
    def test_nothing_done_begins_with_the_first(self, typed: Grade, copy: Path) -> None:
        told = typed(cwd=copy)
        assert told.code == 0
        assert f"0 of {len(NUMBERS)} exercises passed" in told.out
        assert "Next: `grade show 1`, then `grade watch 1`." in told.out
        assert "learned" not in told.out

    def test_what_was_begun_is_next_with_the_claim_that_failed(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt(copy, "adam_step", driver.variant("adam_step", "no_bias_correction"), monkeypatch)
        told = typed(cwd=copy, language="es")
        assert "3 ✗ Un paso de Adam  6/20" in told.out
        assert "El primer paso mide lr, sea cual sea el tamaño del gradiente" in told.out
        assert "`grade watch 3`" in told.out
        assert "`grade hint 3`" in told.out
        assert "grade show" not in told.out

    def test_of_several_begun_the_one_last_tried_is_next(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt(copy, "adam_step", driver.variant("adam_step", "no_root"), monkeypatch)
        attempt(copy, "backward_pass", "def gradient(:", monkeypatch)
        assert "Next: `grade watch 1` grades at every save, `grade hint 1` helps." in typed(cwd=copy).out
        attempt(copy, "adam_step", driver.variant("adam_step", "no_root"), monkeypatch)
        assert "Next: `grade watch 3`" in typed(cwd=copy).out

    def test_after_a_pass_the_next_is_begun_with_its_brief(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        solve(copy, driver.course().exercise(1).id, monkeypatch)
        assert "Next: `grade show 2`, then `grade watch 2`." in typed(cwd=copy).out

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_at_sixty_columns_no_command_is_broken_between_lines(
        self, language: str, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "60")
        attempt(copy, "adam_step", driver.variant("adam_step", "no_root"), monkeypatch)
        lines = typed(cwd=copy, language=language).out.splitlines()
        assert max(map(len, lines)) <= 60
        assert not [line for line in lines if line.count("`") % 2]

    def test_a_pass_stays_one_and_counts_its_concepts(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        solve(copy, "adam_step", monkeypatch)
        attempt(copy, "adam_step", driver.variant("adam_step", "no_root"), monkeypatch)
        told = typed(cwd=copy)
        assert "3 ✓ One step of Adam" in told.out
        assert f"1 of {len(NUMBERS)} exercises passed" in told.out
        assert "5 concepts learned" in told.out

    def test_when_all_is_passed_the_quizzes_are_next(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for exercise in driver.course().exercises:
            solve(copy, exercise.id, monkeypatch)
        told = typed(cwd=copy)
        assert f"{len(NUMBERS)} of {len(NUMBERS)} exercises passed" in told.out
        assert "`grade quiz`" in told.out
        assert "Nothing is left to do" in typed("list", "--todo", cwd=copy).out

    def test_without_a_copy_it_says_how_to_get_one(self, typed: Grade, tmp_path: Path) -> None:
        assert "`grade init descenso`" in typed(cwd=tmp_path).out

    def test_another_course_speaks_for_itself(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        told = typed("--course", str(course), cwd=tmp_path)
        assert "A small course" in told.out
        assert "0 of 1 exercises passed" in told.out


class TestJournalTrouble:
    @pytest.mark.parametrize("words", [(), ("list",), ("hint", "3")])
    def test_a_damaged_journal_is_set_aside_and_told(self, words: tuple[str, ...], typed: Grade, copy: Path) -> None:
        journal = copy / ".grade" / "journal.sqlite3"
        journal.parent.mkdir(exist_ok=True)
        journal.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)
        told = typed(*words, cwd=copy)
        assert told.code in (0, 5)
        assert "journal" in told.err
        assert any(path.name.startswith("journal") and path != journal for path in journal.parent.iterdir())

    def test_a_newer_journal_is_left_alone_and_told(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        solve(copy, "adam_step", monkeypatch)
        journal = copy / ".grade" / "journal.sqlite3"
        with sqlite3.connect(journal) as database:
            database.execute("PRAGMA user_version = 9999")
        database.close()
        before = journal.read_bytes()
        told = typed("list", cwd=copy)
        assert told.code == 5
        assert told.err.startswith("Error: ")
        assert journal.read_bytes() == before


class TestList:
    def test_every_exercise_is_listed_with_its_title(self, typed: Grade, copy: Path) -> None:
        lines = typed("list", cwd=copy).out.splitlines()
        assert [int(line.split()[0]) for line in lines] == NUMBERS
        assert lines[2].split() == ["3", "○", "One", "step", "of", "Adam"]

    def test_what_is_passed_is_left_out_on_request(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        solve(copy, "adam_step", monkeypatch)
        numbers = [int(line.split()[0]) for line in typed("list", "--todo", cwd=copy).out.splitlines()]
        assert numbers == [number for number in NUMBERS if number != 3]

    def test_json_says_where_each_stands(self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        solve(copy, "warmup_schedule", monkeypatch)
        attempt(copy, "adam_step", driver.variant("adam_step", "no_bias_correction"), monkeypatch)
        listed = json.loads(typed("list", "--json", cwd=copy).out)["exercises"]
        assert [one["number"] for one in listed] == NUMBERS
        touched = {one["id"]: one["state"] for one in listed if one["state"] != "not_started"}
        assert touched == {"adam_step": "in_progress", "warmup_schedule": "passed"}
        adam = next(one for one in listed if one["number"] == 3)
        assert (adam["attempts"], adam["best_points"], adam["max_points"]) == (1, 6, 20)
        assert set(adam["failing_claim"]) == set(adam["title"]) == {"en", "es"}

    def test_json_is_utf_8_on_any_terminal(self, grade: Grade) -> None:
        told = grade("list", "--json", PYTHONIOENCODING="ascii")
        assert json.loads(told.out)["exercises"][0]["title"]["es"] == "La retropropagación, a mano"
