"""What the rules look at: every entry of the glossary and every item, with its sentences and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from grader import formula
from grader.quizzes.deck import Deck
from grader.quizzes.glossary import FILE, Term
from grader.quizzes.items import AnyItem
from grader.text import Text, texts_within

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_WORDS = re.compile(r"\\(?:text|mathrm|operatorname)\{[^{}]*\}")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: the rule's name, the file and entry, and a sentence.

    Or, where `is_unchecked`, one thing that this machine lacks what to check it with.
    """

    rule: str
    where: str
    problem: Text
    is_unchecked: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `texts` are all its sentences with their places."""

    where: str
    value: Term | AnyItem
    texts: tuple[tuple[str, Text], ...]

    def finding(self, rule: str, problem: Text) -> Finding:
        """Something wrong with this entry."""
        return Finding(rule=rule, where=self.where, problem=problem)


def entries(deck: Deck) -> Iterator[Entry]:
    """The glossary's entries, then the items of each topic."""
    for term_id, term in deck.glossary.terms.items():
        yield _entry(f"{FILE}: {term_id}", term)
    for topic in deck.bank.topics:
        for item in topic.items:
            yield _entry(f"{topic.path.name}: {item.id}", item)


def _entry(where: str, value: Term | AnyItem) -> Entry:
    return Entry(where=where, value=value, texts=tuple(texts_within(value, first=1)))


def formula_spans(sentence: str) -> list[str]:
    """The formulas of a sentence; words in them, and the decimal mark, are the language's own."""
    return [span.latex for span in formula.spans(sentence)]


def comparable(latex: str) -> str:
    """A formula without what may differ between languages."""
    return _WORDS.sub(r"\\text{}", latex).replace("{,}", ".")


def code_spans(sentence: str) -> list[str]:
    """The pieces of code of a sentence."""
    return [found[2] for found in _CODE.finditer(sentence)]


def outside_code(sentence: str) -> str:
    """A sentence with its code taken out."""
    return _CODE.sub(" ", sentence)
