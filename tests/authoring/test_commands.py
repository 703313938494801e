"""`grade verify`, `variant`, `new` and `release` as they are typed: what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.authoring.conftest import Workshop


def grade(*words: str, course: Path | None = None, language: str = "en") -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "LC_ALL": "C.UTF-8", "GRADE_LANG": language, "COLUMNS": "100"}
    chosen = ["--course", str(course)] if course else []
    return subprocess.run(
        [sys.executable, "-m", "grader", *words, *chosen],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


class TestVerify:
    def test_an_exercise_that_is_not_there_is_a_usage_error(self, workshop: Workshop) -> None:
        ended = grade("verify", "9", course=workshop.root)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "There is no exercise" in ended.stderr

    def test_a_broken_manifest_is_one_sentence_and_no_traceback(self, workshop: Workshop) -> None:
        workshop.add(workshop.given / "exercise.toml", "\nnumber =\n")
        ended = grade("verify", "--seeds", "1", course=workshop.root)
        assert ended.returncode == 1
        assert "is not valid TOML" in " ".join(ended.stdout.split())
        assert "Traceback" not in ended.stdout + ended.stderr

    def test_objections_are_printed_in_either_language_and_exit_with_1(self, workshop: Workshop) -> None:
        workshop.change(workshop.kept / "misconceptions.toml", "to = 'scale * x'", "to = 'shift + scale * x'")
        english = grade("verify", "1", "--seeds", "1", course=workshop.root)
        spanish = grade("verify", "1", "--seeds", "1", course=workshop.root, language="es")
        assert (english.returncode, spanish.returncode) == (1, 1)
        assert "✗ misconceptions: forgets_the_shift, seed 0: it is not caught." in english.stdout
        assert "✗ ideas equivocadas: forgets_the_shift, semilla 0: no se detecta." in spanish.stdout
        assert english.stderr == spanish.stderr == ""

    def test_all_of_a_course_with_its_quizzes_as_one_object(self, workshop: Workshop) -> None:
        ended = grade("verify", "--seeds", "1", "--json", "--workers", "1", course=workshop.root)
        found = json.loads(ended.stdout)
        assert (ended.returncode, found["holds"]) == (0, True)
        assert [exercise["id"] for exercise in found["exercises"]] == ["sample"]
        assert found["quizzes"]["summary"]["es"] == "este curso no tiene"


class TestVariant:
    def test_without_ids_the_beliefs_are_listed(self, workshop: Workshop) -> None:
        listed = grade("variant", "1", course=workshop.root).stdout.splitlines()
        assert [line.split()[0] for line in listed] == [
            "forgets_the_shift", "shifts_before_scaling", "adds_everything_up", "changes_its_input",
        ]  # fmt: skip

    def test_two_beliefs_are_put_together(self, workshop: Workshop) -> None:
        printed = grade("variant", "1", "forgets_the_shift", "adds_everything_up", course=workshop.root).stdout
        assert "y = scale * x\n    return y.sum()" in printed

    def test_two_beliefs_that_do_not_go_together_are_a_usage_error(self, workshop: Workshop) -> None:
        ended = grade("variant", "1", "forgets_the_shift", "shifts_before_scaling", course=workshop.root)
        assert ended.returncode == 2
        assert "do not go together" in ended.stderr


class TestNew:
    def test_what_was_laid_out_is_listed_with_the_command_to_go_on_with(self, workshop: Workshop) -> None:
        ended = grade("new", "momentum", course=workshop.root)
        assert ended.returncode == 0
        assert "/exercises/02_momentum/exercise.toml\n" in ended.stdout  # whole: the shell stands elsewhere
        assert "/solutions/02_momentum/checks.py\n" in ended.stdout
        assert ended.stdout.endswith("Fill in what is marked FILL IN, then: grade verify 2\n")

    def test_a_bad_name_is_a_usage_error_that_says_what_would_do(self, workshop: Workshop) -> None:
        ended = grade("new", "Mo men tum", course=workshop.root)
        assert ended.returncode == 2
        assert "as in clip_gradients" in ended.stderr

    def test_a_number_on_request(self, workshop: Workshop) -> None:
        ended = grade("new", "momentum", "--number", "6", course=workshop.root)
        assert ended.stdout.endswith("Fill in what is marked FILL IN, then: grade verify 6\n")
        again = grade("new", "decay", "--number", "6", course=workshop.root, language="es")
        assert (again.returncode, again.stdout) == (2, "")
        assert "Ya hay un ejercicio 6." in again.stderr

    def test_tensors_on_request(self, workshop: Workshop) -> None:
        assert grade("new", "momentum", "--runtime", "torch", course=workshop.root).returncode == 0
        manifest = workshop.root / "exercises" / "02_momentum" / "exercise.toml"
        assert "runtime = 'torch'" in manifest.read_text(encoding="utf-8")


class TestRelease:
    def test_the_files_are_counted_and_the_archive_named(self, workshop: Workshop, tmp_path: Path) -> None:
        ended = grade("release", str(tmp_path / "out"), "--zip", course=workshop.root)
        assert ended.returncode == 0
        assert ended.stdout.splitlines() == [f"7 files in {tmp_path / 'out'}", str(tmp_path / "out.zip")]

    def test_a_folder_that_is_not_empty_is_a_usage_error(self, workshop: Workshop, tmp_path: Path) -> None:
        ended = grade("release", str(tmp_path), course=workshop.root)
        assert ended.returncode == 2
        assert "nothing is overwritten" in ended.stderr

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_an_unfinished_course_exits_with_5_and_says_what_to_type(
        self, workshop: Workshop, tmp_path: Path, language: str
    ) -> None:
        workshop.add(workshop.given / "brief.es.md", "\nFILL IN\n")
        ended = grade("release", str(tmp_path / "out"), course=workshop.root, language=language)
        assert ended.returncode == 5
        assert "grade verify 1" in ended.stderr
        assert not (tmp_path / "out").exists()
