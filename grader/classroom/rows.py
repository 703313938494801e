"""The values a class's store takes and gives, and how each becomes a row of the tables and comes back from one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, select

from grader.behaviour import Behaviour
from grader.classroom import tables
from grader.results import Isolation, Report, decode_text, report_from_json
from grader.text import Text


class Edition(msgspec.Struct, frozen=True, order=True):
    """What graded: a change of the exercise, of its checks or of the seed policy is another edition."""

    exercise: str
    exercise_version: int
    checks_version: str
    seed_policy: str


class RunStart(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of one start of the grader over a folder."""

    course: str
    course_version: str
    seed: int
    isolation: Isolation
    started_at: datetime


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One submission as the store knows it; `attempt` counts from 1 in the order they were met."""

    id: int
    learner: str
    exercise: str
    attempt: int
    sha256: str
    submitted_at: datetime | None
    late: bool | None
    late_seconds: float | None
    origin: str


class KeptResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one edition found in one submission, and when; `submission.submitted_at` is another moment."""

    submission: Kept
    edition: Edition
    graded_at: datetime
    report: Report
    behaviours: tuple[Behaviour, ...] = ()


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's objection to a result, and the answer where there is one; both are somebody's text."""

    id: int
    learner: str
    exercise: str
    attempt: int
    raised_at: datetime
    objection: str
    answered_at: datetime | None = None
    answer: str | None = None


def submission_rows(*further: ColumnElement[Any]) -> Select[Any]:
    """The query whose rows `kept` reads, with further columns where wanted."""
    joined = tables.submissions.join(tables.learners)
    return select(tables.submissions, tables.learners.c.key, *further).select_from(joined)


def kept(row: Row[Any]) -> Kept:
    """A submission from a row of `submission_rows`."""
    return Kept(
        id=row.id,
        learner=row.key,
        exercise=row.exercise,
        attempt=row.attempt,
        sha256=row.sha256,
        submitted_at=row.submitted_at,
        late=row.late,
        late_seconds=row.late_seconds,
        origin=row.origin,
    )


def kept_result(row: Row[Any], edition: Edition) -> KeptResult:
    """A result from a row of `submission_rows` with the report, its moment and the behaviours."""
    report = report_from_json(row.report.encode())
    told = () if row.told is None else msgspec.json.decode(row.told, type=tuple[Behaviour, ...])
    return KeptResult(submission=kept(row), edition=edition, graded_at=row.graded_at, report=report, behaviours=told)


def edition(row: Row[Any]) -> Edition:
    """An edition from a row of its table."""
    return Edition(row.exercise, row.exercise_version, row.checks_version, row.seed_policy)


def is_edition(wanted: Edition) -> ColumnElement[bool]:
    """The condition that a row of the editions' table is `wanted`."""
    columns = msgspec.structs.asdict(wanted).items()
    return and_(*(tables.editions.c[name] == value for name, value in columns))


def text_to_json(text: Text) -> str:
    """A sentence in every language as one column holds it."""
    return msgspec.json.encode(dict(text)).decode()


def text_from_json(encoded: str) -> Text:
    """The sentence that `text_to_json` wrote."""
    return msgspec.json.decode(encoded, type=Text, dec_hook=decode_text)
