"""A report, its exercise and the way on into what a page needs to be told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from grader.course import Course, Exercise
from grader.results import Outcome, Report
from grader.telling.way import Way
from grader.text import Text


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs of an exercise and of the way it was graded.

    `brief` and `explanation` are Markdown; `explanation` is given only after a pass. `path` is the file to edit,
    `command` grades it again, `replay` does so with the same seed, and `next_command` goes on after a pass. `terms`
    names the glossary's terms by id. `source` is the learner's own text, where it may be shown around the lines of a
    traceback.
    """

    course: Text
    title: Text
    brief: Text
    path: str
    command: str
    replay: str
    next_command: str = ""
    rtol: float | None = None
    atol: float | None = None
    tolerance_reason: Text | None = None
    explanation: Text | None = None
    terms: Mapping[str, Text] = {}
    source: str = ""
    graded_at: datetime | None = None


def told(report: Report, exercise: Exercise, course: Course, way: Way, graded_at: datetime) -> Told:
    """What the page of one grading is told."""
    from grader.quizzes.glossary import term_names

    manifest = exercise.manifest
    return Told(
        course=course.info.title,
        title=manifest.title,
        brief=exercise.markdown("brief"),
        path=way.path,
        command=way.again,
        replay=f"{way.again} --seed {report.seed}",
        next_command=way.next or "",
        rtol=manifest.tolerance.rtol,
        atol=manifest.tolerance.atol,
        tolerance_reason=manifest.tolerance.reason,
        explanation=exercise.markdown("explanation") if report.outcome is Outcome.PASSED else None,
        terms=term_names(course.root) if report.diagnosis else {},
        graded_at=graded_at,
    )
