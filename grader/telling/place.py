"""A line of a traceback becomes where it stands, in words."""

from __future__ import annotations

from grader.locale import join, say
from grader.results import Frame
from grader.text import Text


def place_of(frame: Frame) -> Text:
    """The line, the function where it is in one, and in a notebook the cell."""
    inner = (
        say("line {line}, in {function}", line=frame.line, function=frame.function)
        if frame.function
        else say("line {line}", line=frame.line)
    )
    return inner if frame.cell is None else join(", ", [say("code cell {cell}", cell=frame.cell), inner])
