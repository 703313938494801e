"""One learner of a class into their page: attempts over time, where the run first left the expected one, the belief."""

from __future__ import annotations

import msgspec

from grader.feedback import clean, numbers
from grader.feedback.checklist import CheckView, full_check
from grader.feedback.class_record import AttemptRecord, ClassRecord, LearnerRecord, WorkHistory
from grader.feedback.markdown import Html, inline
from grader.feedback.numbers import Words
from grader.feedback.verdict import Verdict, verdict
from grader.feedback.view import DiagnosisView, diagnosis_view, shows_failure


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; `height` is its share of the points, in thousandths."""

    number: int
    outcome: str
    points: Words
    height: int
    date: Words | None
    late: bool


class WorkView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise of a learner's."""

    number: int
    title: dict[str, Html]
    verdict: Verdict
    message: Words | None
    attempts: tuple[AttemptView, ...]
    first_failure: CheckView | None
    diagnosis: tuple[DiagnosisView, ...]


class ClassLearnerView(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's page of the class."""

    course: Words
    class_name: str
    name: str
    key: str
    points: Words
    max_points: Words
    works: tuple[WorkView, ...]


_MOST_ATTEMPTS = 40


def class_learner_view(
    learner: LearnerRecord, histories: tuple[WorkHistory, ...], record: ClassRecord
) -> ClassLearnerView:
    """The page of one learner, exercise by exercise."""
    return ClassLearnerView(
        course=clean.words(record.course),
        class_name=clean.line(record.name),
        name=clean.line(learner.name),
        key=clean.line(learner.key),
        points=numbers.number(learner.points, 4),
        max_points=numbers.number(sum(work.max_points for work in learner.works), 4),
        works=tuple(_work(history, record) for history in histories),
    )


def _work(history: WorkHistory, record: ClassRecord) -> WorkView:
    report = history.report
    first = report.first_failure if shows_failure(report) else None
    return WorkView(
        number=report.exercise.number,
        title=inline(record.title(history.exercise)),
        verdict=verdict(report),
        message=None if report.message is None or first is not None else clean.words(report.message),
        attempts=tuple(_attempt(each, report.max_points) for each in history.attempts[-_MOST_ATTEMPTS:]),
        first_failure=None if first is None else full_check(first, report, ""),
        diagnosis=tuple(diagnosis_view(found) for found in report.diagnosis),
    )


def _attempt(each: AttemptRecord, most: float) -> AttemptView:
    return AttemptView(
        number=each.number,
        outcome=each.outcome.value,
        points=numbers.number(each.points, 4),
        height=round(1000 * each.points / most) if most else 0,
        date=None if each.submitted_at is None else numbers.date(each.submitted_at),
        late=each.late,
    )
