"""A deck becomes the list of what is wrong with it: each rule looks at every entry, and none stops at the first."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from grader import formula
from grader.course import Course
from grader.errors import CourseError
from grader.locale import LANGUAGES, say
from grader.quizzes import lint_cues, lint_questions
from grader.quizzes.deck import Deck
from grader.quizzes.glossary import Term
from grader.quizzes.items import AnyItem, misconceptions_in
from grader.quizzes.lint_entries import Entry, Finding, code_spans, comparable, entries, formula_spans, outside_code
from grader.quizzes.spelling import misspelled
from grader.text import Text

SOURCE = "en"
"""The language in which entries are first written."""

Rule = Callable[[Deck, Course], Iterator[Finding]]


def lint(deck: Deck, course: Course, *, spelling: bool = True) -> tuple[Finding, ...]:
    """Everything that is wrong, rule by rule. `spelling` needs dictionaries and takes seconds; all else is quick."""
    found = [finding for rule in RULES for finding in rule(deck, course)]
    if spelling:
        found += misspelled(entries(deck), deck, course.root / "quizzes")
    return tuple(found)


def source_hash(sentences: Iterable[str]) -> str:
    """What `translated_from` holds: eight hexadecimal digits of all that an entry says in the source language."""
    return blake2b("\n".join(sentences).encode(), digest_size=4).hexdigest()


def languages(deck: Deck, course: Course) -> Iterator[Finding]:
    """Every sentence stands in every language, and in no other; so does every list of accepted words."""
    for entry in entries(deck):
        for place, text in entry.texts:
            if set(text) != set(LANGUAGES):
                yield entry.finding(
                    "languages", say("{place} must stand in {languages}.", place=place, languages=_named(LANGUAGES))
                )
        accept = getattr(entry.value, "accept", None)
        expected = set(LANGUAGES) if not isinstance(entry.value, Term) else set(accept or ()) & set(LANGUAGES)
        if isinstance(accept, dict) and set(accept) != expected:
            problem = say("{place} must stand in {languages}.", place="accept", languages=_named(LANGUAGES))
            yield entry.finding("languages", problem)


def same_formulas(deck: Deck, course: Course) -> Iterator[Finding]:
    """The same formulas, code and parameters stand in every language of a sentence."""
    for entry in entries(deck):
        for place, text in entry.texts:
            formulas = _by_language(text, lambda sentence: [comparable(latex) for latex in formula_spans(sentence)])
            if formulas:
                problem = say("{place} has other formulas in each language ({shown}).", place=place, shown=formulas)
                yield entry.finding("same-formulas", problem)
            code = _by_language(text, code_spans)
            if code:
                problem = say("{place} has other code in each language ({shown}).", place=place, shown=code)
                yield entry.finding("same-formulas", problem)


def _by_language(text: Text, listed: Callable[[str], list[str]]) -> str:
    """What `listed` finds in each language, where that differs; else nothing."""
    found = {language: sorted(listed(sentence)) for language, sentence in text.items()}
    if len({tuple(one) for one in found.values()}) < 2:
        return ""
    return "; ".join(f"{language}: {', '.join(one) or '–'}" for language, one in found.items())


def readable_formulas(deck: Deck, course: Course) -> Iterator[Finding]:
    """Every formula is in the subset, has MathML, and no dollar is left over."""
    for entry in entries(deck):
        latex = [
            formula_ for _, text in entry.texts for sentence in text.values() for formula_ in formula_spans(sentence)
        ]
        if isinstance(entry.value, Term):
            latex += entry.value.formulas
        for one in dict.fromkeys(latex):
            try:
                formula.to_unicode(one)
                formula.to_mathml(one)
            except CourseError as error:
                yield entry.finding("readable-formulas", error.message)
        for place, text in entry.texts:
            if any("$" in formula.in_prose(outside_code(sentence), lambda _: "") for sentence in text.values()):
                yield entry.finding(
                    "readable-formulas", say("{place} has a dollar that belongs to no formula.", place=place)
                )


def control_characters(deck: Deck, course: Course) -> Iterator[Finding]:
    r"""No control character: in a basic TOML string ``\beta`` is a backspace and ``eta``."""
    for entry in entries(deck):
        strings = [(place, sentence) for place, text in entry.texts for sentence in text.values()]
        strings += [("latex", latex) for latex in (entry.value.formulas if isinstance(entry.value, Term) else ())]
        code = getattr(entry.value, "code", None)
        strings += [("code", code)] if code else []
        for place, string in strings:
            found = sorted({f"U+{ord(character):04X}" for character in string if _is_control(character)})
            if place == "latex" and "\n" in string:
                found.append("U+000A")
            if found:
                problem = say(
                    "{place} holds {found}: write it between single quotes.", place=place, found=", ".join(found)
                )
                yield entry.finding("control-characters", problem)


def _is_control(character: str) -> bool:
    return unicodedata.category(character).startswith("C") and character != "\n"


def stale_translations(deck: Deck, course: Course) -> Iterator[Finding]:
    """The translations were made from the sentences that stand there now."""
    for entry in entries(deck):
        now = source_hash(text[SOURCE] for _, text in sorted(entry.texts) if SOURCE in text)
        if entry.value.translated_from != now:
            problem = say(
                "The English has changed since its translation; once they fit again, set translated_from = '{hash}'.",
                hash=now,
            )
            yield entry.finding("stale-translation", problem)


def unique_ids(deck: Deck, course: Course) -> Iterator[Finding]:
    """No two items share an id, and no two terms a name."""
    seen: set[str] = set()
    for topic in deck.bank.topics:
        for item in topic.items:
            if item.id in seen:
                yield Finding(
                    rule="unique-ids", where=f"{topic.path.name}: {item.id}", problem=say("This id stands twice.")
                )
            seen.add(item.id)
    owners: dict[str, str] = {}
    for term_id, term in deck.glossary.terms.items():
        for name in sorted(term.folded_names):
            if owners.setdefault(name, term_id) != term_id:
                yield Finding(
                    rule="unique-ids", where=f"glossary.toml: {term_id}",
                    problem=say("Its name «{name}» is also one of {other}.", name=name, other=owners[name]),
                )  # fmt: skip


def references(deck: Deck, course: Course) -> Iterator[Finding]:
    """Terms, exercises and misconceptions that are named exist."""
    catalogues: dict[str, set[str]] = {}
    known = {item.id for topic in deck.bank.topics for item in topic.items}
    for entry in entries(deck):
        value = entry.value
        numbers = value.exercises if isinstance(value, Term) else (value.exercise,)
        for number in numbers:
            if number is not None and number not in course.folders:
                yield entry.finding("references", say("There is no exercise {number}.", number=number))
        if isinstance(value, Term):
            continue
        for term_id in value.terms:
            if term_id not in deck.glossary:
                yield entry.finding("references", say("There is no term {term}.", term=term_id))
        for item_id in value.never_with:
            if item_id not in known or item_id == value.id:
                yield entry.finding(
                    "references", say("`never_with` names {item}, which is no other item.", item=item_id)
                )
        yield from _misconceptions(entry, value, course, catalogues)


def _misconceptions(entry: Entry, item: AnyItem, course: Course, catalogues: dict[str, set[str]]) -> Iterator[Finding]:
    for named in misconceptions_in(item):
        folder, _, misconception = named.partition(":")
        if folder not in catalogues:
            catalogues[folder] = _catalogue(course, folder)
        if misconception not in catalogues[folder]:
            yield entry.finding("references", say("There is no misconception {id}.", id=named))


def _catalogue(course: Course, folder: str) -> set[str]:
    if folder not in {path.name for path in course.folders.values()}:
        return set()
    try:
        return {misconception.id for misconception in course.exercise(folder).misconceptions}
    except CourseError:  # `verify` says what is wrong with the exercise itself
        return set()


def titles(deck: Deck, course: Course) -> Iterator[Finding]:
    """Every topic and every group is called something in every language."""
    for name, title in deck.topics.items():
        if set(title) != set(LANGUAGES) or all(written == name for written in title.values()):
            problem = say("{place} must stand in {languages}.", place=name, languages=_named(LANGUAGES))
            yield Finding(rule="titles", where="topics.toml", problem=problem)


def _named(codes: tuple[str, ...]) -> str:
    return ", ".join(codes)


RULES: tuple[Rule, ...] = (
    languages,
    same_formulas,
    readable_formulas,
    control_characters,
    stale_translations,
    unique_ids,
    references,
    titles,
    *lint_questions.RULES,
    *lint_cues.RULES,
)
