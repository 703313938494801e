"""Grades sources of the shipped course through the real engine, with interpreters kept warm for the whole test run."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from functools import cache

from grader.course import Course, open_course
from grader.diagnosis import variant as compose
from grader.grading import Examiner
from grader.results import Report


@cache
def course() -> Course:
    """The course that ships with the package."""
    return open_course()


@cache
def examiner() -> Examiner:
    """One examiner for the whole run."""
    made = Examiner(course())
    atexit.register(made.close)
    return made


def grade(slug: str, source: str | bytes, seed: int) -> Report:
    """The report on one source."""
    content = source.encode() if isinstance(source, str) else source
    return examiner().grade(course().exercise(slug), content, seed=seed)


def grade_many(slug: str, sources: Sequence[str | bytes], seed: int) -> list[Report]:
    """The reports on several sources, in their order."""
    contents = [source.encode() if isinstance(source, str) else source for source in sources]
    reports = dict(examiner().reports(course().exercise(slug), contents, seed=seed))
    return [reports[index] for index in range(len(contents))]


def variant(slug: str, *ids: str) -> str:
    """The source of a learner who holds exactly these beliefs."""
    return compose(course().exercise(slug), ids).source
