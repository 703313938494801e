"""The question about an exercise's two languages, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.languages import languages_finding
from tests.authoring.conftest import FOLDER, Workshop


def objections(workshop: Workshop) -> str:
    return "\n".join(map(str, languages_finding(workshop.exercise).objections))


def test_a_finished_exercise_has_no_objection(workshop: Workshop) -> None:
    assert languages_finding(workshop.exercise).holds


@pytest.mark.parametrize(
    ("before", "after", "odd"),
    [
        ("$b$ es `shift`", "$c$ es `shift`", "$c$"),
        ("$b$ es `shift`", "$b$ es `desplazamiento`", "`desplazamiento`"),
        ("`scale=2` y", "`scale=2` y `scale=2` y", "`scale=2`"),
    ],
)
def test_another_formula_or_code_in_one_language_is_told(workshop: Workshop, before: str, after: str, odd: str) -> None:
    workshop.change(workshop.given / "brief.es.md", before, after)
    assert odd in objections(workshop)


def test_a_decimal_comma_is_the_same_formula(workshop: Workshop) -> None:
    workshop.change(workshop.given / "brief.en.md", "$x = 3$", "$x = 0.5$")
    workshop.change(workshop.given / "brief.es.md", "$x = 3$", "$x = 0{,}5$")
    assert languages_finding(workshop.exercise).holds


def test_code_in_a_block_may_differ_in_its_comments_only(workshop: Workshop) -> None:
    workshop.add(workshop.given / "brief.en.md", "\n```python\ny = 2 * x  # twice\n```\n")
    workshop.add(workshop.given / "brief.es.md", "\n```python\ny = 2 * x  # el doble\n```\n")
    assert languages_finding(workshop.exercise).holds
    workshop.change(workshop.given / "brief.es.md", "y = 2 * x", "y = x * 2")
    assert "y = x * 2" in objections(workshop)


def test_a_language_without_a_starter_is_told(workshop: Workshop) -> None:
    (workshop.given / "sample.es.py").unlink()
    (told,) = languages_finding(workshop.exercise).objections
    assert told["en"] == f"There is no starter in language `es`: exercises/{FOLDER}/sample.es.py is missing."
    assert told["es"] == f"No hay archivo inicial en el idioma `es`: falta exercises/{FOLDER}/sample.es.py."


def test_the_plain_starter_may_be_in_any_one_language(workshop: Workshop) -> None:
    workshop.change(workshop.root / "course.toml", "['en', 'es']", "['es', 'en']")
    assert languages_finding(workshop.exercise).holds
    (workshop.given / "sample.es.py").rename(workshop.given / "sample.en.py")
    assert languages_finding(workshop.exercise).holds


def test_a_backslash_that_toml_ate_is_found(workshop: Workshop) -> None:
    workshop.change(
        workshop.given / "exercise.toml",
        "en = 'Said: the place to look at.'",
        r'en = "the place of $\beta$ to look at."',
    )
    assert "hint 3 (en) holds a control character" in objections(workshop)
