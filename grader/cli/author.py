"""`verify`, `variant`, `new` and `release`: what an author of exercises does."""

from __future__ import annotations

import sys
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.completion import complete_belief, complete_exercise
from grader.cli.echo import echo
from grader.cli.kinds import WholeNumber
from grader.locale import say, say_many

if TYPE_CHECKING:
    from rich.console import Console

    from grader.authoring.findings import Finding, Verdict
    from grader.feedback.terminal import Glyphs

# Each worker keeps up to four interpreters warm, two of them with torch; more would wait for the longest round anyway.
MOST_WORKERS = 8


@click.command(help=_("Prove one exercise's checks, or all and the quizzes: grade nobody before this is clean."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option(
    "--seeds",
    type=WholeNumber(1, 1000),
    metavar=_("N"),
    default=20,
    show_default=True,
    help=_("Seeds for each variant."),
)
@click.option("--workers", "-j", type=WholeNumber(1, 256), metavar=_("N"), help=_("Processes; otherwise one a core."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@common_options
def verify(which: str | None, seeds: int, workers: int | None, as_json: bool) -> int:
    from grader.authoring.findings import as_json as encoded
    from grader.authoring.verify import Seeds
    from grader.authoring.verify import verify as prove
    from grader.classroom.workers import core_count

    course = trusted_course()
    if which:  # without a number, what learners see is proved; a draft is when it is named
        course = course.with_drafts()
    screen = _Screen(silent=as_json)
    proved = prove(
        course,
        [course.exercise(which).folder] if which else list(course.folders.values()),
        seeds=Seeds.at_most(seeds),
        workers=workers or min(core_count(), MOST_WORKERS),
        quizzes=which is None,
        on_verdict=screen.verdict,
        on_round=screen.round,
    )
    screen.quizzes(proved.quizzes)
    if as_json:
        sys.stdout.buffer.write(encoded(proved.verdicts, proved.quizzes) + b"\n")
    return 0 if proved.holds else 1


@click.command(help=_("Print the source of a learner who holds these beliefs (in an author's tree)."))
@click.argument("which", metavar=_("EXERCISE"), shell_complete=complete_exercise)
@click.argument("ids", metavar=_("[ID]..."), nargs=-1, shell_complete=complete_belief)
@common_options
def variant(which: str, ids: tuple[str, ...]) -> None:
    from grader.diagnosis import variant as compose

    exercise = trusted_course().with_drafts().exercise(which)
    if not ids:
        for entry in exercise.misconceptions:
            echo(f"{entry.id:32} {spoken(entry.belief)}")
        return
    echo(compose(exercise, ids).source, nl=False)


@click.command(help=_("Lay out a new exercise with everything `grade verify` asks for, ready to fill in."))
@click.argument("slug", metavar=_("NAME"))
@click.option(
    "--runtime",
    type=click.Choice(["numpy", "torch"]),
    default="numpy",
    show_default=True,
    help=_("What the exercise computes with."),
)
@click.option(
    "--number",
    type=WholeNumber(1, 999),
    metavar=_("N"),
    help=_("The exercise's number; otherwise the one after the highest."),
)
@common_options
def new(slug: str, runtime: str, number: int | None) -> None:
    from grader.authoring.scaffold import scaffold

    course = trusted_course()
    made = scaffold(course, slug, "torch" if runtime == "torch" else "numpy", number)
    here = Path.cwd()
    echo(spoken(say("Laid out:")))
    for path in made:
        echo(f"  {path.relative_to(here).as_posix() if path.is_relative_to(here) else path}")
    chosen = int(made[0].parent.name.partition("_")[0])
    echo(spoken(say("Fill in what is marked FILL IN, then: grade verify {number}", number=chosen)))


@click.command(help=_("Write the learners' copy of the course: nothing of the solutions, the same bytes every time."))
@click.argument("folder", metavar=_("DIR"), type=click.Path(path_type=Path))
@click.option("--zip", "zipped", is_flag=True, help=_("Write DIR.zip too, to hand out in one piece."))
@common_options
def release(folder: Path, zipped: bool) -> None:
    from grader.authoring.release import archive
    from grader.authoring.release import release as write

    made = write(trusted_course(), folder)
    count = len(made)
    echo(spoken(say_many("{number} file in {folder}", "{number} files in {folder}", count, folder=folder)))
    if zipped:
        echo(str(archive(folder, made)))


class _Screen:
    """Shows what is found as it is found: a table an exercise, then every objection and note."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def round(self, done: int, of: int) -> None:
        """How far it is, on a line that is wiped again; only for a terminal."""
        if sys.stderr.isatty():
            line = spoken(say("{done} of {of} rounds of questions", done=done, of=of)) if done < of else ""
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()

    def verdict(self, verdict: Verdict) -> None:
        """One exercise: what was asked of it, and the answers."""
        if not self._silent:
            self._print(f"{verdict.number} {verdict.id}", verdict.findings)

    def quizzes(self, finding: Finding | None) -> None:
        """What the quizzes' lint says, where it was asked."""
        if finding is not None and not self._silent:
            self._print(spoken(finding.title), (finding,))

    def _print(self, heading: str, findings: tuple[Finding, ...]) -> None:
        from rich.table import Table
        from rich.text import Text as Styled

        from grader.cli.screen import console, glyphs

        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        marks, screen = glyphs(), console()
        screen.print(heading, style="bold")
        table = Table.grid(padding=(0, 1))
        for finding in findings:
            mark = Styled(marks.passed, style="green") if finding.holds else Styled(marks.failed, style="red")
            table.add_row(mark, spoken(finding.title), Styled(spoken(finding.summary), style="dim"))
        screen.print(table)
        for finding in findings:
            _print_details(screen, marks, finding)
        screen.print()


def _print_details(screen: Console, marks: Glyphs, finding: Finding) -> None:
    from rich.padding import Padding
    from rich.text import Text as Styled

    for objection in finding.objections:
        line = f"{marks.failed} {spoken(finding.title)}: {spoken(objection)}"
        screen.print(Padding(Styled(line, style="red"), (0, 0, 0, 2)))
    for note in finding.notes:
        screen.print(Padding(Styled(f"{marks.waiting} {spoken(note)}", style="dim"), (0, 0, 0, 2)))
