"""A report kept as an attempt in the learner's journal, with the quiz cards it makes due; never at the grade's cost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.journal import Journal
from grader.results import Outcome, Report
from grader.text import Text
from grader.workspace import Workspace

NO_ATTEMPT = (Outcome.NOT_STARTED, Outcome.GRADER_ERROR)


def open_journal(course: Course, here: Path | None = None) -> Journal:
    """The journal of the copy of the course around `here`, or of the user."""
    workspace = Workspace.find(here or Path.cwd())
    return Journal.open(workspace.root if workspace else None, course.info.id)


def keep(report: Report, exercise: Exercise, course: Course, now: datetime) -> list[Text]:
    """Keep an attempt and bring its terms forward; give what the learner should be told about that.

    A starter and a fault of ours are no attempts. What cannot be kept is told, and nothing is raised: the grade stands.
    """
    if report.outcome in NO_ATTEMPT:
        return []
    try:
        journal = open_journal(course)
        journal.keep_attempt(
            report, at=now, course_version=course.info.version, exercise_version=exercise.manifest.version
        )
        if report.outcome is not Outcome.PASSED:
            from grader.quizzes import bring_forward

            bring_forward(journal, report, exercise.manifest.concepts, now)
    except GraderError as error:
        return [error.message, *([error.hint] if error.hint is not None else [])]
    return journal.notices
