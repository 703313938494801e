"""`grade init`, `reset` and `restore` tell what they did, lose nothing, and touch nobody's course."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import bundled_root, open_course
from tests import small_course
from tests.cli.conftest import Grade

OWN = "exercises/03_adam_step/adam_step.py"
MINE = "def adam_step(*_, **__): return None  # mine\n"


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestInTheCourseItself:
    """Whoever stands in the course's own tree is told what to do, and nothing there is changed."""

    @pytest.mark.parametrize("words", ["reset 7", "restore 7", "restore 7 1"])
    @pytest.mark.parametrize("below", [".", "exercises/07_double", "solutions"])
    def test_nothing_is_reset_or_restored(self, words: str, below: str, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        before = content(course)
        told = typed(*words.split(), "--course", str(course), cwd=course / below)
        assert told.code == 2
        assert told.err == (
            "Error: This is the course itself, not a learner's copy of it.\n"
            "Lay out a copy with `grade init DIR`, and work in it.\n"
        )
        assert content(course) == before

    def test_another_authors_tree_is_no_copy_either(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        told = typed("reset", "3", cwd=course, language="es")
        assert told.code == 2
        assert "es el propio curso" in told.err

    def test_a_copy_is_laid_out_beside_it_and_not_in_it(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        before = content(course)
        told = typed("init", "--course", str(course), cwd=course)
        assert told.code == 0
        assert (course / "small" / "exercises" / "07_double" / "double.py").is_file()
        assert {name: content(course)[name] for name in before} == before

    def test_the_overview_says_how_to_begin(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        told = typed("--course", str(course), cwd=course)
        assert told.code == 0
        assert "lay out a copy of your own: `grade init" in told.out


class TestInit:
    def test_a_copy_holds_what_a_learner_gets_and_nothing_else(self, typed: Grade, tmp_path: Path) -> None:
        told = typed("init", cwd=tmp_path)
        assert told.code == 0
        assert "files laid out in descenso." in told.out
        assert "Next: `cd descenso`, then `grade`." in told.out
        copy = tmp_path / "descenso"
        assert (copy / OWN).read_bytes() == (bundled_root() / OWN).read_bytes()
        assert not (copy / "solutions").exists()
        assert not list(copy.rglob("checks.py"))

    def test_starters_are_laid_out_in_the_language_that_is_read(self, typed: Grade, tmp_path: Path) -> None:
        for language in ("en", "es"):
            assert typed("init", language, cwd=tmp_path, language=language).code == 0
            for exercise in open_course().exercises:
                there = tmp_path / language / "exercises" / exercise.folder.name / exercise.manifest.file
                assert there.read_bytes() == exercise.starter_in(language)
        assert (tmp_path / "es" / OWN).read_text(encoding="utf-8").startswith('"""Ejercicio 3: un paso de Adam.')
        assert not list(tmp_path.rglob("*.es.py"))

    def test_another_language_keeps_what_was_changed(self, typed: Grade, copy: Path) -> None:
        (copy / OWN).write_text(MINE)
        told = typed("init", cwd=copy, language="es")
        assert OWN in told.out
        assert (copy / OWN).read_text() == MINE
        untouched = copy / "exercises" / "02_sgd_step" / "sgd_step.py"
        assert untouched.read_bytes() == open_course().exercise(2).starter_in("es")

    def test_again_it_changes_nothing_and_says_so(self, typed: Grade, copy: Path) -> None:
        (copy / OWN).write_text(MINE)
        before = content(copy)
        told = typed("init", cwd=copy)
        assert told.code == 0
        assert "is up to date." in told.out
        assert content(copy) == before

    def test_a_file_in_the_way_is_told(self, typed: Grade, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("mine")
        told = typed("init", "taken", cwd=tmp_path)
        assert told.code in (2, 5)
        assert "taken" in told.err
        assert (tmp_path / "taken").read_text() == "mine"

    def test_below_a_copy_it_is_that_copy_that_is_brought_up_to_date(self, typed: Grade, copy: Path) -> None:
        below = copy / "exercises" / "03_adam_step"
        told = typed("init", cwd=below)
        assert told.code == 0
        assert not (below / "descenso").exists()


class TestResetAndRestore:
    @pytest.mark.parametrize(
        ("language", "reset", "back"),
        [
            ("en", "is the starter again. Your version is kept as ", "is back as it was."),
            ("es", "vuelve a ser", "vuelve a estar como estaba"),
        ],
    )
    def test_a_version_comes_back_byte_for_byte(
        self, language: str, reset: str, back: str, typed: Grade, copy: Path
    ) -> None:
        (copy / OWN).write_text(MINE)
        told = typed("reset", "3", cwd=copy, language=language)
        assert told.code == 0
        assert reset in told.out
        assert "`grade restore 3 1`" in told.out
        assert (copy / OWN).read_bytes() == open_course().exercise(3).starter_in(language)
        told = typed("restore", "3", "1", cwd=copy, language=language)
        assert told.code == 0
        assert back in told.out
        assert (copy / OWN).read_text() == MINE

    def test_a_starter_needs_no_reset(self, typed: Grade, copy: Path) -> None:
        told = typed("reset", "adam_step", cwd=copy)
        assert (told.code, told.out) == (0, f"{OWN} is the starter.\n")
        assert "has no backups yet" in typed("restore", "3", cwd=copy).out

    def test_backups_are_listed_newest_first(self, typed: Grade, copy: Path) -> None:
        for version in ("one", "two"):
            (copy / OWN).write_text(version)
            typed("reset", "3", cwd=copy)
        lines = typed("restore", "3", cwd=copy).out.splitlines()
        assert [line.split()[0] for line in lines[:2]] == ["1", "2"]
        typed("restore", "3", "1", cwd=copy)
        assert (copy / OWN).read_text() == "two"

    @pytest.mark.parametrize("wanted", ["9", "0", "-1", "nothing", "", "../../secret"])
    def test_a_backup_that_is_not_there_is_told(self, wanted: str, typed: Grade, copy: Path) -> None:
        (copy / OWN).write_text(MINE)
        typed("reset", "3", cwd=copy)
        before = content(copy)
        told = typed("restore", "3", "--", wanted, cwd=copy)
        assert (told.code, told.out) == (2, "")
        assert "does not name one backup" in told.err
        assert content(copy) == before

    def test_a_file_that_was_deleted_comes_back(self, typed: Grade, copy: Path) -> None:
        (copy / OWN).unlink()
        assert typed("reset", "3", cwd=copy).code == 0
        assert (copy / OWN).read_bytes() == (bundled_root() / OWN).read_bytes()
