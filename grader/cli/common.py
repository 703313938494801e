"""What every command shares: its options, the trusted course, the learner's folder, and how an error is told."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.cleaning import json_shown
from grader.cli.echo import echo
from grader.cli.language import language
from grader.errors import GraderError
from grader.locale import LANGUAGES, say
from grader.text import Text

if TYPE_CHECKING:
    from grader.course import Course

NARROWEST, WIDEST = 24, 100
"""No line is wider, however wide the terminal: it could not be read. Nor is any narrower."""

_UNBROKEN = "\u00a0"
_ASCII_MARKS = str.maketrans("✓✗○", "+x-")

Command = TypeVar("Command", bound=Callable[..., Any])


class Settings:
    """What the options shared by all commands said; the last one given wins."""

    def __init__(self) -> None:
        self.course_folder: Path | None = None


def common_options(command: Command) -> Command:
    """``--lang`` and ``--course``, which stand on `grade` and on every command alike."""
    lang = click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_ignore,
        help=_("Language of every sentence; otherwise GRADE_LANG, then the locale."),
    )
    course = click.option(
        "--course",
        type=click.Path(path_type=Path),
        expose_value=False,
        is_eager=True,
        callback=_keep_course,
        envvar="GRADE_COURSE",
        metavar=_("DIR"),
        help=_("Grade with this course instead of the installed one."),
    )
    return lang(course(command))


def trusted_course() -> Course:
    """The course whose checks may run: the one named by ``--course``, or the installed one."""
    from grader.course import open_course

    settings = click.get_current_context().find_object(Settings) or Settings()
    course = open_course(settings.course_folder)
    return course.with_drafts() if os.environ.get("GRADE_DRAFTS") == "1" else course


def spoken(text: Text) -> str:
    """A text in the reader's language."""
    return text.in_language(language())


def unbroken(words: str) -> str:
    """Words that `print_sentence` keeps on one line, so that they can be copied."""
    return words.replace(" ", _UNBROKEN)


def columns() -> int:
    """How wide a line may be: the terminal's width, or what COLUMNS says, as long as a line can be read.

    Some terminals and services say 0, which would leave room for nothing.
    """
    import shutil

    return max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))


def print_sentence(sentence: Text, first: str = "", rest: str = "") -> None:
    """Print a text in the reader's language, broken to the terminal between words, never inside a `command`.

    `first` stands before its first line, `rest` before the others.
    """
    import textwrap

    whole = re.sub(r"`[^`]+`", lambda command: unbroken(command[0]), spoken(sentence))
    lines = textwrap.wrap(
        whole, columns(), initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    # Left to choose, click takes an ASCII stream for a mistake and writes UTF-8.
    echo("\n".join(lines).replace(_UNBROKEN, " "), file=sys.stdout)


def tell(error: GraderError) -> None:
    """Print an error as one sentence, and beneath it what to do."""
    label = spoken(say("Error"))
    echo(f"{label}: {spoken(error.message)}", err=True)
    if error.hint is not None:
        echo(spoken(error.hint), err=True)


def print_json(encoded: bytes) -> None:
    """Write JSON, which is UTF-8 whatever the terminal's encoding is, and acts on no terminal."""
    sys.stdout.flush()
    sys.stdout.buffer.write(json_shown(encoded.rstrip(b"\n")) + b"\n")
    sys.stdout.flush()


def wants_ascii() -> bool:
    """Whether the output can show no more than ASCII."""
    if os.environ.get("TERM") == "dumb":
        return True
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "✓✗·▸█".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def marked(sentence: str) -> str:
    """A sentence that explains the marks of checks and exercises, with those that the output really shows."""
    return sentence.translate(_ASCII_MARKS) if wants_ascii() else sentence


def wants_colour() -> bool:
    """Whether to colour: a terminal, and no NO_COLOR (whatever its value, unless empty)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _ignore(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """The language was chosen before the commands were imported."""


def _keep_course(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    settings = context.find_object(Settings)
    if value is not None and settings is not None:
        settings.course_folder = value


def tell_notices(notices: list[Text]) -> None:
    """Print what the journal has to say, after what was asked for."""
    for notice in notices:
        echo(spoken(notice), err=True)
