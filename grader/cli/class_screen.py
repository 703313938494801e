"""How far a class run is: a live line in a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from grader.classroom.sending import Standing
from grader.cli.common import spoken
from grader.locale import say

PLAIN_SECONDS = 10.0
LIVE_SECONDS = 0.1


@contextmanager
def progress_display() -> Iterator[Callable[[Standing], None]]:
    """What to call with each standing; the live line is wiped at the end."""
    live = sys.stderr.isatty()
    started = time.monotonic()
    last = 0.0

    def show(standing: Standing) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < (LIVE_SECONDS if live else PLAIN_SECONDS) and standing.done < standing.all:
            return
        last = now
        line = _line(standing, now - started)
        if live:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        elif standing.all:
            click.echo(line, err=True)

    yield show
    if live:
        sys.stderr.write("\r\x1b[K")


def _line(standing: Standing, seconds: float) -> str:
    rate = standing.done / seconds if seconds > 0 else 0.0
    left = (standing.all - standing.done) / rate if rate else 0.0
    return spoken(
        say(
            "{done} of {all} graded, {rate:.0f} a second, {left} left, {failures} not passed, {odd} not gradable",
            done=standing.done,
            all=standing.all,
            rate=rate,
            left=f"{int(left) // 60}:{int(left) % 60:02d}",
            failures=standing.failures,
            odd=standing.not_gradable,
        )
    )
