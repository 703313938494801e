"""The options that choose which attempt counts and what lateness costs, and the policy that they say."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.cli.kinds import Moment, Number, WholeNumber
from grader.errors import UsageError
from grader.locale import say
from grader.locale.system import problem_of

if TYPE_CHECKING:
    from grader.classroom.policy import Policy
    from grader.classroom.store import Store
    from grader.course import Course

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_TOLD = 5

_OPTIONS = (
    click.option(
        "--attempts",
        type=click.Choice(["best", "last"]),
        default="best",
        show_default=True,
        help=_("Which of several attempts counts."),
    ),
    click.option(
        "--allowed",
        type=WholeNumber(1, 10_000),
        metavar=_("N"),
        help=_("How many attempts of each learner can count; otherwise all."),
    ),
    click.option(
        "--due",
        type=Moment(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], "2026-11-20T23:59"),
        metavar=_("MOMENT"),
        help=_("What is handed in later is late, as in 2026-11-20T23:59 (local time)."),
    ),
    click.option(
        "--grace",
        type=Number(0, 100_000),
        metavar=_("MINUTES"),
        default=0.0,
        show_default=True,
        help=_("What comes so little later is in time."),
    ),
    click.option(
        "--late",
        type=click.Choice(["accept", "refuse"]),
        default="accept",
        show_default=True,
        help=_("Whether late attempts count at all."),
    ),
    click.option(
        "--penalty",
        type=Number(0, 100),
        metavar=_("N"),
        default=0.0,
        show_default=True,
        help=_("Percent of the points that each step of lateness costs."),
    ),
    click.option(
        "--step",
        type=Number(0, 10_000, min_open=True),
        metavar=_("HOURS"),
        default=24.0,
        show_default=True,
        help=_("How long a step of lateness is; each that was begun counts."),
    ),
    click.option(
        "--most",
        type=Number(0, 100),
        metavar=_("N"),
        default=100.0,
        show_default=True,
        help=_("Percent of the points that lateness costs at most."),
    ),
    click.option(
        "--extensions",
        type=click.Path(path_type=Path),
        metavar=_("FILE"),
        help=_("A CSV file of who has until when: a person or a group, an exercise, a date, extra attempts."),
    ),
)
NAMES = ("attempts", "allowed", "due", "grace", "late", "penalty", "step", "most", "extensions")


def policy_options(command: Command) -> Command:
    """The options that choose which attempt counts."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def policy_of(given: dict[str, Any], store: Store, course: Course) -> Policy:
    """The policy that the options say, of which `given` holds more than these; who is meant is one of the store's."""
    from grader.classroom.policy import Policy

    return Policy(
        attempts="last" if given["attempts"] == "last" else "best",
        late="refuse" if given["late"] == "refuse" else "accept",
        penalty=given["penalty"],
        due=None if given["due"] is None else given["due"].astimezone(),
        step_hours=given["step"],
        most=given["most"],
        grace_minutes=given["grace"],
        allowed=given["allowed"],
        extensions={} if given["extensions"] is None else _extensions(given["extensions"], store, course),
    )


def _extensions(path: Path, store: Store, course: Course) -> dict[Any, Any]:
    from grader.classroom.extensions import read_extensions

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None
    found, notes = read_extensions(content, path.name, store.everybody(), course)
    for note in notes[:MOST_TOLD]:
        echo(spoken(note), err=True)
    if more := len(notes[MOST_TOLD:]):
        echo(spoken(say("and {number} more such lines", number=more)), err=True)
    return found


def tell_without_effect(store: Store, policy: Policy) -> None:
    """Say what of the policy changes nothing, so that nobody relies on it."""
    from grader.classroom.policy import without_effect

    nothing = without_effect(store.submissions(), policy)
    if nothing is not None:
        echo(spoken(nothing), err=True)
