"""`grade export FORMAT`: a class's grades, or one report, as another system reads them; a command a format."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.echo import echo
from grader.cli.kinds import Moment, Number
from grader.cli.language import language
from grader.cli.policies import policy_of, policy_options, tell_without_effect
from grader.cli.teach import STORE, open_store
from grader.errors import IsolationError, UsageError
from grader.exports import format_called, format_names
from grader.exports.format import Asked, Format, Option, Source, Suite
from grader.exports.gradebook import Gradebook, Student, Written
from grader.locale import say, say_many
from grader.locale.system import problem_of
from grader.results import Report, report_from_json
from grader.text import Text
from grader.workspace import write_file

if TYPE_CHECKING:
    from grader.exports.formats.gradescope_autograder import Ingredients
    from grader.exports.questions import Sheet

TIERS = "ABCDEF"
MOST_NOTES, LONGEST_NOTE = 5, 300
Values = dict[str, Any]

_OUT = click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar=_("DIR"),
    help=_("Where results and pages are kept."),
)
_DB = click.option("--db", metavar=_("URL"), help=_("Read results from here instead, as in postgresql://host/class."))
_EXERCISES = click.option(
    "--exercise", "exercises", multiple=True, metavar=_("EXERCISE"), help=_("Export only this one (repeatable).")
)
_REPORT = click.option(
    "--report",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar=_("FILE"),
    help=_("One report, as grade exercise --json prints it; - reads standard input."),
)
_WEAKEST = click.option(
    "--weakest", type=click.Choice(list(TIERS)), help=_("Refuse a report that was graded behind less.")
)
OPTIONS: dict[Source, tuple[Callable[..., Any], ...]] = {
    "gradebook": (
        _OUT,
        _DB,
        _EXERCISES,
        click.option(
            "--roster",
            type=click.Path(path_type=Path),
            metavar=_("FILE"),
            help=_("A CSV file that says who is who; a gradebook downloaded from the other system is one."),
        ),
        click.option(
            "--excuse",
            multiple=True,
            metavar=_("LEARNER[=EXERCISE]"),
            help=_("Excuse a learner from one exercise or from all (repeatable)."),
        ),
        click.option(
            "--out-of",
            type=Number(0, 10_000, min_open=True),
            metavar=_("N"),
            help=_("Write every exercise's points out of this many."),
        ),
        click.option(
            "--before-penalty",
            is_flag=True,
            help=_("Write the points as they are before lateness costs any: the other system takes its own."),
        ),
        policy_options,
    ),
    "report": (_REPORT, _WEAKEST),
    "reports": (_REPORT, _WEAKEST, _OUT, _DB, _EXERCISES, policy_options),
    "ingredients": (click.option("--exercise", metavar=_("EXERCISE"), help=_("The exercise that it grades.")),),
    "sheet": (
        click.argument("topics", nargs=-1, metavar=_("[TOPIC]...")),
        click.option(
            "--variants",
            type=Number(1, 50),
            default=3,
            show_default=True,
            metavar=_("N"),
            help=_("Draw a question with parameters at most so many times, each time with other numbers."),
        ),
    ),
}
"""What can be said about each source of a format, whatever the format."""


class Formats(click.Group):
    """A command a format, made of what the format declares; none is imported before it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every format."""
        return format_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one format; None where there is none."""
        found = format_called(cmd_name)
        return None if found is None else _command(cmd_name, found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every format with all of its sentence."""
        with formatter.section(_("Formats")):
            formatter.write_dl([(name, found.summary) for name in format_names() if (found := format_called(name))])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in every group; for a word that is none, those there are are named."""
        if args[0] not in format_names():
            raise UsageError(
                say("There is no format {wanted}.", wanted=args[0]),
                say("Choose one of these: {known}.", known=", ".join(format_names())),
            )
        return super().resolve_command(ctx, args)


@click.command(
    cls=Formats,
    help=_("Write a class's grades, or one report, as another system reads them."),
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("FORMAT [OPTIONS]"),
)
@common_options
def export() -> None:
    """Each format is a command of its own."""


def _command(name: str, made: Format) -> click.Command:
    """One format's command: its own options, those of its source, and where the file goes."""

    def run(to: Path | None, **given: Any) -> None:
        own = {option.name.replace("-", "_"): given.pop(option.name.replace("-", "_")) for option in made.options}
        asked = Asked(language(), trusted_course(), own, os.environ, datetime.now(UTC))
        replaced = any(option.stands_in and own[option.name.replace("-", "_")] for option in made.options)
        source = None if replaced else SOURCES[made.source](given)
        _keep(made.write(source, asked), to, _beside(given) / made.file)

    decorated: Any = run
    # The last that decorates is the first in the help.
    for decorate in (
        common_options,
        _to,
        *reversed(OPTIONS[made.source]),
        *reversed([*map(_own_option, made.options)]),
    ):
        decorated = decorate(decorated)
    return click.command(name, help=made.summary, options_metavar=_("[OPTIONS]"))(decorated)


def _to(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--to",
        type=click.Path(path_type=Path, allow_dash=True),
        metavar=_("FILE"),
        help=_("Write this file; - writes to standard output. Otherwise a file beside the results."),
    )(command)


class _Content(click.Path):
    """A file of the user's, which arrives as its bytes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Read it; one clear sentence where it cannot be."""
        return _read(Path(value))


def _own_option(option: Option) -> Callable[..., Any]:
    kinds = {"text": None, "file": _Content(), "moment": Moment(["%Y-%m-%dT%H:%M:%S%z"], "2026-11-20T23:59:00+01:00")}
    kind = click.Choice(option.choices) if option.choices else kinds[option.kind]
    metavar = option.metavar or None
    return click.option(f"--{option.name}", type=kind, multiple=option.repeatable, help=option.help, metavar=metavar)


def _from_gradebook(given: Values) -> Gradebook:
    from grader.classroom.grades import gradebook
    from grader.classroom.matches import matches_of

    course = trusted_course()
    with open_store(given["out"], given["db"], must_exist=True) as store:
        policy = policy_of(given, store, course)
        book = gradebook(
            course,
            store,
            policy,
            roster=_roster(given["roster"]),
            only=[course.exercise(one).id for one in given["exercises"]],
            excused=[_excuse(each) for each in given["excuse"]],
            matches=matches_of(given["out"]),
        )
        tell_without_effect(store, policy)
        if given["before_penalty"]:
            book = book.before_penalty()
    _tell_of_a_second_penalty(book)
    return book if given["out_of"] is None else book.out_of(given["out_of"])


def _from_report(given: Values) -> Report:
    path: Path | None = given["report"]
    if path is None:
        raise UsageError(
            say("A report is needed: --report FILE."), say("`grade exercise N --json > report.json` writes one.")
        )
    content = sys.stdin.buffer.read() if str(path) == "-" else _read(path)
    try:
        report = report_from_json(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(say("{path} is not a report: {problem}.", path=path, problem=str(error))) from None
    _refuse_weak(report, given["weakest"])
    return report


def _refuse_weak(report: Report, weakest: str | None) -> None:
    tier = report.isolation.tier
    # "-" stands for a program of which nothing was run to an answer.
    if weakest and tier != "-" and tier not in TIERS[: TIERS.index(weakest) + 1]:
        raise IsolationError(
            say("This report was graded behind isolation of tier {tier}; at least {weakest} was asked for.",
                tier=tier, weakest=weakest),
            say("See `grade doctor` on the machine that graded it."),
        )  # fmt: skip


def _from_reports(given: Values) -> list[Suite]:
    if given["report"] is not None:
        return [Suite("", datetime.now(UTC), _from_report(given))]
    from grader.classroom.grades import suites

    course = trusted_course()
    with open_store(given["out"], given["db"], must_exist=True) as store:
        only = [course.exercise(one).id for one in given["exercises"]]
        found = list(suites(store, policy_of(given, store, course), only))
    for suite in found:
        _refuse_weak(suite.report, given["weakest"])
    return found


def _from_course(given: Values) -> Ingredients:
    from grader.cli.autograder_files import ingredients

    if given["exercise"] is None:
        raise UsageError(say("An autograder grades one exercise: name it with --exercise."))
    course = trusted_course()
    return ingredients(course, course.exercise(given["exercise"]))


def _from_quizzes(given: Values) -> Sheet:
    from grader.exports.questions import sheet_of
    from grader.quizzes.deck import load_deck

    course = trusted_course()
    return sheet_of(course.info.id, course.info.title, load_deck(course.root), given["topics"], int(given["variants"]))


SOURCES: dict[Source, Callable[[Values], Any]] = {
    "gradebook": _from_gradebook,
    "report": _from_report,
    "reports": _from_reports,
    "ingredients": _from_course,
    "sheet": _from_quizzes,
}


def _tell_of_a_second_penalty(book: Gradebook) -> None:
    """What another system does by itself to late work comes on top of what was done here."""
    lost = sum(grade.lost > 0 for grade in book.grades)
    extended = len({grade.student for grade in book.grades if grade.extended})
    if lost:
        echo(
            spoken(
                say_many(
                    "{number} grade is lower because it came late. A late policy of the other system would take points "
                    "a second time: switch it off there, or leave it to that system with --before-penalty.",
                    "{number} grades are lower because they came late. A late policy of the other system would take "
                    "points a second time: switch it off there, or leave it to that system with --before-penalty.",
                    lost,
                )
            ),
            err=True,
        )
    if extended:
        echo(
            spoken(
                say_many(
                    "{number} learner has an extension, and this file cannot tell the other system: give it there too, "
                    "or its late policy takes points.",
                    "{number} learners have an extension, and this file cannot tell the other system: give it there "
                    "too, or its late policy takes points.",
                    extended,
                )
            ),
            err=True,
        )


def _beside(given: Values) -> Path:
    """Where the file goes if nobody says: beside a class's results, where it was made from them."""
    out: Path | None = given.get("out")
    return out if out is not None and (out / STORE).is_file() and given.get("report") is None else Path()


def _keep(written: Written, to: Path | None, otherwise: Path) -> None:
    _tell_notes(written.notes, (otherwise if to is None or str(to) == "-" else to).with_suffix(".notes.txt"))
    if str(to) == "-":
        sys.stdout.buffer.write(written.content)
        sys.stdout.flush()
        return
    path = to or otherwise
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, written.content)
    except OSError as error:
        problem = problem_of(error)
        raise UsageError(say("{path} cannot be written: {problem}.", path=path, problem=problem)) from None
    echo(spoken(say("Written: {path}", path=path)))


def _tell_notes(notes: tuple[Text, ...], rest: Path) -> None:
    """The first few in brief; where there are more, or longer ones, all of them in a file."""
    told = [spoken(note) for note in notes]
    for note in told[:MOST_NOTES]:
        echo(note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1]}…", err=True)
    if len(told) <= MOST_NOTES and all(len(note) <= LONGEST_NOTE for note in told):
        return
    try:
        write_file(rest, "\n".join([*told, ""]).encode())
    except OSError:  # what cannot be written aside is told here after all
        for note in told:
            echo(note, err=True)
        return
    echo(spoken(say("{number} such notes in all, in whole: {path}", number=len(told), path=rest)), err=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None


def _roster(path: Path | None) -> list[Student]:
    if path is None:
        return []
    from grader.classroom.intake_roster import read_roster

    return read_roster(_read(path), path.name)


def _excuse(given: str) -> tuple[str, str | None]:
    learner, sign, exercise = given.rpartition("=")
    return (learner, trusted_course().exercise(exercise).id) if sign else (given, None)
