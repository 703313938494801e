"""`grade verify`, `variant`, `new` and `release`: what an author of exercises does."""

from __future__ import annotations

import sys
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.locale import say
from grader.text import Text

if TYPE_CHECKING:
    from grader.authoring.findings import Verdict


@click.command(help=_("Prove one exercise's checks, or all: nobody should be graded before this is clean."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False)
@click.option("--seeds", type=click.IntRange(1, 1000), default=20, show_default=True, help=_("Seeds for each variant."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@common_options
def verify(which: str | None, seeds: int, as_json: bool) -> int:
    from grader.authoring.verify import REFERENCE_SEEDS  # noqa: PLC0415
    from grader.authoring.verify import verify as prove  # noqa: PLC0415
    from grader.grading import Examiner  # noqa: PLC0415

    course = trusted_course()
    chosen = [course.exercise(which)] if which else list(course.exercises)
    verdicts = []
    with Examiner(course) as examiner:
        for exercise in chosen:
            verdict = prove(
                examiner,
                exercise,
                reference_seeds=range(max(seeds, len(REFERENCE_SEEDS)) if seeds >= 20 else seeds),
                variant_seeds=range(seeds),
                tick=lambda title, number=exercise.number: _tick(number, title),
            )
            _tick(None, None)
            verdicts.append(verdict)
            if not as_json:
                print_verdict(verdict)
    if as_json:
        from grader.results import to_json  # noqa: PLC0415

        body = b",".join(to_json(verdict) for verdict in verdicts)
        holds = b"true" if all(verdict.holds for verdict in verdicts) else b"false"
        sys.stdout.buffer.write(b'{"holds":' + holds + b',"exercises":[' + body + b"]}\n")
    return 0 if all(verdict.holds for verdict in verdicts) else 1


@click.command(help=_("Print the source of a learner who holds these beliefs (in an author's tree)."))
@click.argument("which", metavar=_("EXERCISE"))
@click.argument("ids", metavar=_("[ID]..."), nargs=-1)
@common_options
def variant(which: str, ids: tuple[str, ...]) -> None:
    from grader.diagnosis import variant as compose  # noqa: PLC0415

    exercise = trusted_course().exercise(which)
    if not ids:
        for entry in exercise.misconceptions:
            click.echo(f"{entry.id:32} {spoken(entry.belief)}")
        return
    click.echo(compose(exercise, ids).source, nl=False)


@click.command(help=_("Lay out a new exercise with everything `grade verify` asks for, ready to fill in."))
@click.argument("slug", metavar=_("NAME"))
@click.option("--runtime", type=click.Choice(["numpy", "torch"]), default="numpy", show_default=True,
              help=_("What the exercise computes with."))  # fmt: skip
@common_options
def new(slug: str, runtime: str) -> None:
    from grader.authoring.scaffold import scaffold  # noqa: PLC0415

    course = trusted_course()
    made = scaffold(course, slug, runtime)
    click.echo(spoken(say("Laid out:")))
    for path in made:
        click.echo(f"  {path.relative_to(course.root)}")
    number = int(made[0].parent.name.partition("_")[0])
    click.echo(spoken(say("Fill in what is marked FILL IN, then: grade verify {number}", number=number)))


@click.command(help=_("Write the learners' copy of the course: nothing of the solutions, the same bytes every time."))
@click.argument("folder", metavar=_("DIR"), type=click.Path(path_type=Path))
@common_options
def release(folder: Path) -> None:
    from grader.authoring.release import release as write  # noqa: PLC0415

    made = write(trusted_course(), folder)
    click.echo(spoken(say("{number} files written to {folder}.", number=len(made), folder=folder)))


def print_verdict(verdict: Verdict) -> None:
    """A table of what was asked and found, then every objection and note."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Styled  # noqa: PLC0415

    from grader.cli.screen import console, glyphs  # noqa: PLC0415

    marks, screen = glyphs(), console()
    screen.print(f"{verdict.number} {verdict.id}", style="bold")
    table = Table.grid(padding=(0, 1))
    for finding in verdict.findings:
        mark = Styled(marks.passed, style="green") if finding.holds else Styled(marks.failed, style="red")
        table.add_row(mark, spoken(finding.title), Styled(spoken(finding.summary), style="dim"))
    screen.print(table)
    for finding in verdict.findings:
        for objection in finding.objections:
            screen.print(f"  {marks.failed} {spoken(finding.title)}: {spoken(objection)}", style="red")
        for note in finding.notes:
            screen.print(f"  {marks.waiting} {spoken(note)}", style="yellow")
    screen.print()


def _tick(number: int | None, title: Text | None) -> None:
    """What is being asked, on a line that is wiped again; only for a terminal."""
    if sys.stderr.isatty():
        line = f"{number} {spoken(title)} …" if title is not None else ""
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
