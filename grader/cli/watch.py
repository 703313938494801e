"""`grade watch`: the file is graded at every save, and keys lead on."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

import click

from grader.cli.common import common_options, trusted_course
from grader.cli.completion import complete_exercise
from grader.cli.exercise import read_submission
from grader.cli.locate import Found, locate
from grader.course import Course
from grader.errors import UsageError
from grader.keeping import open_journal
from grader.locale import say
from grader.telling.way import next_number


@click.command(help=_("Grade your file again at every save; keys lead on. Without an exercise, the next one to do."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option("--file", "-f", "file", metavar=_("FILE"), help=_("Watch this file."))
@click.option("--poll", is_flag=True, help=_("Look at the file instead of waiting for the system to report a save."))
@click.option(
    "--html",
    metavar=_("FILE"),
    type=click.Path(path_type=Path),
    help=_("Keep the report as a page that renews itself."),
)
@common_options
def watch(which: str | None, file: str | None, poll: bool, html: Path | None) -> None:
    course = trusted_course()
    found = _found(course, which, file)
    read_submission(found.path)  # a wrong path is told before anything starts
    from grader.cli.watching import Watch

    with _ended_in_order():
        Watch(course, found, poll, html).run()


def _found(course: Course, which: str | None, file: str | None) -> Found:
    """What is named, or where one stands, or the next exercise to do."""
    if which is None and file is None:
        with contextlib.suppress(UsageError):
            return locate(course, None, None)
        which = str(next_number(course, open_journal(course).progress()) or min(course.folders))
    found = locate(course, which, file)
    if found.path is None:
        raise UsageError(
            say("Standard input cannot be watched."), say("Name a file, as in `grade watch 3 --file FILE`.")
        )
    return found


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """A closed terminal or a kill ends the watch as quitting does, with nothing left running."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
