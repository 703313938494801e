"""`grade export FORMAT`: a class's grades, or one report, as another system reads them."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.language import language
from grader.cli.teach import STORE, open_store, policy_of, policy_options
from grader.errors import IsolationError, UsageError
from grader.exports import FORMATS
from grader.exports.gradebook import Gradebook, Student, Written
from grader.locale import say
from grader.locale.system import problem_of
from grader.results import Report, report_from_json
from grader.workspace import write_file

if TYPE_CHECKING:
    from grader.classroom.policy import Policy

TIERS = "ABCDEF"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for, as it stands there."""

    format: str
    out: Path
    db: str | None
    to: Path | None
    policy: Policy | None
    exercises: tuple[str, ...]
    roster: Path | None
    map: tuple[str, ...]
    excuse: tuple[str, ...]
    out_of: float | None
    key: str | None
    worksheet: Path | None
    grade_column: str | None
    report: Path | None
    missing: str | None
    submitted: datetime | None
    weakest: str | None


@click.command(help=_("Write a class's grades, or one report, as another system reads them."))
@click.argument("format", metavar=_("FORMAT"), type=click.Choice(list(FORMATS)))
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar=_("DIR"),
    help=_("Where results and pages are kept."),
)
@click.option("--db", metavar=_("URL"), help=_("Read results from here instead, as in postgresql://host/class."))
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("Write this file; - writes to standard output. Otherwise a file beside the results."),
)
@click.option(
    "--exercise", "exercises", multiple=True, metavar=_("EXERCISE"), help=_("Export only this one (repeatable).")
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("A CSV file that says who is who; a gradebook downloaded from the other system is one."),
)
@click.option(
    "--map",
    "-m",
    multiple=True,
    metavar=_("EXERCISE=ID"),
    help=_("Canvas's number of an exercise's assignment (repeatable)."),
)
@click.option(
    "--excuse",
    multiple=True,
    metavar=_("LEARNER[=EXERCISE]"),
    help=_("Excuse a learner from one exercise or from all (repeatable)."),
)
@click.option(
    "--out-of",
    type=click.FloatRange(0, 10_000, min_open=True),
    metavar=_("N"),
    help=_("Write every exercise's points out of this many."),
)
@click.option(
    "--key",
    type=click.Choice(["username", "email", "idnumber"]),
    help=_("Moodle's field by which learners are found; otherwise the first that the roster has."),
)
@click.option(
    "--worksheet",
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The grading worksheet downloaded from Moodle."),
)
@click.option("--grade-column", metavar=_("NAME"), help=_("What the worksheet calls its column of grades."))
@click.option(
    "--report",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar=_("FILE"),
    help=_("One report, as grade exercise --json prints it; - reads standard input."),
)
@click.option("--missing", metavar=_("EXERCISE"), help=_("Say that nothing was handed in for this exercise."))
@click.option(
    "--submitted",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    metavar=_("MOMENT"),
    help=_("When the report's file was handed in, as in 2026-11-20T23:59:00+0100."),
)
@click.option("--weakest", type=click.Choice(list(TIERS)), help=_("Refuse a report that was graded behind less."))
@policy_options
@common_options
def export(attempts: str, late: str, penalty: float, due: datetime | None, **asked: Any) -> None:
    wanted = Wanted(policy=policy_of(attempts, late, penalty, due), **asked)
    kind = FORMATS[wanted.format].made_from
    written = {
        "gradebook": _from_gradebook,
        "worksheet": _from_gradebook,
        "report": _from_report,
        "reports": _from_reports,
        "course": _from_course,
    }[kind](wanted)
    _keep(wanted, written)


def _from_gradebook(wanted: Wanted) -> Written:
    book = _gradebook(wanted)
    if wanted.format == "csv":
        from grader.exports import table

        return table.write(book, language())
    if wanted.format == "canvas":
        from grader.exports import canvas

        return canvas.write(book, language(), _map(wanted.map))
    if wanted.format == "moodle":
        from grader.exports import moodle

        return moodle.write(book, language(), wanted.key)  # type: ignore[arg-type]  # click checked the choice
    from grader.exports import moodle_worksheet

    if wanted.worksheet is None:
        raise UsageError(
            say("A worksheet downloaded from Moodle is needed: --worksheet FILE."),
            say("Download it from the assignment: its page of submissions offers the grading worksheet."),
        )
    return moodle_worksheet.fill(
        _read(wanted.worksheet), book, _only_exercise(book), language(), grade_column=wanted.grade_column
    )


def _gradebook(wanted: Wanted) -> Gradebook:
    from grader.classroom.grades import gradebook

    course = trusted_course()
    assert wanted.policy is not None
    with open_store(wanted.out, wanted.db, must_exist=True) as store:
        book = gradebook(
            course,
            store,
            wanted.policy,
            roster=_roster(wanted.roster),
            only=[course.exercise(one).id for one in wanted.exercises],
            excused=[_excuse(each) for each in wanted.excuse],
        )
    return book if wanted.out_of is None else book.out_of(wanted.out_of)


def _from_report(wanted: Wanted) -> Written:
    if wanted.format == "gradescope":
        from grader.exports import gradescope

        if wanted.missing is not None:
            asked = trusted_course().exercise(wanted.missing)
            return Written(gradescope.missing(asked.manifest.file, asked.max_points, language()))
        return Written(gradescope.write(_report(wanted), language()))
    from grader.exports import classroom50

    now = datetime.now(UTC)
    submitted = classroom50.submitted_from(os.environ, wanted.submitted or now)
    return Written(classroom50.write(_report(wanted), submitted, now, language()))


def _from_reports(wanted: Wanted) -> Written:
    from grader.exports import junit

    if wanted.report is not None:
        return Written(junit.write([junit.Suite("", datetime.now(UTC), _report(wanted))], language()))
    from grader.classroom.grades import suites

    course = trusted_course()
    assert wanted.policy is not None
    with open_store(wanted.out, wanted.db, must_exist=True) as store:
        only = [course.exercise(one).id for one in wanted.exercises]
        return Written(junit.write(suites(store, wanted.policy, only), language()))


def _from_course(wanted: Wanted) -> Written:
    from grader.cli.autograder_files import ingredients
    from grader.exports import gradescope_autograder

    if len(wanted.exercises) != 1:
        raise UsageError(say("An autograder grades one exercise: name it with --exercise."))
    course = trusted_course()
    found = ingredients(course, course.exercise(wanted.exercises[0]))
    return Written(gradescope_autograder.build(found, language()))


def _report(wanted: Wanted) -> Report:
    if wanted.report is None:
        raise UsageError(
            say("A report is needed: --report FILE."), say("`grade exercise N --json > report.json` writes one.")
        )
    content = sys.stdin.buffer.read() if str(wanted.report) == "-" else _read(wanted.report)
    try:
        report = report_from_json(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(say("{path} is not a report: {problem}.", path=wanted.report, problem=str(error))) from None
    tier = report.isolation.tier
    # "-" stands for a program of which nothing was run to an answer.
    if wanted.weakest and tier != "-" and tier not in TIERS[: TIERS.index(wanted.weakest) + 1]:
        raise IsolationError(
            say("This report was graded behind isolation of tier {tier}; at least {weakest} was asked for.",
                tier=tier, weakest=wanted.weakest),
            say("See `grade doctor` on the machine that graded it."),
        )  # fmt: skip
    return report


def _keep(wanted: Wanted, written: Written) -> None:
    for note in written.notes:
        click.echo(spoken(note), err=True)
    if str(wanted.to) == "-":
        sys.stdout.buffer.write(written.content)
        sys.stdout.flush()
        return
    name = FORMATS[wanted.format].file
    beside = wanted.out if (wanted.out / STORE).is_file() and wanted.report is None else Path()
    path = wanted.to or beside / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, written.content)
    except OSError as error:
        problem = problem_of(error)
        raise UsageError(say("{path} cannot be written: {problem}.", path=path, problem=problem)) from None
    click.echo(spoken(say("Written: {path}", path=path)))


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


def _map(given: tuple[str, ...]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    course = trusted_course()
    for each in given:
        name, sign, number = each.partition("=")
        if not sign:
            raise UsageError(say("--map takes EXERCISE=ID, as in adam_step=524895; found {given}.", given=each))
        exercise = course.exercise(name).id
        if exercise in numbers:
            raise UsageError(say("--map names {exercise} twice.", exercise=exercise))
        numbers[exercise] = number.strip()
    return numbers


def _excuse(given: str) -> tuple[str, str | None]:
    learner, sign, exercise = given.rpartition("=")
    return (learner, trusted_course().exercise(exercise).id) if sign else (given, None)


def _only_exercise(book: Gradebook) -> str:
    if len(book.columns) != 1:
        raise UsageError(
            say("A worksheet holds the grades of one assignment: name the exercise with --exercise."),
            say("Choose one of these: {known}.", known=", ".join(column.exercise for column in book.columns)),
        )
    return book.columns[0].exercise
