"""`grade forget` and `grade purge`: what is kept of a person, or from before a day, is erased; counts of it stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.echo import echo
from grader.cli.kinds import Moment
from grader.cli.teach import STORE, open_store, sources_of
from grader.errors import UsageError
from grader.locale import say, say_many

if TYPE_CHECKING:
    from grader.classroom.scrubbing import Scrubber
    from grader.classroom.store import Store
    from grader.course import Course
    from grader.exports.gradebook import Student

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


@click.command(help=_("Erase a learner: work, results and name, from the store, the pages and what was exported here."))
@click.argument("learner", metavar=_("LEARNER"))
@click.option(
    "--pseudonyms",
    type=click.Path(path_type=Path),
    metavar=_("KEYFILE"),
    help=_("Strike them out of the key too, which knows their name."),
)
@_OUT
@_DB
@common_options
def forget(learner: str, pseudonyms: Path | None, out: Path, db: str | None) -> None:
    from grader.classroom.matches import strike_out
    from grader.classroom.pseudonyms import KeyFile

    course = trusted_course()
    with open_store(out, db, must_exist=True) as store:
        key = None if pseudonyms is None else KeyFile(pseudonyms)
        who = (key.called(learner) if key else None) or learner
        student = store.everybody().get(who)
        if student is None:
            raise UsageError(
                say("There is no learner {learner} in this class.", learner=learner),
                say("Learners are named by their id in the roster, or by their folder."),
            )
        others = [each for name, each in store.everybody().items() if name != who]
        number = store.forget(who) or 0
        mentioned = store.scrub(_scrubber(course, student, others))
        if key is not None:
            key.forget(who)
        strike_out(out, {learner, who, student.name, student.id} - {""})
        _write_again(store, out)
    told = say_many("Erased: {number} submission.", "Erased: {number} submissions.", number)
    echo(spoken(told))
    if mentioned:
        told = say_many(
            "The name stood in {number} file of others too, and is replaced there.",
            "The name stood in {number} files of others too, and is replaced there.",
            mentioned,
        )
        echo(spoken(told))
    echo(
        spoken(
            say("What was handed in, and copies of these pages, lie where you have them: erase them there yourself.")
        )
    )


@click.command(help=_("Erase what was handed in before a day: work, results and names. Counts of it stay."))
@click.option(
    "--before",
    required=True,
    type=Moment(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], "2026-11-20"),
    metavar=_("DATE"),
    help=_("What was handed in earlier is erased, as in 2026-11-20 (local time)."),
)
@_OUT
@_DB
@common_options
def purge(before: datetime, out: Path, db: str | None) -> None:
    with open_store(out, db, must_exist=True) as store:
        number = store.purge(before.astimezone())
        if number:
            _write_again(store, out)
    echo(spoken(say_many("Erased: {number} submission.", "Erased: {number} submissions.", number)))


def _scrubber(course: Course, student: Student, others: list[Student]) -> Scrubber:
    """Replaces whatever names this person and nobody else of the class."""
    from grader.classroom.scrubbing import Scrubber, names_in

    theirs = {word for each in others for word in _words(each)}
    own = {word: "someone" for word in _words(student) if word not in theirs}
    return Scrubber(own, names_in(sources_of(course)))


def _words(student: Student) -> Iterator[str]:
    from grader.classroom.scrubbing import words_of

    local = student.email.partition("@")[0]
    return words_of(
        student.id,
        student.name,
        student.email,
        local,
        student.login,
        student.sis_id,
        student.canvas_id,
        student.moodle_id,
    )


def _write_again(store: Store, out: Path) -> None:
    """Nothing that was written from the store may outlive what was erased: pages are made anew, exports by you."""
    from grader.classroom.class_tables import FOLDER as TABLES
    from grader.classroom.statements import FILE as STATEMENTS
    from grader.cli.teach import write_class_pages
    from grader.exports import format_called, format_names

    for page in (*out.glob("*.html"), *(out / "learners").glob("*.html")):
        page.unlink()
    for folder in ("learners", TABLES):
        shutil.rmtree(out / folder, ignore_errors=True)
    files = {found.file for name in format_names() if (found := format_called(name)) is not None}
    written = (out / STATEMENTS, *(out / name for name in sorted(files)), *sorted(out.glob("*.notes.txt")))
    gone = [path for path in written if path.is_file()]
    for path in gone:
        if path.name != STORE:
            path.unlink()
    if gone:
        names = ", ".join(path.name for path in gone)
        echo(spoken(say("Removed, as they name people: {files}. Export them again where you need them.", files=names)))
    if any(True for _result in store.results()):
        write_class_pages(store, out)
