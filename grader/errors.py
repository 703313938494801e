"""Every error the program raises on purpose, each with a sentence for the person who meets it.

    GraderError                    exit 5   the grader is at fault, unless a subclass says otherwise
    ├── CourseError                exit 5   a course's own file is missing, broken or of another version
    ├── IsolationError             exit 5   the sandbox could not be set up, or is weaker than demanded
    ├── StoreError                 exit 5   attempts or results could not be kept
    ├── UsageError                 exit 2   the person asked for something that is not there
    └── SubmissionError            exit 3   a notebook holds no program that can be taken from it

A learner's wrong answer is never an exception that reaches a person: it is a value (`grader.results`). A
`SubmissionError` becomes one too, a report like any other, wherever a file is graded.
"""

from __future__ import annotations

from typing import ClassVar

from grader.text import Text


class GraderError(Exception):
    """Root of the tree: `message` says what is wrong and where, `hint` what to do about it."""

    exit_code: ClassVar[int] = 5

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


class CourseError(GraderError):
    """A file of the course is missing, malformed, or does not fit the others."""


class IsolationError(GraderError):
    """The wall around learner code could not be built, or is weaker than was demanded."""


class StoreError(GraderError):
    """An attempt, a review or a class result could not be kept."""


class UsageError(GraderError):
    """The command names something that does not exist or does not make sense."""

    exit_code = 2


class SubmissionError(GraderError):
    """What was handed in holds no program: not a notebook, no cell with the function, a cell that is no Python."""

    exit_code = 3
