"""A glossary term, a direction and a seed become a `Question` whose wrong options are other terms, never synonyms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

from grader.locale import LANGUAGES, same, say
from grader.quizzes.folding import fold
from grader.quizzes.glossary import Glossary, Term
from grader.quizzes.items import BLANK
from grader.quizzes.question import Choose, Option, Question, Write
from grader.text import Text

NAMING = ("definition_to_term", "formula_to_term", "code_to_term", "cloze")
"""Directions in which the term has to be found."""
EXPLAINING = ("term_to_definition", "term_to_formula")
"""Directions in which the term is given."""
DIRECTIONS = (*EXPLAINING, *NAMING)
DISTRACTORS = 3


def directions(glossary: Glossary, term_id: str) -> tuple[str, ...]:
    """The directions in which this term can be asked."""
    term = glossary[term_id]
    possible = ["term_to_definition", "definition_to_term"]
    if term.formulas:
        possible.append("formula_to_term")
        if len(distractors(glossary, term_id, formulas)) == DISTRACTORS:
            possible.append("term_to_formula")
    if term.code and not _is_named_in(term, term.code):
        possible.append("code_to_term")
    if gap(glossary, term_id) is not None:
        possible.append("cloze")
    return tuple(direction for direction in DIRECTIONS if direction in possible)


def ask_term(glossary: Glossary, term_id: str, direction: str, seed: int) -> Question | None:
    """The question, or None where the term cannot be asked in this direction."""
    if direction not in directions(glossary, term_id):
        return None
    term = glossary[term_id]
    chance = Random(f"{term_id}/{direction}:{seed}")
    form: Choose | Write
    if direction == "cloze":
        sentence = gap(glossary, term_id)
        stem = say("Which term is missing? {sentence}", sentence=sentence or "")
        form = Write(accept=term.term, also=tuple(name for language in LANGUAGES for name in term.names(language)))
    else:
        stem, shows = _asked(term, direction)
        form = _choice(glossary, term_id, shows, chance, _also_right(glossary, term, direction))
    return Question(
        card=f"term:{term_id}",
        item=f"{term_id}/{direction}",
        stem=stem,
        form=form,
        terms=(term_id,),
        exercise=term.exercises[0] if term.exercises else None,
        direction=direction,
        code=term.code if direction == "code_to_term" else None,
        formulas=term.formulas if direction == "formula_to_term" else (),
    )


def _asked(term: Term, direction: str) -> tuple[Text, Callable[[Term], Text | None]]:
    """What is said, and what the options show of each term."""
    match direction:
        case "term_to_definition":
            return say("What does «{term}» mean?", term=term.term), lambda other: other.definition
        case "term_to_formula":
            return say("Which formula belongs to «{term}»?", term=term.term), formulas
        case "definition_to_term":
            return say("Which term is this? {definition}", definition=term.definition), lambda other: other.term
        case "formula_to_term":
            return say("Which term has this formula?"), lambda other: other.term
    return say("Which term does this line of code belong to?"), lambda other: other.term


def formulas(term: Term) -> Text | None:
    """The formulas of a term as one text, the same in every language; None where it has none."""
    written = ",  ".join(f"${latex}$" for latex in term.formulas)
    return same(written) if written else None


def _choice(
    glossary: Glossary, term_id: str, shows: Callable[[Term], Text | None], chance: Random, beside: frozenset[str]
) -> Choose:
    """The right option among wrong ones, none of which is in `beside`: terms that would be right as well."""
    wrong = [other for other in distractors(glossary, term_id, shows, most=len(glossary.terms)) if other not in beside]
    options = [
        Option(text=text, right=other == term_id, why=None if other == term_id else _told_apart(glossary[other], shows))
        for other in (term_id, *wrong[:DISTRACTORS])
        if (text := shows(glossary[other])) is not None
    ]
    return Choose(tuple(chance.sample(options, len(options))))


def _also_right(glossary: Glossary, term: Term, direction: str) -> frozenset[str]:
    """Terms that the same line of code names: ``SGD(momentum=0.9)`` is SGD too."""
    if direction != "code_to_term" or term.code is None:
        return frozenset()
    return frozenset(other for other, entry in glossary.terms.items() if _is_named_in(entry, term.code))


def _is_named_in(term: Term, code: str) -> bool:
    folded = fold(code)
    return any(len(name) > 2 and name in folded for name in term.folded_names)


def _told_apart(other: Term, shows: Callable[[Term], Text | None]) -> Text:
    """What the wrong option is instead: its name where its meaning was shown, else its meaning."""
    if shows(other) == other.term:
        return say("{term}: {definition}", term=other.term, definition=other.definition)
    return say("That is {term}.", term=other.term)


def distractors(
    glossary: Glossary, term_id: str, shows: Callable[[Term], Text | None], most: int = DISTRACTORS
) -> tuple[str, ...]:
    """Terms to stand beside the right one: confusable ones, then of its group, then related, then any.

    Among each, those of its kind and of like length first; never one that shares a name or what is shown.
    """
    term = glossary[term_id]
    shown = shows(term)
    sources: tuple[Iterable[str], ...] = (
        term.confusable,
        glossary.groups[term.group],
        term.related,
        glossary.terms,
    )
    chosen: list[str] = []
    for is_same_kind in (True, False):
        for place, source in enumerate(sources[: 3 if is_same_kind else 4]):
            fitting = [
                other
                for other in source
                if other not in chosen
                and (glossary[other].kind == term.kind or not is_same_kind or place == 0)
                and _is_other(term, glossary[other], shown, shows(glossary[other]))
            ]
            if place and shown is not None:
                fitting.sort(key=lambda other: _unlike(shown, shows(glossary[other])))
            chosen += fitting
    return tuple(chosen[:most])


def _is_other(term: Term, other: Term, shown: Text | None, shown_there: Text | None) -> bool:
    if other is term or shown_there is None or shown_there == shown:
        return False
    return not term.folded_names & other.folded_names


def _unlike(shown: Text, shown_there: Text | None) -> float:
    """How far apart two texts are in length, as the greater ratio over the languages."""
    if shown_there is None:
        return float("inf")
    ratios = [len(shown_there[language]) / len(shown[language]) for language in shown]
    return max(max(ratio, 1 / ratio) for ratio in ratios)


def gap(glossary: Glossary, term_id: str) -> Text | None:
    """A sentence about another term in which this one is blanked out, in every language; None where there is none."""
    for other_id, other in glossary.terms.items():
        if other_id != term_id:
            blanked = {language: _blanked(other, glossary[term_id], language) for language in LANGUAGES}
            if all(blanked.values()):
                return Text({language: sentence or "" for language, sentence in blanked.items()})
    return None


def _blanked(other: Term, term: Term, language: str) -> str | None:
    """`other`, then its definition with the term's name blanked: only where the name stands there exactly once."""
    name, sentence = term.term.in_language(language), other.definition.in_language(language)
    found = re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", sentence, re.IGNORECASE)
    if len(found) != 1 or fold(other.term.in_language(language)) == fold(name):
        return None
    blanked = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", BLANK, sentence, count=1, flags=re.IGNORECASE)
    return f"{other.term.in_language(language)}: {blanked}"
