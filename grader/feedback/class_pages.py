"""A class's record into all pages of its report, each with its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.feedback.class_learner import class_learner_view
from grader.feedback.class_lists import list_pages
from grader.feedback.class_people import page_of
from grader.feedback.class_record import ClassRecord, LearnerRecord, WorkHistory
from grader.feedback.class_similar import similar_views
from grader.feedback.class_view import class_view
from grader.feedback.html import render
from grader.locale import LANGUAGES

INDEX = "index.html"


def class_pages(record: ClassRecord, *, language: str = LANGUAGES[0]) -> Iterator[tuple[str, str]]:
    """The first page, the lists of learners and the similar pairs; files are relative to the report's folder."""
    yield INDEX, render("class.html.j2", class_view(record), language=language)
    for file, view in list_pages(record):
        yield file, render("class_learners.html.j2", view, language=language)
    for file, pairs in similar_views(record):
        yield file, render("class_similar.html.j2", pairs, language=language)


def learner_pages(
    record: ClassRecord,
    histories: Iterable[tuple[LearnerRecord, tuple[WorkHistory, ...]]],
    *,
    language: str = LANGUAGES[0],
) -> Iterator[tuple[str, str]]:
    """A page a learner, in the order of `record.learners`; `histories` is read one learner at a time."""
    for number, (learner, works) in enumerate(histories, start=1):
        view = class_learner_view(learner, works, record)
        yield page_of(number), render("class_learner.html.j2", view, language=language)
