"""Ctrl-C in a command that can go on later: one line and exit code 130, however often the keys are pressed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any, TypeVar

import click

from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.locale import say

INTERRUPTED = 130
AT_ONCE = 4
"""So many Ctrl-C end the program without waiting for anything: it must have got stuck on its way out."""

Command = TypeVar("Command", bound=Callable[..., Any])


def goes_on(command: Command) -> Command:
    """The same command, which Ctrl-C stops in one line: what it kept is kept."""

    @wraps(command)
    def stoppable(*arguments: Any, **options: Any) -> Any:
        with _heard_once():
            try:
                return command(*arguments, **options)
            except KeyboardInterrupt:
                told = say("Stopped. What is graded is kept; the same command goes on from here.")
                echo(spoken(told), err=True)
                raise click.exceptions.Exit(INTERRUPTED) from None

    return stoppable  # type: ignore[return-value]  # it takes and gives what the command does


@contextmanager
def _heard_once() -> Iterator[None]:
    """A second Ctrl-C would break into the cleaning up, and leave a traceback or a process behind."""
    times = 0

    def hear(_number: int, _frame: FrameType | None) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise KeyboardInterrupt
        if times >= AT_ONCE:
            os._exit(INTERRUPTED)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        # After one, the interpreter's own end is better not disturbed either.
        signal.signal(signal.SIGINT, signal.SIG_IGN if times else before or signal.SIG_DFL)
