"""`grade` alone and `grade list`: what is done, what is next, what is due."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path

import click

from grader.cli.common import common_options, marked, print_json, print_sentence, spoken, tell_notices, trusted_course
from grader.cli.echo import echo
from grader.course import Course, Exercise
from grader.journal import Journal, Progress
from grader.keeping import open_journal
from grader.locale import say, say_many
from grader.telling.way import State, next_number, onward, state
from grader.text import Text
from grader.workspace import Workspace


@dataclass(frozen=True)
class Standing:
    """One exercise and how far the learner is with it."""

    exercise: Exercise
    progress: Progress | None

    @property
    def state(self) -> State:
        """How far the learner is."""
        return state(self.progress)

    @property
    def failing_claim(self) -> Text | None:
        """The claim that the last attempt failed first, where the exercise still has it."""
        failing = None if self.progress is None else self.progress.last.first_failure
        return next((check.claim for check in self.exercise.manifest.check if check.id == failing), None)


def standings(course: Course, progress: Mapping[str, Progress]) -> list[Standing]:
    """Every exercise of the course with the learner's progress."""
    return [Standing(exercise, progress.get(exercise.id)) for exercise in course.exercises]


@click.command(
    "list",
    help=_("List the exercises and how far you are."),
    epilog=marked(_("An exercise marked ✓ is passed, ✗ begun and not passed yet, ○ not begun.")),
)
@click.option("--todo", is_flag=True, help=_("Only those not yet passed."))
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
@common_options
def list_exercises(todo: bool, as_json: bool) -> None:
    course = trusted_course()
    journal = open_journal(course)
    shown = [
        standing for standing in standings(course, journal.progress()) if not (todo and standing.state == "passed")
    ]
    if as_json:
        listed = {"exercises": [_as_json(standing) for standing in shown]}
        print_json(json.dumps(listed, ensure_ascii=False, indent=2).encode())
        return
    print_list(shown)
    if not shown:
        echo(spoken(say("Nothing is left to do: every exercise is passed.")))
    tell_notices(journal.notices)


def overview() -> None:
    """Print where the learner is: done, in progress, next, learned, due."""
    from grader.cli.screen import console, glyphs

    course = trusted_course()
    journal = open_journal(course)
    progress = journal.progress()
    standing = standings(course, progress)
    done = [one for one in standing if one.state == "passed"]
    screen = console()
    marks = glyphs()
    filled = round(24 * len(done) / max(1, len(standing)))
    bar = marks.filled * filled + marks.empty * (24 - filled)
    screen.print(spoken(course.info.title), style="bold")
    counted = say("{done} of {all} exercises passed", done=len(done), all=len(standing))
    screen.print(f"{bar} {spoken(counted)}\n")
    print_list(standing)
    _print_next(course, progress, Workspace.find(Path.cwd()))
    _print_learned(course, done)
    _print_due(course, journal)
    tell_notices(journal.notices)


def print_list(shown: list[Standing]) -> None:
    """One line an exercise: number, mark, title, and where it is stuck."""
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.cli.screen import console, glyphs

    marks = glyphs()
    look = {
        "passed": (marks.passed, "green"),
        "in_progress": (marks.failed, "yellow"),
        "not_started": (marks.waiting, "dim"),
    }
    table = Table.grid(padding=(0, 1))
    for style in ("right", "left", "left"):
        table.add_column(justify="right" if style == "right" else "left", no_wrap=style == "right")
    for standing in shown:
        mark, style = look[standing.state]
        best = standing.progress.best_points if standing.progress else 0
        title = Styled(spoken(standing.exercise.manifest.title))
        if standing.state == "in_progress":
            title.append(f"  {best:g}/{standing.exercise.max_points:g}", style="dim")
            if standing.failing_claim is not None:
                stuck = say("stuck at: {claim}", claim=standing.failing_claim)
                title.append(f"\n{spoken(stuck)}", style="dim")
        table.add_row(str(standing.exercise.number), Styled(mark, style=style), title)
    console().print(table)


def _print_next(course: Course, progress: Mapping[str, Progress], workspace: Workspace | None) -> None:
    echo()
    if workspace is None or workspace.is_authors_tree:
        print_sentence(say("To begin, lay out a copy of your own: `grade init descenso`, then `cd descenso`."))
    else:
        print_sentence(onward(next_number(course, progress), progress, course))


def _print_learned(course: Course, done: list[Standing]) -> None:
    """Concepts, not days: what the passed exercises taught, as the glossary calls it."""
    concepts = list(dict.fromkeys(concept for one in done for concept in one.exercise.manifest.concepts))
    if not concepts:
        return
    from grader.cli.quiz import deck_of

    glossary = deck_of(course).glossary
    names = [spoken(glossary[concept].term) if concept in glossary else concept for concept in concepts]
    listed = ", ".join(names)
    print_sentence(
        say_many("{number} concept learned: {names}.", "{number} concepts learned: {names}.", len(names), names=listed)
    )


def _print_due(course: Course, journal: Journal) -> None:
    from grader.quizzes import count_due

    due = count_due(journal.reviews(), journal.overrides(), datetime.now(UTC))
    if due:
        print_sentence(
            say_many("{number} card is due: `grade quiz --due`.", "{number} cards are due: `grade quiz --due`.", due)
        )


def _as_json(standing: Standing) -> dict[str, object]:
    progress = standing.progress
    return {
        "number": standing.exercise.number,
        "id": standing.exercise.id,
        "title": dict(standing.exercise.manifest.title),
        "state": standing.state,
        "attempts": progress.attempts if progress else 0,
        "best_points": progress.best_points if progress else 0,
        "max_points": standing.exercise.max_points,
        "failing_claim": dict(standing.failing_claim) if standing.failing_claim is not None else None,
    }
