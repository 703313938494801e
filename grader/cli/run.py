"""Runs one command line: every error the program raises on purpose is caught here, once."""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from gettext import gettext as _
from pathlib import Path

import click

from grader import __version__
from grader.cli import COMMANDS, LazyGroup
from grader.cli.common import Settings, common_options, tell
from grader.cli.echo import echo
from grader.errors import GraderError, UsageError
from grader.locale import say
from grader.locale.system import problem_of

INTERRUPTED = 130
BROKEN = 5

SECTIONS = {
    _("To learn"): ("exercise", "watch", "list", "show", "hint", "trace", "solution", "quiz", "glossary"),
    _("Your files"): ("init", "reset", "restore"),
    _("To begin"): ("demo", "doctor"),
    _("To teach"): ("class", "report", "regrade", "appeal", "export", "note", "forget", "purge"),
    _("To write exercises"): ("verify", "variant", "new", "draft", "release"),
}

SUMMARIES = {
    "exercise": _("Grade your file for one exercise."),
    "watch": _("Grade again at every save."),
    "list": _("List the exercises and how far you are."),
    "show": _("Show an exercise's brief."),
    "hint": _("Give a hint, one level deeper each time."),
    "trace": _("Show your run beside the expected one, step by step."),
    "solution": _("Show the solution beside yours, after you pass."),
    "init": _("Lay out your own copy of the course."),
    "reset": _("Start an exercise over; your file is backed up."),
    "restore": _("Bring back a file from its backups."),
    "quiz": _("Answer questions on the glossary's terms."),
    "glossary": _("Look a term up."),
    "demo": _("See a wrong attempt graded and explained."),
    "doctor": _("Say what is missing on this machine."),
    "class": _("Grade a folder of submissions."),
    "report": _("Write the class pages again from the store."),
    "regrade": _("Grade a class again and say who moved."),
    "appeal": _("Keep a student's objection and its answer."),
    "export": _("Write grades as another system reads them."),
    "forget": _("Erase a learner."),
    "purge": _("Erase what is older than a day."),
    "note": _("Write one sentence to all who answer alike."),
    "draft": _("Draft a catalogue's entry for those who answer alike."),
    "verify": _("Prove an exercise's checks."),
    "variant": _("Print a known-wrong variant of a reference."),
    "new": _("Lay out a new exercise."),
    "release": _("Write the learners' copy of the course."),
}


class Commands(LazyGroup):
    """The group as `grade --help` shows it: by reader, without importing a command."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in sections."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, SUMMARIES[name]) for name in names if name in COMMANDS])


@click.command(
    "grade",
    cls=Commands,
    invoke_without_command=True,
    no_args_is_help=False,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("[COMMAND] ..."),
)
@click.version_option(__version__, "--version", prog_name="descenso", message="%(prog)s %(version)s")
@common_options
@click.pass_context
def grade(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        from grader.cli.progress import overview

        overview()


grade.help = _("Exercises that grade themselves. Alone, `grade` says where you are and what is next.")


def run() -> int:  # noqa: PLR0911  (one return a way to end)
    """Run ``sys.argv`` and give the exit code."""
    _prepare_streams()
    try:
        _check_folder()
        result = grade.main(prog_name="grade", standalone_mode=False, obj=Settings())
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except GraderError as error:
        tell(error)
        return error.exit_code
    except click.Abort:  # click has ended the line already
        return INTERRUPTED
    except KeyboardInterrupt:
        echo(err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the latter is click's answer to a reader who has gone
        _write_no_more()
        return 0
    except Exception as error:
        if os.environ.get("GRADE_DEBUG"):
            raise
        tell(_our_fault(error))
        _write_no_more()
        return BROKEN
    return result if isinstance(result, int) else 0


def _check_folder() -> None:
    try:
        os.getcwd()
    except OSError:
        raise UsageError(say("The folder you are in no longer exists."), say("Go to another one: cd ~")) from None


def _write_no_more() -> None:
    """Nobody reads any more, or nothing can be written: the interpreter's last flush must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _our_fault(error: Exception) -> GraderError:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return GraderError(say("The output cannot be written: {problem}.", problem=problem_of(error)))
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    return GraderError(
        say(
            "The grader itself broke ({problem} at {place}); it is not your fault, and your files are untouched.",
            problem=f"{type(error).__name__}: {str(error)[:300]}",
            place=place,
        ),
        say("Set GRADE_DEBUG=1 to see the details, and report them."),
    )


def _prepare_streams() -> None:
    """Characters a terminal cannot show become plain ones instead of an error."""
    codecs.register_error("plain", _plainer)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  (open as long as the process)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")


_PLAIN = {
    "«": '"', "»": '"', "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "—": "-", "–": "-", "·": "-", "×": "x",
    "−": "-", "¿": "", "¡": "", "→": "->", "≤": "<=", "≥": ">=", "•": "*", "✓": "+", "✗": "x", "○": "-", "▸": ">",
    "▌": "|", "│": "|", "┃": "|", "┊": ":", "─": "-", "━": "-", "█": "#", "░": ".",
}  # fmt: skip
"""Marks, among them those that rich draws quotations and tables with, where an encoding lacks them."""


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = [_plain(character) for character in error.object[error.start : error.end]]
    return "".join(plain), error.end


def _plain(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    stripped = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return stripped if stripped.isascii() else "?"
