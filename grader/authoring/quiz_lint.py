"""A course's glossary and quiz items turned into one finding: their lint, as `grade quiz --lint` prints it."""

from __future__ import annotations

from grader.authoring.findings import Finding
from grader.course import Course
from grader.locale import say
from grader.quizzes.deck import load_deck
from grader.quizzes.glossary import FOLDER
from grader.quizzes.lint import lint
from grader.quizzes.lint_entries import Finding as Fault
from grader.text import Text


def quizzes_finding(course: Course) -> Finding:
    """Whether every rule of the lint holds; that a machine has no dictionaries is only a note."""
    if not (course.root / FOLDER).is_dir():
        return Finding(question="quizzes", title=say("quizzes"), summary=say("this course has none"))
    deck = load_deck(course.root)
    faults = lint(deck, course)
    return Finding(
        question="quizzes",
        title=say("quizzes"),
        summary=say("{terms} terms and {items} items", terms=len(deck.glossary.terms), items=len(deck.bank.items)),
        objections=tuple(_told(fault) for fault in faults if not fault.is_unchecked),
        notes=tuple(_told(fault) for fault in faults if fault.is_unchecked),
    )


def _told(fault: Fault) -> Text:
    return say("{where}: [{rule}] {problem}", where=fault.where, rule=fault.rule, problem=fault.problem)
