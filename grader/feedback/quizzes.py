"""A deck into self-check pages: each question with its answers folded away, and a glossary; no script is needed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.figures.scales import Tick, polyline, scale_over
from grader.feedback.html import render
from grader.feedback.markdown import Html, blocks, inline
from grader.locale import LANGUAGES, same, say
from grader.locale.numbers import Words
from grader.quizzes.answers import right_answer
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.generated import directions
from grader.quizzes.glossary import Glossary, Term
from grader.quizzes.pictures import sampled
from grader.quizzes.question import Arrange, Choose, Match, Question
from grader.text import Text

INDEX, GLOSSARY = "index.html", "glossary.html"
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 548, 42, 336


class OptionView(msgspec.Struct, frozen=True):
    """One option; unfolding it says whether it is right, and why not."""

    text: dict[str, Html]
    right: bool
    why: dict[str, Html] | None


class CurveView(msgspec.Struct, frozen=True, kw_only=True):
    """A curve as path data, its axes, and the same in words. `number` is its own on the page."""

    number: str
    title: Words
    caption: Words
    line: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


class TermLink(msgspec.Struct, frozen=True):
    """A term and where its entry stands."""

    id: str
    name: Words


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A question. Options unfold one by one; where there are none, `answer` unfolds."""

    number: int
    id: str
    stem: dict[str, Html]
    code: dict[str, Html] | None
    formulas: tuple[dict[str, Html], ...]
    curves: tuple[CurveView, ...]
    several: bool
    options: tuple[OptionView, ...]
    left: tuple[dict[str, Html], ...]
    right: tuple[dict[str, Html], ...]
    answer: dict[str, Html]
    feedback: dict[str, Html] | None
    terms: tuple[TermLink, ...]
    exercise: int | None


class TopicPage(msgspec.Struct, frozen=True, kw_only=True):
    """One topic's questions."""

    course: Words
    title: Words
    questions: tuple[QuestionView, ...]


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One glossary entry."""

    id: str
    name: Words
    others: Words
    definition: dict[str, Html]
    formulas: tuple[dict[str, Html], ...]
    code: dict[str, Html] | None
    note: dict[str, Html] | None
    related: tuple[TermLink, ...]
    confusable: tuple[TermLink, ...]
    exercises: tuple[int, ...]


class GroupView(msgspec.Struct, frozen=True):
    """A group of entries."""

    id: str
    title: Words
    entries: tuple[EntryView, ...]


class GlossaryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The glossary."""

    course: Words
    groups: tuple[GroupView, ...]


class TopicLink(msgspec.Struct, frozen=True):
    """A topic's page and how many questions it has."""

    href: str
    title: Words
    questions: int


class IndexPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages begin."""

    course: Words
    topics: tuple[TopicLink, ...]
    terms: int


def quiz_pages(deck: Deck, course: Text, *, seed: int = 0, language: str = LANGUAGES[0]) -> dict[str, str]:
    """Every page by its file name: the index, the glossary, and one a topic. The same seed makes the same pages."""
    named = clean.words(course)
    topics = {name: title for name, title in deck.topics.items() if _cards(deck, name)}
    pages = {
        f"{name}.html": TopicPage(
            course=named, title=clean.words(title), questions=_questions(deck, _cards(deck, name), seed)
        )
        for name, title in topics.items()
    }
    links = tuple(
        TopicLink(f"{name}.html", clean.words(title), len(pages[f"{name}.html"].questions))
        for name, title in topics.items()
    )
    index = IndexPage(course=named, topics=links, terms=len(deck.glossary.terms))
    return {
        INDEX: render("quiz_index.html.j2", index, language=language),
        GLOSSARY: render("glossary.html.j2", glossary_page(deck, named), language=language),
        **{name: render("quiz.html.j2", page, language=language) for name, page in pages.items()},
    }


def glossary_page(deck: Deck, course: Words) -> GlossaryPage:
    """All entries, group by group."""
    groups = [
        GroupView(name, clean.words(title), tuple(_entry(one, deck.glossary) for one in deck.glossary.groups[name]))
        for name, title in deck.topics.items()
        if name in deck.glossary.groups
    ]
    return GlossaryPage(course=course, groups=tuple(groups))


def _cards(deck: Deck, name: str) -> tuple[str, ...]:
    """The authored items of a topic, then one question for each of its group's terms."""
    items = [f"item:{item.id}" for topic in deck.bank.topics if topic.name == name for item in topic.items]
    return (*items, *(f"term:{term_id}" for term_id in deck.glossary.groups.get(name, ())))


def _questions(deck: Deck, cards: Sequence[str], seed: int) -> tuple[QuestionView, ...]:
    asked = [deck.question(Asked(card, _form(deck, card, place), seed)) for place, card in enumerate(cards)]
    present = [question for question in asked if question is not None]
    return tuple(question_view(question, deck.glossary, number) for number, question in enumerate(present, 1))


def _form(deck: Deck, card: str, place: int) -> str:
    """An item as it is; of a term's directions one, in turn, so that neighbours are asked differently."""
    kind, _, key = card.partition(":")
    if kind == "item":
        return key
    possible = directions(deck.glossary, key)
    return f"{key}/{possible[place % len(possible)]}"


def question_view(question: Question, glossary: Glossary, number: int) -> QuestionView:
    """One question as a page shows it."""
    form = question.form
    arranged = form.steps if isinstance(form, Arrange) else ()
    left, right = (form.left, form.right) if isinstance(form, Match) else (arranged, ())
    options = form.options if isinstance(form, Choose) else ()
    return QuestionView(
        number=number,
        id=question.item.replace("/", "-"),
        stem=inline(question.stem),
        code=_code(question.code),
        formulas=_formulas(question.formulas),
        curves=tuple(
            _curve(values, f"{number}-{place}", place, len(question.curves))
            for place, values in enumerate(question.curves)
        ),
        several=isinstance(form, Choose) and form.several,
        options=tuple(
            OptionView(inline(one.text), one.right, None if one.why is None else inline(one.why)) for one in options
        ),
        left=tuple(inline(text) for text in left),
        right=tuple(inline(text) for text in right),
        answer=blocks(right_answer(question)),
        feedback=None if question.feedback is None else inline(question.feedback),
        terms=tuple(_link(term_id, glossary) for term_id in question.terms if term_id in glossary),
        exercise=question.exercise,
    )


def _curve(values: Sequence[float], number: str, place: int, of: int) -> CurveView:
    epochs, losses = np.arange(len(values), dtype=np.float64), np.array(values)
    across = scale_over(epochs, _LEFT, _RIGHT, margin=0.0)
    down = scale_over(np.append(losses, 0.0), _BOTTOM, _TOP)
    title = say("Curve {letter}: loss by epoch", letter=chr(ord("A") + place)) if of > 1 else say("Loss by epoch")
    return CurveView(
        number=number,
        title=clean.words(title),
        caption=clean.words(say("In numbers, every eighth epoch: {numbers}", numbers=sampled(values))),
        line=polyline(across(epochs), down(losses)),
        x_ticks=across.ticks(6),
        y_ticks=down.ticks(5),
    )


def _code(code: str | None) -> dict[str, Html] | None:
    fence = "~" * 9  # longer than any that code may hold
    return None if code is None else blocks(_same(f"{fence}python\n{code.rstrip()}\n{fence}"))


def _formulas(latex: Sequence[str]) -> tuple[dict[str, Html], ...]:
    return tuple(blocks(_same(f"$${one}$$")) for one in latex)


def _entry(term_id: str, glossary: Glossary) -> EntryView:
    term = glossary[term_id]
    return EntryView(
        id=term_id,
        name=clean.words(term.term),
        others=_other_names(term),
        definition=inline(term.definition),
        formulas=_formulas(term.formulas),
        code=_code(term.code),
        note=None if term.note is None else inline(term.note),
        related=tuple(_link(other, glossary) for other in term.related),
        confusable=tuple(_link(other, glossary) for other in term.confusable),
        exercises=term.exercises,
    )


def _other_names(term: Term) -> Words:
    """What else a term is called, in the language of the page first, and then in the others."""
    listed: dict[str, str] = {}
    for language in LANGUAGES:
        ordered = (language, *(other for other in LANGUAGES if other != language))
        names = dict.fromkeys(name for one in ordered for name in term.names(one))
        listed[language] = ", ".join(name for name in names if name != term.term[language]) or "–"
    return clean.words(Text(listed))


def _link(term_id: str, glossary: Glossary) -> TermLink:
    return TermLink(term_id, clean.words(glossary[term_id].term))


def _same(text: str) -> Text:
    return same(text)
