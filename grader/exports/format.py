"""What a format declares of itself, so that one file is all it takes to add one to the command and its help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec

from grader.course import Course
from grader.exports.gradebook import Written
from grader.results import Report

Source = Literal["gradebook", "report", "reports", "ingredients", "sheet"]
"""What a format is made from: a class's `Gradebook`, one `Report`, many `Suite` an autograder's `Ingredients` or a
course's `Sheet` of questions."""


class Suite(msgspec.Struct, frozen=True):
    """One graded submission: whose it is (blank where nobody asked), and when it was graded."""

    learner: str
    graded_at: datetime
    report: Report


class Option(NamedTuple):
    """An option that only this format has; `help` and `metavar` are in the language of the process.

    A `file` arrives as its bytes, a `moment` with its zone, a repeatable one as a tuple. One that `stands_in` makes the
    source needless where it is given.
    """

    name: str
    help: str
    metavar: str = ""
    kind: Literal["text", "file", "moment"] = "text"
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    stands_in: bool = False


class Asked(NamedTuple):
    """How a file is wanted: its language, the values of the format's own options, and what surrounds the call."""

    language: str
    course: Course
    options: Mapping[str, Any]
    environment: Mapping[str, str]
    now: datetime


class Format(NamedTuple):
    """A format: what it is, the name of its file, what it is made from, and what writes it."""

    summary: str
    file: str
    source: Source
    write: Callable[[Any, Asked], Written]
    options: tuple[Option, ...] = ()
