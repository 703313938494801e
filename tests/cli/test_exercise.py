"""`grade exercise` and `grade demo`: a verdict in words or as JSON, an exit code, an attempt that is kept."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from grader.course import bundled_root
from grader.results import report_from_json
from tests import small_course
from tests.cli.conftest import ROOT, Grade

GOLD = ROOT / "tests" / "gold" / "situations"
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def attempts(run: Grade, folder: Path) -> dict[str, int]:
    listed = json.loads(run("list", "--json", cwd=folder).out)["exercises"]
    return {one["id"]: one["attempts"] for one in listed}


class TestExitCodes:
    @pytest.mark.parametrize(
        ("source", "code", "words"),
        [
            (None, 1, "Not started: adam_step.py is still the starter."),
            ("def adam_step(*_, **__):\n    return None\n", 1, "must return three arrays"),
            (
                "import torch\ndef adam_step(*_, **__):\n    return torch.ones(2)\n",
                1,
                "`torch` is not allowed in this exercise",
            ),
            ("def adam_step(:\n", 3, "adam_step.py, line 1: SyntaxError"),
            ("import numpy.nunpy\n", 3, "No module named 'numpy.nunpy'"),
            ("", 3, "the file is empty"),
            ("import os\ndef adam_step(*_, **__):\n    os._exit(0)\n", 4, "it left with exit code 0"),
        ],
    )
    def test_each_way_to_fail_has_its_code(
        self, source: str | None, code: int, words: str, typed: Grade, copy: Path
    ) -> None:
        if source is not None:
            (copy / "exercises" / "03_adam_step" / "adam_step.py").write_text(source)
        told = typed("exercise", "3", cwd=copy)
        assert (told.code, told.err) == (code, "")
        assert words in told.out
        assert told.out.splitlines()[0].endswith("/20")
        assert "edit  exercises/03_adam_step/adam_step.py\nthen  grade exercise 3\n" in told.out

    def test_a_time_out_has_the_code_4(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        (tmp_path / "double.py").write_text("def double(x):\n    while True: pass\n")
        told = typed("exercise", "7", "--file", "double.py", "--course", str(course), cwd=tmp_path)
        assert told.code == 4
        assert "had not answered after 1 s" in re.sub(r"\s+", " ", told.out)

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            ({"manifest": "number = 'seven'"}, "exercise.toml: `number`: expected `int`, found 'seven'."),
            ({"manifest": "number = "}, "exercise.toml is not valid TOML"),
            ({"checks": "import nunpy"}, "checks.py:1 cannot be run: ModuleNotFoundError"),
            ({"checks": ""}, "checks.py and the manifest do not name the same checks"),
            ({"reference": "def double(:"}, "double.py:1 cannot be run: SyntaxError"),
            ({"harness": "def f(:"}, "harness.py:1 cannot be run: SyntaxError"),
            ({"course": ""}, "course.toml: the top level lacks the key `id`."),
        ],
    )
    def test_a_course_at_fault_has_the_code_5_and_one_sentence(
        self, files: dict[str, str], words: str, typed: Grade, tmp_path: Path
    ) -> None:
        course = small_course.lay_out(tmp_path / "course", **files)
        (tmp_path / "double.py").write_text(small_course.REFERENCE + "# mine\n")
        told = typed("exercise", "7", "--file", "double.py", "--course", str(course), cwd=tmp_path)
        assert (told.code, told.out) == (5, "")
        assert words in told.err
        assert told.err.count("\n") == 1

    def test_a_check_at_fault_has_the_code_5_and_takes_no_points(self, typed: Grade, tmp_path: Path) -> None:
        checks = small_course.CHECKS.replace("    x = rng.uniform(1, 2, size=3)\n", "    1 / 0\n")
        course = small_course.lay_out(tmp_path / "course", checks=checks)
        (tmp_path / "double.py").write_text(small_course.REFERENCE)
        told = typed("exercise", "7", "--file", "double.py", "--course", str(course), cwd=tmp_path)
        assert told.code == 5
        assert "not your fault, and no points are lost" in re.sub(r"\s+", " ", told.out)

    def test_a_pass_has_the_code_0(self, typed: Grade, copy: Path, reference: bytes) -> None:
        (copy / "exercises" / "03_adam_step" / "adam_step.py").write_bytes(reference)
        told = typed("exercise", "3", cwd=copy)
        assert (told.code, told.err) == (0, "")
        assert "Passed: all 9 checks hold." in told.out
        assert "next  grade show 4" in told.out
        assert "edit" not in told.out


class TestReport:
    def test_the_first_failure_is_told_in_full_and_each_other_check_in_a_line(
        self, typed: Grade, tmp_path: Path, demo_attempt: bytes
    ) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        told = typed("exercise", "3", "--file", "mine.py", "--seed", "1", cwd=tmp_path)
        assert told.code == 1
        lines = told.out.splitlines()
        assert lines[0].startswith("Exercise 3 · One step of Adam")
        assert lines[0].endswith("6/20")
        assert lines[2] == "✗ The first step has size lr, whatever the size of the gradient"
        assert "“Starting the averages at zero does no harm" in told.out
        assert told.out.count("  yours") == 1
        assert sum(line.startswith(("✓", "✗")) for line in lines) == 9

    def test_every_failure_is_told_in_full_on_request(self, typed: Grade, tmp_path: Path, demo_attempt: bytes) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        told = typed("exercise", "3", "--file", "mine.py", "--all-failures", cwd=tmp_path)
        failed = sum(line.startswith("✗") for line in told.out.splitlines())
        assert told.out.count("  yours") == failed > 1

    def test_it_is_told_in_spanish(self, typed: Grade, tmp_path: Path, demo_attempt: bytes) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        told = typed("exercise", "3", "--file", "mine.py", cwd=tmp_path, language="es")
        assert told.out.startswith("Ejercicio 3 · Un paso de Adam")
        assert "Tus números son justo los que daría esta idea" in told.out
        assert "edita    mine.py\ny luego  grade exercise 3 --file mine.py\n" in told.out
        assert not {"yours", "expected", "seed", "isolation", "edit", "then"} & set(told.out.split())

    def test_a_seed_replays_a_run(self, typed: Grade, tmp_path: Path, demo_attempt: bytes) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        words = ("exercise", "3", "--file", "mine.py")
        first, again = (typed(*words, "--seed", "12", cwd=tmp_path).out for _ in range(2))
        assert first == again
        assert "seed 12 ·" in first
        assert typed(*words, cwd=tmp_path).out != typed(*words, cwd=tmp_path).out


class TestJson:
    @pytest.mark.parametrize("name", ["correct", "syntax_error", "not_a_number", "empty_file", "exception"])
    def test_it_fits_the_published_schema(self, name: str, grade: Grade) -> None:
        told = grade("exercise", "3", "--file", str(GOLD / name / "adam_step.py"), "--json", "--seed", "5")
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(told.out))
        report = report_from_json(told.raw)
        assert (report.schema, report.exercise.number, report.seed) == ("grader/report/1", 3, 5)
        assert told.err == ""

    def test_it_says_the_same_in_every_language_and_encoding(self, grade: Grade) -> None:
        words = ("exercise", "3", "--file", str(GOLD / "exception" / "adam_step.py"), "--json", "--seed", "5")
        english = json.loads(grade(*words).out)
        spanish = json.loads(grade(*words, "--lang", "es", PYTHONIOENCODING="ascii").out)
        for one in (english, spanish):
            del one["seconds"]
        assert english == spanish

    def test_the_exit_code_is_that_of_the_words(self, grade: Grade) -> None:
        assert grade("exercise", "3", "--file", str(GOLD / "syntax_error" / "adam_step.py"), "--json").code == 3

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", 3),
            (b"<!DOCTYPE html>\n<title>Log in</title>", 3),
            (b'{"nbformat": 4, "cells": [{"cell_type": "code", "sou', 3),
            (b"[1, 2]", 3),
            (b'{"nbformat": 4, "cells": []}', 1),
            (b'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "def adam_step(p):\\n    return p"}]}', 1),
            (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "def adam_step(p:\\n    return p"}]}', 3),
        ],
        ids=["empty", "a page", "cut short", "another JSON", "no cells", "a text cell", "no Python"],
    )
    def test_whatever_is_wrong_with_a_notebook_is_a_report(
        self, typed: Grade, tmp_path: Path, content: bytes, code: int
    ) -> None:
        (tmp_path / "mine.ipynb").write_bytes(content)
        told = typed("exercise", "3", "--file", "mine.ipynb", "--json", cwd=tmp_path)
        report = report_from_json(told.out.encode())
        assert (told.code, report.points, told.err) == (code, 0, "")
        assert report.message is not None
        assert report.message["en"] in {check.message["en"] for check in report.checks if check.message}

    def test_an_error_leaves_standard_output_empty(self, grade: Grade) -> None:
        told = grade("exercise", "99", "--json")
        assert (told.code, told.out) == (2, "")


class TestStandardInput:
    def test_a_dash_reads_it(self, grade: Grade, reference: bytes) -> None:
        told = grade("exercise", "3", "--file", "-", stdin=reference)
        assert told.code == 0
        assert "Passed" in told.out

    def test_nothing_on_it_is_an_empty_file(self, grade: Grade) -> None:
        told = grade("exercise", "adam_step", "--file", "-")
        assert told.code == 3
        assert "the file is empty" in told.out
        assert "then  grade exercise 3 --file -" in told.out


class TestPage:
    def test_it_is_written_beside_the_verdict(self, typed: Grade, tmp_path: Path, demo_attempt: bytes) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        told = typed("exercise", "3", "--file", "mine.py", "--html", "report.html", cwd=tmp_path)
        assert told.code == 1
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        assert page.lower().startswith("<!doctype html>")
        assert "<svg" in page
        assert "corrección de sesgo" in page  # a term by its name, not by the glossary's id
        assert "bias-correction" not in page

    @pytest.mark.parametrize("place", ["no/such/folder/report.html", ".", "/proc/report.html"])
    def test_where_it_cannot_be_written_the_verdict_is_told_first(
        self, place: str, typed: Grade, copy: Path, reference: bytes
    ) -> None:
        (copy / "exercises" / "03_adam_step" / "adam_step.py").write_bytes(reference)
        told = typed("exercise", "3", "--html", place, cwd=copy)
        assert told.code == 2
        assert "Passed" in told.out
        assert "The page" in told.err
        assert "cannot be written" in told.err
        assert attempts(typed, copy)["adam_step"] == 1

    def test_opening_needs_a_page(self, typed: Grade) -> None:
        told = typed("exercise", "3", "--open")
        assert told.code == 2
        assert "--open needs --html FILE" in told.err


class TestAttempts:
    def test_a_starter_and_a_fault_of_the_course_are_none(self, typed: Grade, copy: Path, tmp_path: Path) -> None:
        typed("exercise", "3", cwd=copy)
        assert attempts(typed, copy) == dict.fromkeys(attempts(typed, copy), 0)

    @pytest.mark.parametrize("name", ["correct", "wrong_shape", "syntax_error"])
    def test_every_other_end_is_one(self, name: str, typed: Grade, copy: Path) -> None:
        shutil.copy(GOLD / name / "adam_step.py", copy / "exercises" / "03_adam_step")
        typed("exercise", "3", cwd=copy)
        assert attempts(typed, copy)["adam_step"] == 1

    def test_a_journal_that_cannot_be_kept_costs_no_verdict(
        self, typed: Grade, copy: Path, reference: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(copy / ".grade"))
        (copy / "exercises" / "03_adam_step" / "adam_step.py").write_bytes(reference)
        shutil.rmtree(copy / ".grade")
        (copy / ".grade").write_text("a file in the folder's place")
        told = typed("exercise", "3", cwd=copy)
        assert told.code == 0
        assert "Passed" in told.out
        assert told.err.strip()


class TestTheCoursesOwnFile:
    @pytest.mark.parametrize("file", ["", "adam_step.py", "adam_step.es.py"])
    def test_whoever_grades_it_is_told_that_it_is_no_copy(self, typed: Grade, file: str) -> None:
        told = typed("exercise", str(bundled_root() / "exercises" / "03_adam_step" / file))
        assert told.code == 1
        assert "This file belongs to the course itself" in told.out
        assert "`grade init DIR`" in told.out


class TestNumpyAlone:
    @pytest.mark.parametrize("number", ["1", "3", "5"])
    def test_an_exercise_on_numpy_imports_no_torch_anywhere(self, number: str, grade: Grade, tmp_path: Path) -> None:
        """The command's own modules are listed by Python; what the far side has, by the report."""
        folder = next(path for path in (bundled_root() / "solutions").iterdir() if path.name.startswith(f"0{number}_"))
        wrong = next(folder.glob(f"{folder.name[3:]}.py")).read_text().replace("return ", "return None and ")
        (tmp_path / "mine.py").write_text(wrong)
        words = ("exercise", number, "--file", "mine.py")
        told = grade(*words, cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
        imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.err.splitlines()}
        assert told.code == 1
        assert {"numpy", "pytest", "grader"} <= imported
        assert "torch" not in imported
        assert "torch" not in json.loads(grade(*words, "--json", cwd=tmp_path).out)["versions"]


class TestDemo:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("A learner wrote this step of Adam:", "Your numbers are exactly what this belief", "`grade init`")),
            ("es", ("Alguien escribió así", "Tus números son justo", "`grade init`")),
        ],
    )
    def test_a_wrong_attempt_is_graded_and_explained(
        self, language: str, words: tuple[str, ...], grade: Grade, tmp_path: Path
    ) -> None:
        told = grade("demo", "--lang", language, cwd=tmp_path)
        assert (told.code, told.err) == (0, "")
        assert "def adam_step(" in told.out
        assert all(mark in told.out.split("\n\n")[-2] for mark in "✓✗○")
        assert all(word in told.out for word in words[1:])
        assert attempts(grade, tmp_path)["adam_step"] == 0
