"""`grade quiz --lint`: what is wrong with the glossary and the items, one line each, and an exit code."""

from __future__ import annotations

from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.course import Course
from grader.locale import say, say_many
from grader.quizzes.deck import load_deck
from grader.quizzes.lint import lint


def print_lint(course: Course) -> int:
    """Print every finding; 1 where one is a fault, else 0: what this machine cannot check is said, and is none."""
    deck = load_deck(course.root)
    findings = lint(deck, course)
    for finding in findings:
        echo(f"{finding.where}: [{finding.rule}] {spoken(finding.problem)}")
    asked = say("{terms} terms and {items} items", terms=len(deck.glossary.terms), items=len(deck.bank.items))
    faults = [finding for finding in findings if not finding.is_unchecked]
    if faults:
        echo(
            spoken(say_many("{number} finding in {asked}.", "{number} findings in {asked}.", len(faults), asked=asked))
        )
        return 1
    echo(spoken(say("Nothing is wrong with {asked}.", asked=asked)))
    return 0
