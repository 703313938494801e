"""Rules about what gives an answer away to somebody who does not know it: length, wording, an echo of the question.

One item proves nothing: some right answer has to be the longest. A cue is refused where, over all items in which
exactly one choice shows it, that choice is the right one more often than chance explains (two standard errors).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from grader.course import Course
from grader.locale import LANGUAGES, say
from grader.locale.language import language_facts
from grader.quizzes.deck import Deck
from grader.quizzes.folding import fold
from grader.quizzes.items import AnyItem, Choice, OneChoice, Reading, TrueFalse
from grader.quizzes.lint_entries import Finding, entries, outside_code
from grader.text import Text

ECHO = 5
"""Letters that a word of the question must have for its echo in a choice to mean anything."""
ASKING = frozenset(word for code in LANGUAGES for word in language_facts(code).asking)
"""Words of any question, which say nothing about this one."""
_WORD = re.compile(r"[^\W\d_]+")
Shows = Callable[[Text, Sequence[Choice], str], Sequence[bool]]
"""Which of an item's choices show a cue, in a language."""


def words(sentence: str) -> set[str]:
    """The words of a sentence as they are compared: code taken out, no accents, no capitals."""
    return {fold(word) for word in _WORD.findall(outside_code(sentence))}


def longest(stem: Text, choices: Sequence[Choice], language: str) -> list[bool]:
    """The choice that is longer than all others."""
    lengths = [len(choice.text[language]) for choice in choices]
    return [length == max(lengths) and lengths.count(length) == 1 for length in lengths]


def shortest(stem: Text, choices: Sequence[Choice], language: str) -> list[bool]:
    """The choice that is shorter than all others."""
    lengths = [len(choice.text[language]) for choice in choices]
    return [length == min(lengths) and lengths.count(length) == 1 for length in lengths]


def hedged(stem: Text, choices: Sequence[Choice], language: str) -> list[bool]:
    """Choices that leave themselves a way out."""
    return [bool(words(choice.text[language]) & language_facts(language).hedges) for choice in choices]


def unqualified(stem: Text, choices: Sequence[Choice], language: str) -> list[bool]:
    """Choices without an absolute word, where others have one."""
    return [not words(choice.text[language]) & language_facts(language).absolutes for choice in choices]


CUES: dict[str, tuple[Shows, Text]] = {
    "longest": (longest, say("longer than all others")),
    "shortest": (shortest, say("shorter than all others")),
    "hedged": (hedged, say("the only one that says may, about or the like")),
    "unqualified": (unqualified, say("the only one without always, every or the like")),
}


def _items(deck: Deck) -> Iterator[AnyItem]:
    """All items, those that share an id included, which is another rule's affair."""
    return (item for topic in deck.bank.topics for item in topic.items)


def items_with_one_right(deck: Deck) -> Iterator[OneChoice | Reading]:
    """The items of which exactly one choice of words is right."""
    for item in _items(deck):
        if isinstance(item, OneChoice) or (isinstance(item, Reading) and len(item.picture.curves) == 1):
            yield item


def giveaways(deck: Deck, course: Course) -> Iterator[Finding]:
    """No cue marks the right choice more often than its share."""
    for shows, told in CUES.values():
        for language in LANGUAGES:
            marked = []
            for item in items_with_one_right(deck):
                shown = shows(item.stem, item.choices, language)
                if sum(shown) == 1:
                    marked.append((item.id, item.choices[shown.index(True)].right, 1 / len(shown)))
            yield from _too_often(marked, language, told)


def _too_often(marked: Sequence[tuple[str, bool, float]], language: str, told: Text) -> Iterator[Finding]:
    right = [name for name, is_right, _ in marked if is_right]
    if is_more_than_chance(len(right), [share for _, _, share in marked]):
        problem = say(
            "In {language} the right choice is {cue} in {number} of {total} items, more than its share: {items}.",
            language=language, cue=told, number=len(right), total=len(marked), items=", ".join(right),
        )  # fmt: skip
        yield Finding(rule="giveaways", where="items", problem=problem)


def is_more_than_chance(hits: float, shares: Sequence[float]) -> bool:
    """Whether `hits` lie more than two standard errors above what guessing with these chances gives."""
    error = math.sqrt(sum(share * (1 - share) for share in shares))
    return hits > sum(shares) + 2 * error


def echoes(deck: Deck, course: Course) -> Iterator[Finding]:
    """No word of the question stands in the right choice and in no other."""
    for entry in entries(deck):
        if isinstance(entry.value, OneChoice):
            for language in LANGUAGES:
                if found := echo(entry.value, language):
                    problem = say(
                        "Only the right choice repeats «{words}» of its question ({language}).",
                        words=", ".join(sorted(found)), language=language,
                    )  # fmt: skip
                    yield entry.finding("echoes", problem)


def echo(item: OneChoice, language: str) -> set[str]:
    """The words of the question that the right choice alone repeats."""
    asked = {word for word in words(item.stem[language]) if len(word) >= ECHO} - ASKING
    said = {right: [words(one.text[language]) for one in item.choices if one.right is right] for right in (True, False)}
    return (asked & set().union(*said[True])) - set().union(*said[False])


def statements(deck: Deck, course: Course) -> Iterator[Finding]:
    """Neither absolute words nor hedges tell whether a statement is true."""
    items = [item for item in _items(deck) if isinstance(item, TrueFalse)]
    true = sum(item.answer for item in items) / max(len(items), 1)
    for language in LANGUAGES:
        facts = language_facts(language)
        for listed, answer, share in ((facts.absolutes, False, 1 - true), (facts.hedges, True, true)):
            told = [item for item in items if words(item.stem[language]) & listed]
            same = [item.id for item in told if item.answer is answer]
            only = len(told) >= 3 and len(same) == len(told)
            if only or is_more_than_chance(len(same), [share] * len(told)):
                yield Finding(rule="statements", where="items", problem=_worded(language, same, len(told), answer))


def _worded(language: str, same: Sequence[str], total: int, answer: bool) -> Text:
    number, items = len(same), ", ".join(same)
    if answer:
        return say(
            "True are {number} of {total} statements with may, often or the like ({language}): {items}.",
            number=number, total=total, language=language, items=items,
        )  # fmt: skip
    return say(
        "False are {number} of {total} statements with always, every or the like ({language}): {items}.",
        number=number, total=total, language=language, items=items,
    )  # fmt: skip


RULES = (giveaways, echoes, statements)
