"""`grade show`, `hint`, `trace` and `solution`: what a learner reads, and in which order it is given away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.course import open_course
from grader.journal import Journal
from grader.keeping import keep
from grader.results import Outcome
from tests import small_course
from tests.cli.conftest import Grade
from tests.content import driver

OWN = "exercises/03_adam_step/adam_step.py"
SLUGS = [exercise.id for exercise in open_course().exercises]


def attempt(copy: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt at exercise 3, as `grade exercise 3` keeps it."""
    monkeypatch.chdir(copy)
    report = driver.grade("adam_step", source, seed=4)
    assert keep(report, driver.course().exercise("adam_step"), driver.course(), datetime.now(UTC)) == []


def journal(copy: Path) -> Journal:
    return Journal.open(copy, "descenso")


class TestShow:
    @pytest.mark.parametrize("slug", SLUGS)
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_a_brief_is_one_page_with_its_tolerance_and_the_next_command(
        self, slug: str, language: str, typed: Grade
    ) -> None:
        exercise = driver.course().exercise(slug)
        told = typed("show", slug, language=language)
        assert told.code == 0
        assert exercise.manifest.title[language] in told.out
        assert f"rtol {exercise.manifest.tolerance.rtol:g}" in told.out
        assert f"grade exercise {exercise.number}" in " ".join(told.out.split())
        assert len(told.out.splitlines()) < 70

    @pytest.mark.parametrize("slug", SLUGS)
    def test_no_markup_is_left_in_it(self, slug: str, typed: Grade) -> None:
        """What only marks: dollars of formulas, backslashes of LaTeX, hashes and stars of Markdown."""
        told = typed("show", slug)
        assert not [mark for mark in ("$", "\\", "##", "**", "```") if mark in told.out]

    def test_it_is_found_by_a_path_too(self, typed: Grade) -> None:
        assert "One step of Adam" in typed("show", OWN).out


class TestHint:
    def test_each_call_goes_one_level_deeper_and_the_last_stays(self, typed: Grade, copy: Path) -> None:
        firsts = [typed("hint", "3", cwd=copy).out.splitlines()[0] for _ in range(7)]
        assert firsts == [f"Hint {level} of 5" for level in (1, 2, 3, 4, 5, 5, 5)]

    def test_the_last_one_leads_to_the_solution(self, typed: Grade, copy: Path) -> None:
        told = typed("hint", "3", "--level", "5", cwd=copy)
        assert "`grade solution 3 --give-up`" in told.out

    def test_a_level_may_be_read_again_and_does_not_count(self, typed: Grade, copy: Path) -> None:
        for _ in range(2):
            assert typed("hint", "3", "--level", "4", cwd=copy).out.startswith("Hint 4 of 5")
        assert typed("hint", "3", cwd=copy).out.startswith("Hint 1 of 5")

    @pytest.mark.parametrize("level", ["0", "-1", "six"])
    def test_a_level_that_is_none_is_refused(self, level: str, typed: Grade, copy: Path) -> None:
        assert typed("hint", "3", "--level", level, cwd=copy).code == 2

    def test_a_level_too_deep_is_told(self, typed: Grade, copy: Path) -> None:
        told = typed("hint", "3", "--level", "6", cwd=copy, language="es")
        assert told.code == 2
        assert "Elige un nivel de 1 a 5." in told.err

    def test_a_named_belief_comes_first_and_once(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt(copy, driver.variant("adam_step", "no_bias_correction"), monkeypatch)
        told = typed("hint", "3", cwd=copy)
        assert told.out.startswith("About what your last attempt showed:")
        assert "Starting the averages at zero does no harm" in told.out
        assert typed("hint", "3", cwd=copy).out.startswith("Hint 1 of 5")
        assert [hint.misconception for hint in journal(copy).hints("adam_step")] == ["no_bias_correction", None]

    def test_two_beliefs_are_told_one_after_the_other(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt(copy, driver.variant("adam_step", "no_bias_correction", "epsilon_inside_root"), monkeypatch)
        told = [typed("hint", "3", cwd=copy).out.split("\n")[0] for _ in range(3)]
        assert told == ["About what your last attempt showed:"] * 2 + ["Hint 1 of 5"]

    def test_a_new_attempt_brings_its_belief_back(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(2):
            attempt(copy, driver.variant("adam_step", "no_root"), monkeypatch)
            assert typed("hint", "3", cwd=copy).out.startswith("About what your last attempt showed:")

    def test_what_is_not_certain_is_no_hint(self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        reference = driver.course().exercise("adam_step").reference
        attempt(copy, reference.replace("return param, m, v", "return 3 * param, m, v"), monkeypatch)
        assert typed("hint", "3", cwd=copy).out.startswith("Hint 1 of 5")

    def test_no_hint_holds_the_answer(self, typed: Grade, copy: Path) -> None:
        body = driver.course().exercise("adam_step").reference.split('"""')[-1]
        lines = [line.strip() for line in body.splitlines() if "=" in line]
        said = "".join(typed("hint", "3", "--level", str(level), cwd=copy).out for level in range(1, 6))
        assert lines
        assert not [line for line in lines if line in said]

    def test_an_exercise_without_hints_says_so(self, typed: Grade, tmp_path: Path) -> None:
        manifest = small_course.MANIFEST.replace("[[hint]]\nen = 'Think of adding.'\nes = 'Piensa en sumar.'\n", "")
        course = small_course.lay_out(tmp_path / "course", manifest=manifest)
        told = typed("hint", "7", "--course", str(course))
        assert (told.code, told.err) == (2, "Error: Exercise 7 has no hints.\n")


class TestTrace:
    @pytest.mark.parametrize(
        ("source", "code", "words"),
        [
            (None, 1, "Not started: adam_step.py is still the starter."),
            ("def adam_step(:", 3, "adam_step.py, line 1: SyntaxError"),
            ("", 3, "the file is empty"),
            ("import os\ndef adam_step(*_, **__):\n    os._exit(3)\n", 4, "The program ended during"),
            ("def adam_step(*_, **__):\n    return 1 / 0\n", 1, "raised ZeroDivisionError"),
            ("def adam_step(*_, **__):\n    return 'no', 'numbers', 'at all'\n", 1, ""),
        ],
    )
    def test_a_run_that_cannot_be_had_is_told_with_its_code(
        self, source: str | None, code: int, words: str, typed: Grade, copy: Path
    ) -> None:
        if source is not None:
            (copy / OWN).write_text(source)
        told = typed("trace", "3", cwd=copy)
        assert (told.code, told.out) == (code, "")
        assert words in told.err
        assert told.err.strip()

    @pytest.mark.parametrize("name", ["zero_grad_bug.py", "zero_grad_bug.es.py"])
    def test_a_starter_that_runs_is_shown_before_anything_is_written(
        self, name: str, typed: Grade, tmp_path: Path
    ) -> None:
        """Its fault is what is to be seen; graded it is not started, as every starter."""
        exercise = driver.course().exercise("zero_grad_bug")
        (tmp_path / "mine.py").write_bytes((exercise.folder / name).read_bytes())
        told = typed("trace", "4", "--file", "mine.py", cwd=tmp_path)
        assert told.code == 0
        assert sum("✗" in line for line in told.out.splitlines()) == 1
        assert driver.grade("zero_grad_bug", exercise.starter, seed=0).outcome is Outcome.NOT_STARTED

    def test_an_exercise_without_a_trace_says_so(self, typed: Grade, tmp_path: Path) -> None:
        course = small_course.lay_out(tmp_path / "course")
        told = typed("trace", "7", "--course", str(course), "--file", str(course / "solutions/07_double/double.py"))
        assert (told.code, told.err) == (2, "Error: Exercise 7 has no steps to trace.\n")

    def test_a_trace_that_is_no_table_is_the_courses_fault(self, typed: Grade, tmp_path: Path) -> None:
        manifest = small_course.MANIFEST.replace("[[hint]]", "[trace]\nfunction = 'table'\n\n[[hint]]")
        harness = small_course.HARNESS.replace('"rows": ', '"lines": ')
        course = small_course.lay_out(tmp_path / "course", manifest=manifest, harness=harness)
        told = typed("trace", "7", "--course", str(course), "--file", str(course / "solutions/07_double/double.py"))
        assert told.code in (1, 5)
        assert told.err.strip()

    def test_where_the_runs_part_both_numbers_stand_and_the_step_is_marked(
        self, typed: Grade, tmp_path: Path, demo_attempt: bytes
    ) -> None:
        (tmp_path / "mine.py").write_bytes(demo_attempt)
        told = typed("trace", "3", "--file", "mine.py", cwd=tmp_path)
        lines = told.out.splitlines()
        assert told.code == 0
        assert lines[0].split() == ["step", "grad", "m", "v", "param"]
        assert lines[1].split() == ["✗", "1", "1", "0.1", "0.001", "0.68377"]
        assert lines[2].split() == ["(0.9)"]
        assert sum("✗" in line for line in lines) == 1
        assert sum(line.split()[:2] == ["param", "yours"] for line in lines) == 1

    def test_equal_runs_are_called_equal(self, typed: Grade, tmp_path: Path, reference: bytes) -> None:
        (tmp_path / "mine.py").write_bytes(reference)
        told = typed("trace", "3", "--file", "mine.py", cwd=tmp_path, language="es")
        assert "Las dos ejecuciones coinciden en todos los pasos." in told.out
        assert "✗" not in told.out


class TestSolution:
    def test_it_is_kept_back_before_a_pass(self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        attempt(copy, driver.variant("adam_step", "no_root"), monkeypatch)
        told = typed("solution", "3", cwd=copy)
        assert (told.code, told.out) == (2, "")
        assert "--give-up" in told.err
        assert journal(copy).solutions_seen() == ()

    def test_giving_up_is_recorded(self, typed: Grade, copy: Path) -> None:
        told = typed("solution", "3", "--give-up", cwd=copy)
        assert told.code == 0
        assert "m_hat = m / (1 - beta1**t)" in told.out
        assert [seen.gave_up for seen in journal(copy).solutions_seen("adam_step")] == [True]

    def test_after_a_pass_it_stands_beside_ones_own_with_the_explanation(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch, reference: bytes
    ) -> None:
        own = reference.decode().replace("m_hat", "mine_hat")
        attempt(copy, own, monkeypatch)
        (copy / OWN).write_text(own)
        told = typed("solution", "3", cwd=copy)
        assert told.code == 0
        assert told.out.index("mine_hat") < told.out.index("m_hat = m / (1 - beta1**t)")
        assert "What Adam's five lines say" in told.out
        assert [seen.gave_up for seen in journal(copy).solutions_seen("adam_step")] == [False]

    def test_a_later_failure_does_not_take_it_away(
        self, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch, reference: bytes
    ) -> None:
        attempt(copy, reference.decode(), monkeypatch)
        attempt(copy, driver.variant("adam_step", "no_root"), monkeypatch)
        assert journal(copy).progress()["adam_step"].last.outcome is Outcome.FAILED
        assert typed("solution", "3", cwd=copy).code == 0

    def test_without_a_file_of_ones_own_the_solution_stands_alone(self, typed: Grade, tmp_path: Path) -> None:
        told = typed("solution", "3", "--give-up", cwd=tmp_path, language="es")
        assert told.code == 0
        assert "la solución" in told.out
        assert "lo tuyo" not in told.out
