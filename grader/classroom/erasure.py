"""What is kept of a person, or from before a day, is erased from a class's store; counts of it stay and name nobody."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from grader.classroom import tables
from grader.classroom.arriving import insert, insert_new
from grader.classroom.scrubbing import Scrubber
from grader.results import Outcome

_IDS = frozenset(
    ["id", "schema", "sha256", "kind", "outcome", "tier", "needs", "exercise", "claim", "belief", "explanation",
     "terms", "question", "alternatives", "entry_point", "isolation", "versions", "submission"]
)  # fmt: skip
"""Keys of a report under which the course's own words stand, or a digest."""


def erase(connection: Connection, submissions: Sequence[int]) -> int:
    """Erase these submissions with all that hangs on them, and count them by exercise; how many there were."""
    for start in range(0, len(submissions), 500):
        _erase(connection, submissions[start : start + 500])
    _drop_what_nobody_has(connection)
    return len(submissions)


def submissions_of(connection: Connection, learner: str) -> list[int]:
    """The numbers of a learner's submissions."""
    own = tables.submissions.c
    query = select(own.id).join(tables.learners).where(tables.learners.c.key == learner)
    return [int(row.id) for row in connection.execute(query)]


def submissions_before(connection: Connection, moment: datetime) -> list[int]:
    """The numbers of what was handed in before a moment; what says no time counts from when it was first seen."""
    own = tables.submissions.c
    came = func.coalesce(own.submitted_at, tables.runs.c.started_at)
    query = select(own.id, came).join(tables.runs, tables.runs.c.id == own.first_seen)
    bound = tables.Instant().process_bind_param(moment, connection.dialect)
    return [int(row.id) for row in connection.execute(query) if str(_as_kept(row[1], connection)) < str(bound)]


def drop_learner(connection: Connection, learner: str) -> bool:
    """Erase who a learner is; whether anybody was called so."""
    own = tables.learners
    return bool(connection.execute(delete(own).where(own.c.key == learner)).rowcount)


def drop_learners_without_work(connection: Connection) -> None:
    """Erase who everybody is of whom nothing is kept any more."""
    own = tables.learners
    connection.execute(delete(own).where(own.c.id.not_in(select(tables.submissions.c.learner))))


def drop_notes(connection: Connection) -> None:
    """What intakes could not use names files and people."""
    connection.execute(tables.notes.delete())


def scrub(connection: Connection, scrubber: Scrubber) -> int:
    """Replace names in every source and in what is told of it; in how many sources they stood."""
    found = 0
    for digest in connection.execute(select(tables.sources.c.sha256)).scalars().all():
        packed = connection.execute(
            select(tables.sources.c.content).where(tables.sources.c.sha256 == digest)
        ).scalar_one()
        content = zlib.decompress(packed)
        scrubbed = scrubber.content(content)
        if scrubbed != content:
            _replace_source(connection, digest, scrubbed)
            found += 1
    results, appeals = tables.results, tables.appeals
    for number, report in connection.execute(select(results.c.id, results.c.report)).all():
        told = _scrubbed_report(report, scrubber)
        if told != report:
            connection.execute(update(results).where(results.c.id == number).values(report=told))
    for row in connection.execute(select(appeals)).all():
        words = {name: scrubber.text(value) for name in ("objection", "answer") if (value := getattr(row, name))}
        connection.execute(update(appeals).where(appeals.c.id == row.id).values(**words))
    return found


def _replace_source(connection: Connection, digest: str, content: bytes) -> None:
    fresh = sha256(content).hexdigest()
    own = tables.submissions
    insert_new(connection, tables.sources, [{"sha256": fresh, "content": zlib.compress(content)}])
    connection.execute(update(own).where(own.c.sha256 == digest).values(sha256=fresh))
    connection.execute(delete(tables.sources).where(tables.sources.c.sha256 == digest))


def _scrubbed_report(report: str, scrubber: Scrubber) -> str:
    told = json.loads(report)
    scrubbed = _scrubbed(told, scrubber)
    return report if scrubbed == told else json.dumps(scrubbed, ensure_ascii=False)


def _scrubbed(value: Any, scrubber: Scrubber) -> Any:
    if isinstance(value, str):
        return scrubber.text(value)
    if isinstance(value, list):
        return [_scrubbed(each, scrubber) for each in value]
    if isinstance(value, dict):
        return {key: each if key in _IDS else _scrubbed(each, scrubber) for key, each in value.items()}
    return value


def _as_kept(moment: Any, connection: Connection) -> Any:
    return tables.Instant().process_bind_param(moment, connection.dialect) if isinstance(moment, datetime) else moment


def _erase(connection: Connection, numbers: Sequence[int]) -> None:
    own, results = tables.submissions.c, tables.results.c
    counted = (
        select(own.exercise, own.learner, own.id, results.outcome, results.points, results.id.label("result"))
        .outerjoin(tables.results, results.submission == own.id)
        .where(own.id.in_(numbers))
        .order_by(results.id)
    )
    newest = {row.id: row for row in connection.execute(counted)}
    by_exercise: dict[str, list[Any]] = {}
    for row in newest.values():
        by_exercise.setdefault(row.exercise, []).append(row)
    for exercise, rows in sorted(by_exercise.items()):
        _count(connection, exercise, rows)
    for table in (tables.appeals, tables.behaviours, tables.results):
        connection.execute(delete(table).where(table.c.submission.in_(numbers)))
    connection.execute(delete(tables.submissions).where(own.id.in_(numbers)))


def _count(connection: Connection, exercise: str, rows: list[Any]) -> None:
    """Add to what is known of erased work: numbers only."""
    told = {
        "learners": len({row.learner for row in rows}),
        "submissions": len(rows),
        "passed": sum(row.outcome == Outcome.PASSED.value for row in rows),
        "points": sum(row.points or 0.0 for row in rows),
    }
    made = insert(connection, tables.erased).values(exercise=exercise, **told)
    added = {name: tables.erased.c[name] + value for name, value in told.items()}
    connection.execute(made.on_conflict_do_update(index_elements=["exercise"], set_=added))


def _drop_what_nobody_has(connection: Connection) -> None:
    used = select(tables.submissions.c.sha256)
    connection.execute(delete(tables.sources).where(tables.sources.c.sha256.not_in(used)))
