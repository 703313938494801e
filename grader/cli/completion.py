"""What TAB offers for a word half typed, and the line with which a shell learns to ask for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.common import Settings, spoken
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course import Course
    from grader.quizzes.deck import Deck

STARTUP = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
"""Each shell that can ask, and the file in the home folder that it reads as it starts."""


def complete_exercise(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Exercises whose number or name begins so, or files where a path was begun; none of them is opened."""
    if os.sep in incomplete:
        return [CompletionItem(incomplete, type="file")]
    course = _course(context)
    offered = []
    for number, folder in sorted(course.folders.items()) if course else ():
        slug = folder.name.partition("_")[2]
        if str(number).startswith(incomplete):
            offered.append(CompletionItem(str(number), help=slug))
        elif slug.startswith(incomplete):
            offered.append(CompletionItem(slug, help=str(number)))
    return offered


def complete_term(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Terms of the glossary whose id begins so, or their name in the reader's language with hyphens for spaces."""
    deck = _deck(context)
    if deck is None or context.params.get(parameter.name or ""):  # of a name in several words, only the first
        return []
    offered = []
    for term_id, term in deck.glossary.terms.items():
        name = spoken(term.term)
        words = (term_id, name.casefold().replace(" ", "-"))
        begun = next((word for word in words if word.startswith(incomplete.casefold())), None)
        if begun is not None:
            offered.append(CompletionItem(begun, help=name))
    return offered


def complete_topic(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a quiz can be about: exercises and topics, and terms once a word is begun."""
    deck = _deck(context)
    topics = deck.topics if deck is not None else {}
    offered = [
        *complete_exercise(context, parameter, incomplete),
        *(CompletionItem(name, help=spoken(title)) for name, title in topics.items() if name.startswith(incomplete)),
        *(complete_term(context, parameter, incomplete) if incomplete else ()),
    ]
    return list({item.value: item for item in offered}.values())


def complete_belief(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Misconceptions of the exercise named before, but for those already named."""
    course, which = _course(context), context.params.get("which")
    if course is None or not which:
        return []
    try:
        known = course.exercise(which).misconceptions
    except (GraderError, OSError):
        return []
    named = context.params.get(parameter.name or "") or ()
    return [
        CompletionItem(one.id, help=" ".join(spoken(one.belief).split()))
        for one in known
        if one.id.startswith(incomplete) and one.id not in named
    ]


def _course(context: click.Context) -> Course | None:
    """None where it cannot be opened: a shell has no place for a sentence in the middle of a line."""
    from grader.course import open_course

    settings = context.find_object(Settings) or Settings()
    try:
        return open_course(settings.course_folder)
    except (GraderError, OSError):
        return None


def _deck(context: click.Context) -> Deck | None:
    course = _course(context)
    if course is None:
        return None
    from grader.cli.quiz import deck_of

    try:
        return deck_of(course)
    except (GraderError, OSError):
        return None


def shell_line(shell: str) -> str:
    """The line that teaches `bash`, `zsh` or `fish` to complete `grade`."""
    if shell == "fish":
        return "_GRADE_COMPLETE=fish_source grade | source"
    return f'eval "$(_GRADE_COMPLETE={shell}_source grade)"'


def is_taught(shell: str, home: Path) -> bool:
    """Whether the shell's startup file already holds such a line."""
    try:
        return "_GRADE_COMPLETE=" in (home / STARTUP[shell]).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
