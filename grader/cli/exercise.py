"""`grade exercise` and `grade demo`: one file graded and told."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from grader.cli.common import (
    common_options,
    marked,
    print_json,
    print_sentence,
    spoken,
    tell_notices,
    trusted_course,
)
from grader.cli.completion import complete_exercise
from grader.cli.echo import echo
from grader.cli.kinds import WholeNumber
from grader.cli.language import language
from grader.cli.locate import Found, locate
from grader.cli.own_name import in_own_name
from grader.course import Course, Exercise, bundled_templates
from grader.errors import UsageError
from grader.keeping import keep, open_journal
from grader.locale import say
from grader.locale.system import problem_of
from grader.notebook_cells import read_bounded, unpacked
from grader.results import Outcome, Report
from grader.telling.way import Way, next_command, next_number
from grader.text import Text

if TYPE_CHECKING:
    from grader.grading import Examiner

EXIT_CODES = {
    Outcome.PASSED: 0,
    Outcome.FAILED: 1,
    Outcome.NOT_STARTED: 1,
    Outcome.BLOCKED: 1,
    Outcome.DID_NOT_LOAD: 3,
    Outcome.TIMED_OUT: 4,
    Outcome.CRASHED: 4,
    Outcome.GRADER_ERROR: 5,
}


@click.command(
    help=_("Grade your file for one exercise: a number, a name, or the file's path."),
    epilog=marked(_("A check marked ✓ holds, ✗ does not hold, ○ was not tried: one that it needs has failed.")),
)
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option("--file", "-f", "file", metavar=_("FILE"), help=_("Grade this file; - reads standard input."))
@click.option("--seed", type=WholeNumber(0, 2**31 - 1), metavar=_("N"), help=_("Replay the inputs of an earlier run."))
@click.option("--all-failures", is_flag=True, help=_("Show every failure in full, not only the first."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the report as one JSON object."))
@click.option("--html", metavar=_("FILE"), type=click.Path(path_type=Path), help=_("Write the report as a page, too."))
@click.option("--open", "open_page", is_flag=True, help=_("Open the page in the browser (with --html)."))
@common_options
def exercise(
    which: str | None,
    file: str | None,
    seed: int | None,
    all_failures: bool,
    as_json: bool,
    html: Path | None,
    open_page: bool,
) -> int:
    if open_page and html is None:
        raise UsageError(say("--open needs --html FILE: there is no page to open."))
    course = trusted_course()
    found = locate(course, which, file)
    content = read_submission(found.path)
    with _examiner(course, found.exercise) as examiner:
        report = examiner.grade(found.exercise, content, seed=seed)
        pictured = report if html is None else examiner.with_figures(report, found.exercise, content)
    notices = keep(report, found.exercise, course, datetime.now(UTC))
    if as_json:
        from grader.results import to_json

        print_json(to_json(report, indent=2))
    else:
        print_report(in_own_name(report, found), way_on(course, found), all_failures=all_failures)
        _warn_of_the_courses_own_file(found)
    tell_notices(notices)
    if html is not None:
        write_page(html, pictured, found, course)
        if open_page:
            click.launch(html.absolute().as_uri())
    return EXIT_CODES[report.outcome]


@click.command(help=_("Grade a bundled wrong attempt at Adam, to see what feedback looks like."))
@common_options
def demo() -> int:
    course = trusted_course()
    attempt = bundled_templates() / "demo_adam_step.py"
    chosen = course.exercise(3)
    with _examiner(course, chosen) as examiner:
        report = examiner.grade(chosen, attempt.read_bytes())
    echo(spoken(say("A learner wrote this step of Adam:")) + "\n")
    echo("\n".join("    " + line for line in _function_body(attempt.read_text(encoding="utf-8"))) + "\n")
    print_report(report, Way(chosen.manifest.title, "", ""))
    echo()
    legend = say("A check marked ✓ holds, ✗ does not hold, ○ was not tried: one that it needs has failed.")
    print_sentence(Text({code: marked(sentence) for code, sentence in legend.items()}))
    echo()
    print_sentence(say("Now yours: `grade init` lays out the course, `grade show 1` begins it."))
    return 0


def way_on(course: Course, found: Found) -> Way:
    """Where the learner goes from here; what the journal knows of decides what is next."""
    following = next_number(course, open_journal(course).progress(), after=found.exercise.number)
    return Way(found.exercise.manifest.title, found.shown, found.again, next_command(following))


def print_report(report: Report, way: Way, *, all_failures: bool = False) -> None:
    """Write a report to the terminal, in the reader's language."""
    from grader.cli.screen import console, glyphs
    from grader.feedback.terminal import TerminalReport

    TerminalReport(report, way, language(), glyphs=glyphs(), all_failures=all_failures).print_to(console())


def read_submission(path: Path | None) -> bytes:
    """The bytes of a learner's file, or of standard input for None; one clear sentence where there are none.

    Whatever is wrong with them is for the report to say.
    """
    content = _read(path)
    return content if path is None else unpacked(content, path.name)


def _read(path: Path | None) -> bytes:
    if path is None:
        return b"" if sys.stdin is None else _bounded(sys.stdin.buffer, "")
    if os.path.isdir(path):
        raise UsageError(
            say("{path} is a folder; a Python file was expected.", path=path), say("Give the file's own path.")
        )
    try:
        with path.open("rb") as file:
            return _bounded(file, path.name)
    except FileNotFoundError:
        raise UsageError(
            say("There is no file {path}.", path=path), say("Check the path, or run `grade init` for a fresh copy.")
        ) from None
    except OSError as error:
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None


def _bounded(file: IO[bytes], name: str) -> bytes:
    """What is graded of a file, which may be a pipe and have no end."""
    beginning = bytearray()

    def read(size: int) -> bytes:
        beginning.extend(file.read(size - len(beginning)))
        return bytes(beginning)

    return read_bounded(read, name).content


def write_page(path: Path, report: Report, found: Found, course: Course) -> None:
    """Write the report's page; raises `UsageError` where it cannot be written."""
    from grader.feedback.html import render_report
    from grader.telling.page import told

    named = in_own_name(report, found)
    way = way_on(course, found)
    try:
        page = told(named, found.exercise, course, way, datetime.now().astimezone())
        path.write_text(render_report(named, page, language=language()), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            say("The page {path} cannot be written: {problem}.", path=path, problem=problem_of(error))
        ) from None


def _warn_of_the_courses_own_file(found: Found) -> None:
    """Whoever edits the course's own starter changes what counts as untouched, and must be told."""
    path, exercise = found.path, found.exercise
    own = [exercise.folder / exercise.manifest.file, *map(exercise.starter_path, exercise.languages)]
    if path is not None and os.path.exists(path) and any(path.samefile(starter) for starter in own if starter.exists()):
        echo()
        echo(spoken(say("This file belongs to the course itself, so it always counts as the untouched starter.")))
        echo(spoken(say("Lay out a copy with `grade init DIR`, and work in it.")))


def _examiner(course: Course, chosen: Exercise) -> Examiner:
    """An examiner whose interpreters boot while this process goes on importing."""
    from grader.grading import Examiner

    examiner = Examiner(course)
    examiner.warm(chosen.manifest.runtime)
    return examiner


def _function_body(source: str) -> list[str]:
    """The attempt without its imports and docstring: what the reader should look at."""
    lines = source.rstrip().split("\n")
    start = next((i for i, line in enumerate(lines) if line.startswith("def ")), 0)
    return lines[start:]
