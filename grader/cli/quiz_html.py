"""`grade quiz --html DIR`: self-check pages and the glossary, written into a folder."""

from __future__ import annotations

from pathlib import Path

from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.cli.language import language
from grader.course import Course
from grader.errors import UsageError
from grader.feedback.quizzes import INDEX, quiz_pages
from grader.locale import say, say_many
from grader.locale.system import problem_of
from grader.quizzes.deck import Deck


def write_pages(deck: Deck, course: Course, folder: Path, seed: int) -> int:
    """Write every page; files of other names in the folder stay as they are."""
    pages = quiz_pages(deck, course.info.title, seed=seed, language=language())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            (folder / name).write_text(page, encoding="utf-8")
    except OSError as error:
        problem = problem_of(error)
        raise UsageError(say("{path} cannot be written: {problem}.", path=folder, problem=problem)) from None
    echo(
        spoken(say_many("{number} page; open {path}.", "{number} pages; open {path}.", len(pages), path=folder / INDEX))
    )
    return 0
