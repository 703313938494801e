"""The self-check pages hold every question and term, link to what exists, and let no text become markup."""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser

import html5lib
import pytest

from grader.course import Course
from grader.feedback.quizzes import GLOSSARY, INDEX, quiz_pages
from grader.quizzes.deck import Deck, load_deck
from grader.text import Text

from .conftest import GLOSSARY as TERMS
from .conftest import ITEMS, Make

NAME = Text({"en": "A course", "es": "Un curso"})


class Markup(HTMLParser):
    """Tags with their attributes' names, ids, and where links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[tuple[str, ...]] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[(tag, *(name for name, _ in attrs))] += 1
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    from grader.course import bundled_root

    return quiz_pages(load_deck(bundled_root()), NAME)


PAYLOADS = [
    "<b>bold</b>",
    "<img src=x onerror=alert(1)>",
    "</h3><script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "{{ 7*7 }}",
    "&lt;script&gt;",
    "<!--",
    "]]>",
    "`<i>code</i>`",
    "[link](javascript:alert(1))",
]
REPLACED = (
    "The first.",
    "It comes later.",
    "The second",
    "A step against the slope.",
    "clear",
    "adds",
    "Too short steps",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_markup(payload: str, make_deck: Make) -> None:
    def tags(put: str) -> dict[str, Counter[tuple[str, ...]]]:
        glossary, items = TERMS, ITEMS
        for old in REPLACED:
            assert old in glossary + items
            glossary, items = (text.replace(f'"{old}"', json.dumps(put)) for text in (glossary, items))
        pages = quiz_pages(make_deck(glossary, items), Text({"en": put, "es": put}))
        return {name: Markup(page).tags for name, page in pages.items()}

    harmless = "`code`" if payload.startswith("`") else "[link]" if payload.startswith("[") else "harmless"
    assert tags(payload) == tags(harmless)


def test_the_same_seed_writes_the_same_bytes_and_another_other_questions(deck: Deck) -> None:
    assert quiz_pages(deck, NAME, seed=3) == quiz_pages(deck, NAME, seed=3)
    assert quiz_pages(deck, NAME, seed=3) != quiz_pages(deck, NAME, seed=4)


def test_every_item_and_every_term_has_its_place(pages: dict[str, str], course: Course) -> None:
    deck = load_deck(course.root)
    ids = {name: set(Markup(page).ids) for name, page in pages.items()}
    for topic in deck.bank.topics:
        assert {item.id for item in topic.items} <= ids[f"{topic.name}.html"]
    assert set(deck.glossary.terms) <= ids[GLOSSARY]


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    read = {name: Markup(page) for name, page in pages.items()}
    for name, page in read.items():
        for link in page.links:
            file, _, place = link.partition("#")
            assert (file or name) in pages, link
            assert not place or place in read[file or name].ids, link
    assert {f"{name}" for name in pages} - {INDEX, GLOSSARY} <= set(read[INDEX].links)


@pytest.mark.parametrize("name", ["index.html", "glossary.html", "adam.html", "diagnosis.html", "optimizers.html"])
def test_a_page_is_valid_html_with_unique_ids(name: str, pages: dict[str, str]) -> None:
    html5lib.HTMLParser(strict=True).parse(pages[name])
    ids = Markup(pages[name]).ids
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_pages_are_light(pages: dict[str, str]) -> None:
    assert max(len(page.encode()) for page in pages.values()) < 300_000


def test_every_sentence_of_the_pages_is_in_both_languages(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        shown = Markup(page).tags
        for element in ("span", "div"):
            assert shown[(element, "lang")] % 2 == 0, name


def test_formulas_are_mathml_with_words_for_a_voice(pages: dict[str, str]) -> None:
    page = pages[GLOSSARY]
    assert page.count("<math") > 40
    assert "m con gorro sub t es igual a la fracción" in page
    assert "m hat sub t equals the fraction" in page
    assert "$" not in page.split("<main", 1)[1].split("<footer", 1)[0]
