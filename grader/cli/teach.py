"""`grade class`, `regrade` and `report`: what an instructor does with a folder of submissions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.echo import echo
from grader.cli.interrupts import goes_on
from grader.cli.kinds import WholeNumber
from grader.cli.language import language
from grader.cli.policies import policy_of, policy_options, tell_without_effect
from grader.course import Course
from grader.errors import UsageError
from grader.locale import say, say_many
from grader.locale.system import problem_of

if TYPE_CHECKING:
    from grader.classroom.intake import Intake
    from grader.classroom.policy import Policy
    from grader.classroom.pseudonyms import VeiledIntake
    from grader.classroom.rows import Edition
    from grader.classroom.run import Outcomes
    from grader.classroom.sending import Workers
    from grader.classroom.store import Store

STORE = "class.sqlite3"
MOST_NOTES = 20


@click.command("class", help=_("Grade a folder or an archive of submissions; go on where an earlier run was stopped."))
@click.argument("folder", metavar=_("DIR"), type=click.Path(path_type=Path))
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar=_("DIR"),
    help=_("Where results and pages are kept."),
)
@click.option(
    "--roster", type=click.Path(path_type=Path), metavar=_("FILE"), help=_("A CSV file that says who is who.")
)
@click.option(
    "--match",
    "matched",
    multiple=True,
    metavar=_("CLAIM=ID"),
    help=_(
        "Say whose work it is: what the note calls it, and the roster's id (repeatable). Kept in {file} for later runs."
    ).format(file="matches.csv"),
)
@click.option(
    "--pseudonyms",
    type=click.Path(path_type=Path),
    metavar=_("KEYFILE"),
    help=_("Keep nobody's name: everybody has a pseudonym, and this file alone says whose it is."),
)
@click.option("--exercise", "wanted", multiple=True, metavar=_("EXERCISE"), help=_("Grade only this one (repeatable)."))
@click.option("--workers", "-j", type=WholeNumber(1, 256), metavar=_("N"), help=_("Processes; otherwise one a core."))
@click.option("--scheduler", metavar=_("URL"), help=_("Grade on a Dask cluster, as in tcp://host:8786."))
@click.option("--db", metavar=_("URL"), help=_("Keep results here instead, as in postgresql://host/class."))
@click.option(
    "--seed", type=WholeNumber(0, 2**31 - 1), metavar=_("N"), help=_("The class's seed, where none was drawn yet.")
)
@click.option(
    "--notes",
    "given_notes",
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("Another term's notes on groups, taken in and kept in {file}.").format(file="notes.csv"),
)
@click.option("--allow-weak", is_flag=True, help=_("Grade even where the wall is weak; every report says so."))
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar=_("DIR"),
    help=_("Compare code with an earlier term's too: its results, or what was handed in (repeatable)."),
)
@click.option("--title", metavar=_("TEXT"), help=_("What the class is called on its pages, from now on."))
@click.option("--no-pages", is_flag=True, help=_("Grade only; `grade report` writes the pages later."))
@common_options
@goes_on
def grade_class(
    folder: Path,
    out: Path,
    roster: Path | None,
    matched: tuple[str, ...],
    pseudonyms: Path | None,
    wanted: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    db: str | None,
    seed: int | None,
    given_notes: Path | None,
    allow_weak: bool,
    against: tuple[Path, ...],
    title: str | None,
    no_pages: bool,
) -> int:
    course = trusted_course()
    if not folder.exists():
        raise UsageError(say("There is no folder or archive {path}.", path=folder))
    for one in wanted:
        course.exercise(one)
    from grader.cli.class_moves import editions_before, tell_moves
    from grader.cli.class_screen import tell_how_to_match, tell_notes, tell_outcomes

    # Matches name people: under pseudonyms they lie where the key does.
    intake = _intake(course, folder, roster, out if pseudonyms is None else pseudonyms.parent, matched)
    with open_store(out, db, notes=given_notes) as store:
        before = editions_before(store)
        taken_in = _veiled(course, intake, store, out, pseudonyms)
        store.keep_title(title)
        met = list(intake.notes)
        outcomes = _run(course, store, taken_in, wanted, workers, scheduler, seed, allow_weak=allow_weak)
        notes = store.notes() if pseudonyms is None else met  # the screen may say whose a file is
        tell_notes(notes, len(notes) if no_pages else MOST_NOTES)
        tell_how_to_match(notes)
        tell_outcomes(outcomes)
        tell_moves(course, store, before, store.current_editions())
        if not no_pages:
            _write_pages(course, store, out, against=against)
    return 5 if outcomes.not_gradable else 0


def _veiled(course: Course, intake: Intake, store: Store, out: Path, path: Path | None) -> Intake | VeiledIntake:
    """The intake under pseudonyms, where the class is kept so; a class is kept one way from its first run on."""
    from grader.classroom.pseudonyms import KeyFile, VeiledIntake
    from grader.classroom.scrubbing import names_in

    way = store.setting("names", None if store.submissions() else "plain" if path is None else "pseudonyms")
    if path is None:
        if way == "pseudonyms":
            raise UsageError(
                say("This class is kept under pseudonyms: give --pseudonyms and its key."),
                say("Without it, names would be kept beside them."),
            )
        return intake
    if way != "pseudonyms":
        raise UsageError(say("{folder} holds names already.", folder=out), say("Grade into another folder with --out."))
    if path.resolve().is_relative_to(out.resolve()):
        raise UsageError(
            say("The key may not lie among the results: whoever sees these would see everybody's name."),
            say("Give another place for it."),
        )
    return VeiledIntake(intake, KeyFile(path), names_in(sources_of(course)))


def sources_of(course: Course) -> list[str]:
    """The course's own programs, whose names stay what they are in everything that is handed in."""
    return [text for one in course.exercises for text in (one.starter.decode(), one.reference, one.harness)]


def write_class_pages(store: Store, out: Path) -> None:
    """The pages as they are made without an option."""
    _write_pages(trusted_course(), store, out)


@click.command(help=_("Grade a class again after the checks changed, and say who moved, in which check, and why."))
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar=_("DIR"),
    help=_("Where results and pages are kept."),
)
@click.option("--exercise", "wanted", multiple=True, metavar=_("EXERCISE"), help=_("Grade only this one (repeatable)."))
@click.option("--workers", "-j", type=WholeNumber(1, 256), metavar=_("N"), help=_("Processes; otherwise one a core."))
@click.option("--scheduler", metavar=_("URL"), help=_("Grade on a Dask cluster, as in tcp://host:8786."))
@click.option("--db", metavar=_("URL"), help=_("Keep results here instead, as in postgresql://host/class."))
@click.option("--allow-weak", is_flag=True, help=_("Grade even where the wall is weak; every report says so."))
@click.option("--dry-run", is_flag=True, help=_("Say who would move, and change nothing."))
@click.option(
    "--only",
    type=click.Choice(["best", "last", "counted"]),
    help=_("Grade again only each learner's best or last attempt, or the one that counts by the options below."),
)
@policy_options
@common_options
@goes_on
def regrade(
    out: Path,
    wanted: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    db: str | None,
    allow_weak: bool,
    dry_run: bool,
    only: str | None,
    **given: Any,
) -> int:
    course = trusted_course()
    for one in wanted:
        course.exercise(one)
    with open_store(out, db, must_exist=True) as kept, _to_grade_in(kept, dry_run=dry_run) as store:
        from grader.classroom.statements import write_statements
        from grader.cli.class_moves import editions_before, moved_between, tell_moves
        from grader.cli.class_screen import tell_outcomes

        policy = policy_of(given, store, course)
        before = editions_before(store)
        chosen = None if only is None else _chosen(store, before, policy, only)
        outcomes = _run(course, store, None, wanted, workers, scheduler, None, allow_weak=allow_weak, chosen=chosen)
        tell_outcomes(outcomes)
        after = store.current_editions()
        if not tell_moves(course, store, before, after, policy):
            echo(spoken(say("Nobody moved.")))
        if dry_run:
            echo(spoken(say("This was a dry run: nothing is kept, and the pages are what they were.")))
            return 5 if outcomes.not_gradable else 0
        if statements := write_statements(out, moved_between(store, before, after), store.students()):
            echo(spoken(say("A statement for each of them: {path}", path=statements)))
        _write_pages(course, store, out, policy)
    return 5 if outcomes.not_gradable else 0


@contextmanager
def _to_grade_in(store: Store, *, dry_run: bool) -> Iterator[Store]:
    """The store itself, or a copy of it that is thrown away."""
    from grader.classroom.store import Store

    if not dry_run:
        yield store
        return
    with TemporaryDirectory(prefix="grade-") as folder:
        copy = Path(folder) / STORE
        store.copy_to(copy)
        with Store.open(copy, group_notes=store.group_notes) as opened:
            yield opened


def _chosen(store: Store, editions: Mapping[str, Edition], policy: Policy, only: str) -> frozenset[int]:
    """The submissions to grade again: of each learner and exercise one, by what they were graded before."""
    from grader.classroom.policy import Policy, counted

    if only != "counted":
        policy = Policy(attempts="last" if only == "last" else "best")
    return frozenset(one.result.submission.id for one in counted(store.results(editions.values()), policy))


@click.command(help=_("Write the class pages again from what is kept; nothing is graded."))
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
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar=_("DIR"),
    help=_("Compare code with an earlier term's too: its results, or what was handed in (repeatable)."),
)
@click.option("--title", metavar=_("TEXT"), help=_("What the class is called on its pages, from now on."))
@policy_options
@common_options
@goes_on
def report(out: Path, db: str | None, against: tuple[Path, ...], title: str | None, **given: Any) -> None:
    course = trusted_course()
    with open_store(out, db, must_exist=True) as store:
        store.keep_title(title)
        policy = policy_of(given, store, course)
        _write_pages(course, store, out, policy, against)
        tell_without_effect(store, policy)


def open_store(out: Path, db: str | None, *, must_exist: bool = False, notes: Path | None = None) -> Store:
    from grader.classroom.group_notes import GroupNotes
    from grader.classroom.store import Store

    where = out / STORE
    if db is None and must_exist and not where.is_file():
        raise UsageError(
            say("{folder} holds no graded class.", folder=out),
            say("Grade one first: grade class DIR --out {folder}", folder=out),
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(say("{folder} is a file, where a folder is wanted.", folder=out)) from None
    except OSError as error:
        raise UsageError(
            say("{folder} cannot be made: {problem}.", folder=out, problem=problem_of(error)),
            say("Give another folder with --out."),
        ) from None
    return Store.open(db or where, group_notes=GroupNotes.of(out, notes))


def _read_roster(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(say("There is no roster {path}.", path=path)) from None
    except OSError as error:
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None


def _intake(course: Course, folder: Path, roster: Path | None, out: Path, matched: tuple[str, ...]) -> Intake:
    """What the folder holds; a folder that holds nothing is most often another one than was meant."""
    from grader.classroom.expected import expected_files
    from grader.classroom.intake import Intake
    from grader.classroom.intake_roster import read_roster, read_times
    from grader.classroom.matches import matches_of
    from grader.cli.class_screen import tell_notes

    content = None if roster is None else _read_roster(roster)
    students = [] if roster is None or content is None else read_roster(content, roster.name)
    matches = matches_of(out, matched) if students else {}
    times = {} if content is None else read_times(content)
    intake = Intake(folder, expected_files(course.exercises), students, matches=matches, times=times)
    if not intake.learners:
        tell_notes([note for note in intake.notes if note.kind == "refused"], MOST_NOTES)
        raise UsageError(
            say("In {path} there is no submission: no Python file or notebook that tells whose it is.", path=folder),
            say("Give the folder that holds a folder a learner, or what your course's system let you download."),
        )
    return intake


def _run(
    course: Course,
    store: Store,
    intake: Intake | VeiledIntake | None,
    wanted: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    seed: int | None,
    *,
    allow_weak: bool,
    chosen: frozenset[int] | None = None,
) -> Outcomes:
    from grader.classroom.run import grade_class as grade_all
    from grader.classroom.workers import cluster, core_count, local_workers
    from grader.cli.class_screen import progress_display
    from grader.grading import fresh_seed

    width = workers or core_count()
    gather: Workers = (lambda: cluster(scheduler)) if scheduler else (lambda: local_workers(width))
    with progress_display() as on_progress:
        return grade_all(
            course,
            intake,
            store,
            gather,
            width=width,
            clock=lambda: datetime.now(UTC),
            proposed_seed=fresh_seed() if seed is None else seed,
            allow_weak=allow_weak,
            only=[course.exercise(one) for one in wanted] if wanted else None,
            on_progress=on_progress,
            chosen=chosen,
        )


def _write_pages(
    course: Course, store: Store, out: Path, policy: Policy | None = None, against: tuple[Path, ...] = ()
) -> None:
    from grader.classroom.earlier import earlier_sources
    from grader.classroom.pages import write_pages

    waiting = sum(store.count(edition)[1] for edition in store.current_editions().values())
    if waiting:
        echo(
            spoken(
                say_many(
                    "{number} submission has no result yet; the run that grades it can be started again.",
                    "{number} submissions have no result yet; the run that grades them can be started again.",
                    waiting,
                )
            ),
            err=True,
        )
    veiled = store.setting("names") == "pseudonyms"
    earlier = earlier_sources(course, against, under_pseudonyms=veiled)
    now = datetime.now().astimezone()
    written = write_pages(course, store, out, now, policy=policy, language=language(), earlier=earlier)
    if written.groups:
        from grader.cli.groups import FIRST_GROUPS, list_groups

        list_groups(written.groups, FIRST_GROUPS)
    echo(spoken(say("The class report: {path}", path=written.first)))
    sys.stdout.flush()
