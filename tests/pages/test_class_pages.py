"""A class's pages in a browser: readable by everyone, quiet, narrow enough, and quick to open for five thousand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from grader.feedback.class_pages import class_pages, learner_pages
from grader.locale import LANGUAGES
from tests.feedback.class_examples import a_class
from tests.pages.conftest import OVERFLOW, Open, axe, bare
from tests.pages.test_learner_page import validated


@cache
def pages() -> dict[str, str]:
    record, histories = a_class(40)
    made = dict(class_pages(record)) | dict(learner_pages(record, histories[:9]))
    largest = max((file for file in made if file.startswith("learners/")), key=lambda file: len(made[file]))
    kept = ("index.html", "learners-by-name.html", "similar.html")
    return {**{file: made[file] for file in kept}, "learner.html": made[largest]}


@cache
def crowd() -> str:
    return next(page for _, page in class_pages(a_class(5000)[0]))


@pytest.mark.parametrize("file", ["index.html", "learners-by-name.html", "similar.html", "learner.html"])
@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 320), ("es", "dark", 1280)])
def test_axe_finds_nothing(open_page: Open, axe_source: str, file: str, language: str, theme: str, width: int) -> None:
    with open_page(pages()[file], width=width) as opened:
        opened.choose(language, theme).unfold()
        assert opened.ask(OVERFLOW) == []
        assert bare(opened) == []
        assert opened.console + opened.requests == []
        assert axe(opened, axe_source) == []


def test_the_class_stylesheet_is_applied(open_page: Open) -> None:
    with open_page(pages()["index.html"]) as opened:
        assert opened.ask("getComputedStyle(document.querySelector('.cells-failed')).strokeWidth") == "0.5px"
        assert opened.ask("getComputedStyle(document.querySelector('.cells-passed')).strokeWidth") == "0.94px"


def test_the_map_names_stand_beside_their_rows(open_page: Open) -> None:
    with open_page(pages()["index.html"]) as opened:
        gap = opened.ask(
            "() => { const map = document.querySelector('.map-cells').getBoundingClientRect();"
            " const names = document.querySelector('.map-names').getBoundingClientRect();"
            " return [map.top - names.top, map.height - names.height] }"
        )
        assert [abs(pixels) < 1 for pixels in gap] == [True, True]


def test_a_page_for_five_thousand_opens_in_both_languages(open_page: Open, axe_source: str) -> None:
    with open_page(crowd(), width=1280) as opened:
        seconds = opened.ask("performance.timing.loadEventEnd - performance.timing.navigationStart") / 1000
        print(f"opened in {seconds:.2f} s")
        for language in LANGUAGES:
            opened.choose(language)
            assert opened.ask("document.querySelectorAll('.bands tbody tr').length") == 50
        assert opened.console + opened.requests == []
        assert axe(opened, axe_source) == []


def test_the_markup_is_valid(node_modules: Path, need: Callable[..., str], tmp_path: Path) -> None:
    files = []
    for name, made in {**pages(), "crowd.html": crowd()}.items():
        files.append(tmp_path / name)
        files[-1].write_text(made, encoding="utf-8")
    assert validated(node_modules, need, files) == []


def test_the_list_of_learners_can_be_filtered_and_is_whole_without_a_script(open_page: Open) -> None:
    """By a part of a name, with or without accents, and by what is not passed yet."""
    page = pages()["learners-by-name.html"]
    assert '<div class="filter" id="filter" hidden>' in page
    shown = "[...document.querySelectorAll('[data-open]')].filter((row) => !row.hidden).length"
    filtering = (
        "(words, open) => { const field = document.getElementById('filter-words'); field.value = words;"
        " document.getElementById(open ? `f-${open}` : 'f-all').checked = true;"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    with open_page(page) as opened:
        everybody = opened.ask(shown)
        assert everybody == page.count("data-open=")
        for words, open_, number in (
            ("L00011", "", 1),
            ("nobody at all", "", 0),
            ("", "none", page.count('data-open="none')),
        ):
            opened.ask(f"({filtering})({words!r}, {open_!r})")
            assert opened.ask(shown) == number
            assert opened.ask("document.getElementById('filter-count').textContent") == f"{number} / {everybody}"
        assert opened.console + opened.requests == []
