"""`grade appeal`: a student's objection and the answer, kept with the result and shown on the student's page."""

from __future__ import annotations

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.echo import echo
from grader.cli.kinds import WholeNumber
from grader.cli.teach import open_store
from grader.errors import UsageError
from grader.locale import say

if TYPE_CHECKING:
    from grader.classroom.rows import Appeal, Kept
    from grader.classroom.store import Store

LONGEST = 2000


@click.command(
    help=_("Keep a student's objection, or answer one (grade appeal NUMBER --answer TEXT); alone, list them.")
)
@click.argument("who", metavar=_("[LEARNER]"), required=False)
@click.argument("exercise", metavar=_("[EXERCISE]"), required=False)
@click.option("--says", metavar=_("TEXT"), help=_("What the student objects to."))
@click.option("--answer", metavar=_("TEXT"), help=_("The answer to an objection, by its number in the list."))
@click.option("--attempt", type=WholeNumber(1, 100_000), metavar=_("N"), help=_("Which attempt; otherwise the last."))
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
@common_options
def appeal(
    who: str | None,
    exercise: str | None,
    says: str | None,
    answer: str | None,
    attempt: int | None,
    out: Path,
    db: str | None,
) -> None:
    with open_store(out, db, must_exist=True) as store:
        if who is None:
            _list(store.appeals())
            return
        if answer is not None:
            _answer(store, who, answer)
        elif says is None or not says.strip() or exercise is None:
            raise UsageError(
                say("An objection needs a learner, an exercise and what it says."),
                say('As in: grade appeal u0007 3 --says "…"'),
            )
        else:
            kept = _submission(store, who, trusted_course().exercise(exercise).id, attempt)
            number = store.keep_appeal(kept.id, says.strip()[:LONGEST], datetime.now(UTC))
            told = say("Kept as number {number}: attempt {attempt} of {learner}.", number=number, attempt=kept.attempt,
                       learner=kept.learner)  # fmt: skip
            echo(spoken(told))
    echo(spoken(say("`grade report` writes the pages again.")))


def _answer(store: Store, number: str, answer: str) -> None:
    if not number.isdecimal() or not answer.strip():
        raise UsageError(say("An answer goes to an objection's number: `grade appeal` alone lists them."))
    if not store.answer_appeal(int(number), answer.strip()[:LONGEST], datetime.now(UTC)):
        raise UsageError(
            say("There is no objection with the number {number}.", number=number),
            say("`grade appeal` alone lists them."),
        )
    echo(spoken(say("Answered: number {number}.", number=number)))


def _submission(store: Store, who: str, exercise: str, attempt: int | None) -> Kept:
    """Which submission is meant; a learner is named by their id, and by nothing that could be another's."""
    own = [kept for kept in store.submissions() if kept.learner == who and kept.exercise == exercise]
    chosen = [kept for kept in own if attempt is None or kept.attempt == attempt]
    if not chosen:
        raise UsageError(
            say("{learner} handed in no such attempt at {exercise}.", learner=who, exercise=exercise),
            say("Learners are named by their id in the roster, or by their folder."),
        )
    return chosen[-1]


def _list(appeals: list[Appeal]) -> None:
    from grader.feedback import clean

    if not appeals:
        echo(spoken(say("Nobody has objected to anything.")))
    for one in appeals:
        where = spoken(say("attempt {number}", number=one.attempt))
        echo(f"{one.id:>4}  {clean.line(one.learner)}, {one.exercise}, {where}")
        echo(f"      {clean.line(one.objection)}")
        echo(f"      → {clean.line(one.answer) if one.answer else spoken(say('not answered yet'))}")
