"""How far a class run is, a live line in a terminal and a plain one now and then elsewhere; and what it came to."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from grader.classroom.arrival import Note
from grader.classroom.run import Outcomes
from grader.classroom.sending import Standing
from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.locale import say, say_many

PLAIN_SECONDS = 10.0
LIVE_SECONDS = 0.1
LONGEST_NAME = 60


@contextmanager
def progress_display() -> Iterator[Callable[[Standing], None]]:
    """What to call with each standing; the live line is wiped at the end."""
    live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    started = last = -PLAIN_SECONDS

    def show(standing: Standing) -> None:
        nonlocal started, last
        now = time.monotonic()
        started = started if standing.done else now
        if not standing.all:
            return
        if now - last < (LIVE_SECONDS if live else PLAIN_SECONDS) and standing.done < standing.all:
            return
        last = now
        if live:
            sys.stderr.write(f"\r\x1b[K{_line(standing, now - started, shutil.get_terminal_size().columns - 1)}")
            sys.stderr.flush()
        else:
            echo(_line(standing, now - started), err=True)

    try:
        yield show
    finally:
        if live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _line(standing: Standing, seconds: float, width: int | None = None) -> str:
    """How far, how long still, what went wrong; the last words go where they do not all fit."""
    words = [say("{done} of {all} graded", done=standing.done, all=standing.all)]
    if standing.done and seconds > 0:
        rate = standing.done / seconds
        left = round((standing.all - standing.done) / rate)
        words.append(say("{left} left", left=f"{left // 60}:{left % 60:02d}"))
        words.append(say("{failures} not passed", failures=standing.failures))
        if standing.not_gradable:
            words.append(say("{odd} not gradable", odd=standing.not_gradable))
        words.append(say("{rate:.0f} a second", rate=rate) if rate >= 1 else say("{rate:.0f} a minute", rate=60 * rate))
    told = [spoken(each) for each in words]
    while width is not None and len(told) > 1 and len(", ".join(told)) > width:
        told.pop()
    return ", ".join(told)


def tell_notes(notes: Sequence[Note], most: int) -> None:
    """What an intake could not use, `most` of it."""
    for note in notes[:most]:
        name = " ".join(note.subject.split("\n"))
        if len(name) > LONGEST_NAME:
            name = f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 2 :]}"
        echo(f"  {name}: {spoken(note.reason)}", err=True)
    if more := len(notes[most:]):
        echo(
            spoken(say_many("… and one more; the page lists all.", "… and {number} more; the page lists all.", more)),
            err=True,
        )


def tell_how_to_match(notes: Sequence[Note]) -> None:
    """How an instructor says whose a work is that was credited to nobody of the roster, with the first one's name."""
    first = next((note.subject for note in notes if note.kind == "unmatched_file"), None)
    if first is not None:
        command = f'--match "{first}=…"'
        echo(spoken(say("To say whose work it is, give the roster's id: {command}", command=command)), err=True)


def tell_outcomes(outcomes: Outcomes) -> None:
    """What a run came to."""
    echo(
        spoken(
            say(
                "Graded now: {graded}, {passed} of them passed. Kept from before: {standing}.",
                graded=outcomes.graded,
                passed=outcomes.passed,
                standing=outcomes.standing,
            )
        )
    )
    if outcomes.not_gradable:
        echo(
            spoken(
                say_many(
                    "Not gradable, through no fault of the learner: {number}.",
                    "Not gradable, through no fault of the learners: {number}.",
                    outcomes.not_gradable,
                )
            )
        )
