"""The self-check pages in a browser: readable by everyone, quiet, and answered without a script."""

from __future__ import annotations

from functools import cache

import pytest

from grader.course import bundled_root
from grader.feedback.quizzes import quiz_pages
from grader.locale import LANGUAGES
from grader.quizzes.deck import load_deck
from grader.text import Text
from tests.pages.conftest import FAINT_PICTURE_TEXT, OVERFLOW, Open, axe, bare

KINDS = ["index.html", "glossary.html", "diagnosis.html", "optimizers.html"]


@cache
def page(name: str) -> str:
    return quiz_pages(load_deck(bundled_root()), Text({"en": "A course", "es": "Un curso"}))[name]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    ("language", "theme"), [(language, theme) for language in LANGUAGES for theme in ("light", "dark")]
)
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing(open_page: Open, axe_source: str, name: str, language: str, theme: str, width: int) -> None:
    with open_page(page(name), width=width) as opened:
        opened.choose(language, theme).unfold()
        assert axe(opened, axe_source) == []
        assert opened.ask(FAINT_PICTURE_TEXT) == []
        assert opened.ask(OVERFLOW) == []
        assert bare(opened) == []
        assert opened.console == []
        assert opened.requests == []


def test_an_answer_unfolds_without_a_script(open_page: Open) -> None:
    with open_page(page("optimizers.html"), java_script_enabled=False) as opened:
        option = opened.page.locator("#optimizers-01 ~ .options details").first
        assert not option.locator(".headline").is_visible()
        option.locator("summary").click()
        assert option.locator(".headline").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_is_shown_at_a_time(open_page: Open, language: str) -> None:
    other = next(code for code in LANGUAGES if code != language)
    with open_page(page("glossary.html"), java_script_enabled=False) as opened:
        opened.choose(language)
        shown = opened.page.locator(f"main [lang={language}]").first
        assert shown.is_visible()
        assert not opened.page.locator(f"main [lang={other}]").first.is_visible()
