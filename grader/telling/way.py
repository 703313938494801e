"""The way on from a report: what to edit, what to run again, which exercise is next. It is decided only here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from grader.course import Course
from grader.journal import Progress
from grader.locale import say
from grader.text import Text

State = Literal["passed", "in_progress", "not_started"]


class Way(NamedTuple):
    """Where the learner goes from here: the file to edit and the commands that make sense next; empty, none is told."""

    title: Text
    path: str
    again: str
    next: str | None = None


def state(progress: Progress | None) -> State:
    """How far a learner is with an exercise; a pass stays one."""
    if progress is None:
        return "not_started"
    return "passed" if progress.passed_at is not None else "in_progress"


def next_number(course: Course, progress: Mapping[str, Progress], after: int | None = None) -> int | None:
    """The exercise to do next; None where all others are passed.

    `after` an exercise just passed: the next one not yet passed, else the first such. Otherwise the one tried last of
    those begun, else the first not begun. `progress` is by the exercises' ids.
    """
    known = {number: progress.get(course.slug(number)) for number in sorted(course.folders)}
    todo = [number for number, one in known.items() if state(one) != "passed" and number != after]
    if after is not None:
        return next((number for number in todo if number > after), next(iter(todo), None))
    begun = {number: one.last.id for number in todo if (one := known[number]) is not None}
    return max(begun, key=begun.__getitem__) if begun else next(iter(todo), None)


def next_command(number: int | None) -> str:
    """What to type to go on with that exercise; where all are passed, the quizzes keep what was learned."""
    return "grade quiz" if number is None else f"grade show {number}"


def onward(number: int | None, progress: Mapping[str, Progress], course: Course) -> Text:
    """What to do next, as a sentence."""
    if number is None:
        return say("All passed. `grade quiz` keeps what you learned.")
    if state(progress.get(course.slug(number))) == "in_progress":
        return say("Next: `grade watch {number}` grades at every save, `grade hint {number}` helps.", number=number)
    return say("Next: `grade show {number}`, then `grade watch {number}`.", number=number)
