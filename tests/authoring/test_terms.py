"""The question about the terms an exercise names, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.terms import terms_finding
from tests.authoring.conftest import Workshop


@pytest.fixture
def glossary(workshop: Workshop) -> Workshop:
    """The course with a glossary of one term."""
    (workshop.root / "quizzes").mkdir()
    (workshop.root / "quizzes" / "glossary.toml").write_text("[sgd]\nkind = 'technique'\n", encoding="utf-8")
    return workshop


def test_a_concept_that_nobody_can_look_up_is_told(glossary: Workshop) -> None:
    glossary.change(glossary.given / "exercise.toml", "concepts = []", "concepts = ['sgd', 'momentun']")
    (told,) = terms_finding(glossary.exercise, glossary.root).objections
    assert "concepts: momentun" in str(told)


def test_a_misconceptions_unknown_term_is_told(glossary: Workshop) -> None:
    path = glossary.kept / "misconceptions.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("terms = []", "terms = ['sdg']", 1), encoding="utf-8")
    (told,) = terms_finding(glossary.exercise, glossary.root).objections
    assert "misconception forgets_the_shift: sdg" in str(told)


def test_known_terms_hold(glossary: Workshop) -> None:
    glossary.change(glossary.given / "exercise.toml", "concepts = []", "concepts = ['sgd']")
    finding = terms_finding(glossary.exercise, glossary.root)
    assert finding.holds
    assert finding.summary["en"] == "1 term named"


def test_a_course_without_a_glossary_may_name_what_it_likes(workshop: Workshop) -> None:
    workshop.change(workshop.given / "exercise.toml", "concepts = []", "concepts = ['anything']")
    finding = terms_finding(workshop.exercise, workshop.root)
    assert finding.holds
    assert finding.summary["en"] == "this course has no glossary"
