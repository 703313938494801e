"""Rules about what is asked: one right answer, wrong ones that are wrong, gaps that are gaps, at every seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from grader.course import Course
from grader.errors import CourseError
from grader.locale import LANGUAGES, say
from grader.quizzes.answers import is_close
from grader.quizzes.authored import PLACEHOLDER, ask
from grader.quizzes.deck import Deck
from grader.quizzes.expressions import names_in
from grader.quizzes.folding import fold
from grader.quizzes.generated import DISTRACTORS, ask_term, directions
from grader.quizzes.items import (
    BLANK,
    Choice,
    Cloze,
    Code,
    Matching,
    Numeric,
    OneChoice,
    Ordering,
    Reading,
    SeveralChoices,
)
from grader.quizzes.lint_entries import Entry, Finding, entries
from grader.quizzes.pictures import GENERATORS
from grader.quizzes.question import Calculate, Choose
from grader.text import Text

SEEDS = range(20)


def placeholders(deck: Deck, course: Course) -> Iterator[Finding]:
    """Each ``<<name>>`` has a parameter, and each parameter is used; only numbers have them."""
    for entry in entries(deck):
        used = {name for _, text in entry.texts for sentence in text.values() for name in PLACEHOLDER.findall(sentence)}
        params = set(entry.value.params) if isinstance(entry.value, Numeric) else set()
        for name in sorted(used - params):
            yield entry.finding("placeholders", say("`<<{name}>>` has no parameter.", name=name))
        if isinstance(entry.value, Numeric):
            yield from _expressions(entry, entry.value, params)


def _expressions(entry: Entry, item: Numeric, params: set[str]) -> Iterator[Finding]:
    try:
        needed = names_in(item.answer)
        spoken = needed.union(*(names_in(known.expr) for known in item.wrong))
    except CourseError as error:
        yield entry.finding("placeholders", error.message)
        return
    for name in sorted(spoken - params):
        yield entry.finding("placeholders", say("An expression speaks of `{name}`, which is no parameter.", name=name))
    for language, stem in item.stem.items():
        for name in sorted(needed - set(PLACEHOLDER.findall(stem))):
            problem = say("The answer depends on `{name}`, which the question in {language} does not tell.",
                          name=name, language=language)  # fmt: skip
            yield entry.finding("placeholders", problem)


def numbers(deck: Deck, course: Course) -> Iterator[Finding]:
    """At 20 seeds every number can be computed, and no wrong value is within tolerance of the right one, or another."""
    for entry in entries(deck):
        if isinstance(entry.value, Numeric):
            found: dict[str, Text] = {}
            for seed in SEEDS:
                for fault, problem in _number_faults(entry.value, seed, deck):
                    found.setdefault(fault, problem)  # one seed is enough to show it
            yield from (entry.finding("numbers", problem) for problem in found.values())


def _number_faults(item: Numeric, seed: int, deck: Deck) -> Iterator[tuple[str, Text]]:
    """What is wrong with one seed's numbers: a name for the fault, and a sentence."""
    try:
        form = ask(item, seed, deck.quantities).form
    except CourseError as error:
        yield str(error.message), error.message
        return
    if not isinstance(form, Calculate):
        raise TypeError(form)
    exprs, values = [known.expr for known in item.wrong], [known.value for known in form.wrong]
    for expr, value in zip(exprs, values, strict=True):
        if _is_like(value, form.value, form):
            yield (
                expr,
                say(
                    "With seed {seed} the wrong value `{expr}` is within tolerance of the right one.",
                    seed=seed,
                    expr=expr,
                ),
            )
    for (one, first), (other, second) in combinations(zip(exprs, values, strict=True), 2):
        if _is_like(first, second, form):
            yield (
                f"{one} {other}",
                say(
                    "With seed {seed} the wrong values `{one}` and `{other}` are the same.",
                    seed=seed,
                    one=one,
                    other=other,
                ),
            )


def _is_like(one: float, other: float, form: Calculate) -> bool:
    return is_close(one, other, form) or is_close(other, one, form)


def choices(deck: Deck, course: Course) -> Iterator[Finding]:
    """The right number of right options, all of them different, and each wrong one with its why."""
    for entry in entries(deck):
        item = entry.value
        if not isinstance(item, OneChoice | SeveralChoices | Reading):
            continue
        right = [choice for choice in item.choices if choice.right]
        if not right or (len(right) > 1 and not isinstance(item, SeveralChoices)):
            yield entry.finding("choices", say("{number} of its options are right.", number=len(right)))
        for choice in item.choices:
            if not choice.right and choice.why is None:
                yield entry.finding("choices", say("The wrong option «{option}» has no why.", option=choice.text))
            if choice.right and (choice.misconception or (choice.why and not isinstance(item, SeveralChoices))):
                yield entry.finding(
                    "choices", say("The right option «{option}» has a why or a misconception.", option=choice.text)
                )
        yield from _also_right(entry, item.choices, deck)


def _also_right(entry: Entry, listed: tuple[Choice, ...], deck: Deck) -> Iterator[Finding]:
    """Two options that say the same, or of which one is a synonym of the other."""
    for one, other in combinations(listed, 2):
        for language in LANGUAGES:
            texts = [" ".join(choice.text.in_language(language).casefold().split()) for choice in (one, other)]
            owners = {deck.glossary.owners.get(fold(text)) for text in texts}
            is_synonym = len(owners) == 1 and None not in owners
            if texts[0] == texts[1] or (is_synonym and one.right != other.right):
                yield entry.finding(
                    "choices", say("«{one}» and «{other}» are the same answer.", one=one.text, other=other.text)
                )
                break


def different_parts(deck: Deck, course: Course) -> Iterator[Finding]:
    """Steps to order, and either side of pairs to match, are all different."""
    for entry in entries(deck):
        item = entry.value
        sides: list[tuple[Text, ...]] = []
        if isinstance(item, Ordering):
            sides = [item.steps]
        if isinstance(item, Matching):
            sides = [tuple(pair.left for pair in item.pairs), tuple(pair.right for pair in item.pairs)]
        for side in sides:
            for language in LANGUAGES:
                if len({text.in_language(language).casefold() for text in side}) < len(side):
                    yield entry.finding(
                        "different-parts", say("Two of its parts are the same in {language}.", language=language)
                    )


def gaps(deck: Deck, course: Course) -> Iterator[Finding]:
    """Exactly one gap where there must be one."""
    for entry in entries(deck):
        item = entry.value
        if isinstance(item, Cloze) and any(sentence.count(BLANK) != 1 for sentence in item.stem.values()):
            yield entry.finding("gaps", say("The sentence must have exactly one gap, {blank}.", blank=BLANK))
        if isinstance(item, Code) and item.code.count(BLANK) != 1:
            yield entry.finding("gaps", say("The code must have exactly one gap, {blank}.", blank=BLANK))


def pictures(deck: Deck, course: Course) -> Iterator[Finding]:
    """Curves that can be drawn."""
    for entry in entries(deck):
        if isinstance(entry.value, Reading):
            for name in entry.value.picture.curves:
                if name not in GENERATORS:
                    yield entry.finding(
                        "pictures",
                        say("No curve is called `{name}`; known are {known}.", name=name, known=", ".join(GENERATORS)),
                    )


def generated(deck: Deck, course: Course) -> Iterator[Finding]:
    """Every term can be asked about with wrong options that are wrong, and its definition does not name it."""
    for entry in entries(deck):
        if entry.where.startswith("glossary"):
            term_id = entry.where.partition(": ")[2]
            yield from (entry.finding("generated", problem) for problem in _generated(deck, term_id))


def _generated(deck: Deck, term_id: str) -> Iterator[Text]:
    term = deck.glossary[term_id]
    for language in LANGUAGES:
        words = f" {' '.join(fold(word) for word in term.definition.in_language(language).split())} "
        name = " ".join(fold(word) for word in term.term.in_language(language).split())
        if f" {name} " in words:
            yield say("Its definition in {language} names the term itself.", language=language)
    for direction in directions(deck.glossary, term_id):
        question = ask_term(deck.glossary, term_id, direction, 0)
        if question is None or not isinstance(question.form, Choose):
            continue
        options = question.form.options
        shown = {language: {option.text.in_language(language) for option in options} for language in LANGUAGES}
        if len(options) != DISTRACTORS + 1 or any(len(texts) != len(options) for texts in shown.values()):
            yield say("Asked as {direction} it has fewer than four different options.", direction=direction)


RULES = (placeholders, numbers, choices, different_parts, gaps, pictures, generated)
