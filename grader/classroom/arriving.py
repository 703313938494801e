"""What an intake met becomes rows: learners, their sources, and attempts numbered so that nothing counts twice."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from grader.classroom import tables
from grader.classroom.arrival import Arrival
from grader.exports.gradebook import Student

Place = tuple[str, str, int]
"""Where a submission stands: the learner's key, the exercise, the attempt."""


def keep_all(
    connection: Connection, run: int, arrivals: Sequence[Arrival], students: Mapping[str, Student]
) -> list[Place]:
    """Each arrival's place, in order; the ones that were not there before are now rows first seen in `run`."""
    learners = _keep_learners(connection, {each.learner for each in arrivals}, students)
    _keep_sources(connection, arrivals)
    known, fresh, places = _known_attempts(connection, learners), [], []
    for each in arrivals:
        attempts = known[learners[each.learner], each.exercise]
        attempt = attempts.take(each.sha256)
        places.append((each.learner, each.exercise, attempt))
        if attempts.is_new(attempt):
            fresh.append(_submission_row(each, learners[each.learner], attempt, run))
    if fresh:
        connection.execute(tables.submissions.insert(), fresh)
    return places


def keep_absent(connection: Connection, students: Mapping[str, Student]) -> None:
    """Make `students`, by key, everybody who is known and handed in nothing; who did hand in something stays."""
    learners = tables.learners
    connection.execute(learners.delete().where(learners.c.id.not_in(select(tables.submissions.c.learner))))
    told = [{"key": key, "student": msgspec.json.encode(who).decode()} for key, who in sorted(students.items())]
    insert_new(connection, learners, told)


def adopt(connection: Connection, old: str, new: str) -> None:
    """Make `old`'s submissions those of `new`: the same row under another key, or further attempts of who is there."""
    learners, submissions = tables.learners, tables.submissions
    number = {row.key: row.id for row in connection.execute(select(learners).where(learners.c.key.in_((old, new))))}
    if old == new or old not in number:
        return
    if new not in number:
        connection.execute(update(learners).where(learners.c.id == number[old]).values(key=new))
        return
    last: dict[str, int] = {}
    query = select(submissions).where(submissions.c.learner.in_(number.values())).order_by(submissions.c.attempt)
    moving = connection.execute(query).all()
    for row in moving:
        if row.learner == number[new]:
            last[row.exercise] = row.attempt
    for row in moving:
        if row.learner == number[old]:
            last[row.exercise] = attempt = last.get(row.exercise, 0) + 1
            moved = {"learner": number[new], "attempt": attempt}
            connection.execute(update(submissions).where(submissions.c.id == row.id).values(**moved))
    connection.execute(learners.delete().where(learners.c.id == number[old]))


def correct(connection: Connection, owners: Mapping[str, str]) -> None:
    """Make every submission of a path in `owners` that learner's, as a further attempt, whosever it was."""
    learners, submissions = tables.learners, tables.submissions
    insert_new(connection, learners, [{"key": key} for key in sorted(set(owners.values()))])
    number = {row.key: row.id for row in connection.execute(select(learners))}
    for origin, key in sorted(owners.items()):
        own = number[key]
        strays = select(submissions).where(submissions.c.origin == origin, submissions.c.learner != own)
        for row in connection.execute(strays.order_by(submissions.c.attempt)).all():
            theirs = (submissions.c.learner == own) & (submissions.c.exercise == row.exercise)
            last = connection.execute(select(func.max(submissions.c.attempt)).where(theirs)).scalar() or 0
            moved = {"learner": own, "attempt": last + 1}
            connection.execute(update(submissions).where(submissions.c.id == row.id).values(**moved))


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT, which each dialect writes with a construct of its own."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose key is not there yet; the others stay as they are."""
    if values:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), values)


class _Attempts:
    """The attempts of one learner at one exercise: each stored one is taken once, in order; then come new numbers."""

    def __init__(self) -> None:
        self._stored: defaultdict[str, list[int]] = defaultdict(list)
        self._stored_last = self._last = 0

    def add(self, attempt: int, sha256: str) -> None:
        self._stored[sha256].append(attempt)
        self._stored_last = self._last = max(self._last, attempt)

    def take(self, sha256: str) -> int:
        if waiting := self._stored[sha256]:
            return waiting.pop(0)
        self._last += 1
        return self._last

    def is_new(self, attempt: int) -> bool:
        return attempt > self._stored_last


def _keep_learners(connection: Connection, keys: set[str], students: Mapping[str, Student]) -> dict[str, int]:
    insert_new(connection, tables.learners, [{"key": key} for key in sorted(keys)])
    for key in sorted(keys & set(students)):
        told = msgspec.json.encode(students[key]).decode()
        connection.execute(update(tables.learners).where(tables.learners.c.key == key).values(student=told))
    found = select(tables.learners.c.key, tables.learners.c.id).where(tables.learners.c.key.in_(keys))
    return {row.key: row.id for row in connection.execute(found)}


def _keep_sources(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    contents = {each.sha256: each.content for each in arrivals}
    packed = [{"sha256": sha256, "content": zlib.compress(content)} for sha256, content in contents.items()]
    insert_new(connection, tables.sources, packed)


def _known_attempts(connection: Connection, learners: Mapping[str, int]) -> defaultdict[tuple[int, str], _Attempts]:
    known: defaultdict[tuple[int, str], _Attempts] = defaultdict(_Attempts)
    columns = tables.submissions.c
    theirs = select(tables.submissions).where(columns.learner.in_(learners.values())).order_by(columns.attempt)
    for row in connection.execute(theirs):
        known[row.learner, row.exercise].add(row.attempt, row.sha256)
    return known


def _submission_row(arrival: Arrival, learner: int, attempt: int, run: int) -> dict[str, object]:
    told = msgspec.structs.asdict(arrival)
    del told["content"]
    return {**told, "learner": learner, "attempt": attempt, "first_seen": run}
