"""What TAB offers for a word half typed, as each shell would ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import small_course
from tests.cli.conftest import Grade


@pytest.fixture
def offered(grade: Grade):
    """The words that bash is offered at the end of a line."""

    def ask(*words: str, **more: str) -> list[str]:
        told = grade(
            _GRADE_COMPLETE="bash_complete", COMP_WORDS=" ".join(("grade", *words)), COMP_CWORD=str(len(words)), **more
        )
        assert (told.code, told.err) == (0, "")
        return [line.partition(",")[2] for line in told.out.splitlines() if line]

    return ask


@pytest.mark.parametrize("command", ["exercise", "verify", "variant", "show", "quiz"])
def test_an_exercise_is_offered_by_its_name(command: str, offered) -> None:
    assert "adam_step" in offered(command, "adam_")


@pytest.mark.parametrize("command", ["verify", "variant", "quiz", "glossary"])
def test_nothing_is_offered_for_what_begins_no_word(command: str, offered) -> None:
    assert offered(command, "zzz") == []


@pytest.mark.parametrize("words", [("quiz", "a"), ("glossary", "a"), ("variant", "3", "n"), ("verify", "a")])
def test_a_broken_course_is_passed_over_in_silence(words: tuple[str, ...], offered, tmp_path: Path) -> None:
    course = small_course.lay_out(tmp_path / "course")
    (course / "course.toml").write_text("no TOML")
    (course / "quizzes").mkdir(exist_ok=True)
    assert offered(*words, GRADE_COURSE=str(course)) == []


def test_a_variant_is_offered_the_misconceptions_of_its_exercise_each_once(offered) -> None:
    assert "no_bias_correction" in offered("variant", "3", "no_")
    assert "no_bias_correction" not in offered("variant", "3", "no_bias_correction", "no_")
    assert offered("variant", "99", "no_") == []


def test_a_term_is_offered_by_its_id_or_its_name_in_the_readers_language(offered) -> None:
    assert "learning-rate" in offered("glossary", "learn")
    assert "tasa-de-aprendizaje" in offered("glossary", "tasa", GRADE_LANG="es")
    assert "tasa-de-aprendizaje" not in offered("glossary", "tasa", GRADE_LANG="en")
    assert offered("glossary", "learning", "r") == []


def test_what_is_offered_for_a_term_is_understood(grade: Grade) -> None:
    told = grade("glossary", "tasa-de-aprendizaje", GRADE_LANG="es")
    assert told.code == 0
    assert told.out.startswith("tasa de aprendizaje")


def test_a_quiz_is_offered_topics_first_and_terms_once_a_word_is_begun(offered) -> None:
    assert {"1", "optimizers"} <= set(offered("quiz", ""))
    assert "learning-rate" not in offered("quiz", "")
    assert "learning-rate" in offered("quiz", "lear")
