"""A learner's objection to a result and its answer become rows beside the submission, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, update

from grader.classroom import rows, tables
from grader.classroom.rows import Appeal


def keep_appeal(connection: Connection, submission: int, objection: str, raised_at: datetime) -> int:
    """An objection's number; said again in the same words, it is the one it was."""
    own = tables.appeals.c
    same = select(own.id).where(own.submission == submission, own.objection == objection)
    if (known := connection.execute(same).scalar()) is not None:
        return int(known)
    row = {"submission": submission, "objection": objection, "raised_at": raised_at}
    return int(connection.execute(tables.appeals.insert().returning(own.id), row).scalar_one())


def answer_appeal(connection: Connection, number: int, answer: str, answered_at: datetime) -> bool:
    """Give the answer to an objection, in place of one given before; False where there is no such objection."""
    own = tables.appeals
    told = update(own).where(own.c.id == number).values(answer=answer, answered_at=answered_at)
    return bool(connection.execute(told).rowcount)


def appeals(connection: Connection) -> Iterator[Appeal]:
    """Every objection, in the order in which they came."""
    own = tables.appeals
    query = (
        rows.submission_rows(*(column.label(f"appeal_{column.name}") for column in own.c))
        .join(own, own.c.submission == tables.submissions.c.id)
        .order_by(own.c.id)
    )
    for row in connection.execute(query).all():
        yield Appeal(
            id=row.appeal_id,
            learner=row.key,
            exercise=row.exercise,
            attempt=row.attempt,
            raised_at=row.appeal_raised_at,
            objection=row.appeal_objection,
            answered_at=row.appeal_answered_at,
            answer=row.appeal_answer,
        )
