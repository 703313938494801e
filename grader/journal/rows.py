"""Records become rows of their tables, and rows records."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from grader.journal.records import (
    Attempt,
    HintShown,
    Override,
    QuizSession,
    Review,
    SolutionSeen,
    moment_to_text,
)

S = TypeVar("S", bound=msgspec.Struct)

TABLES: dict[type[msgspec.Struct], str] = {
    Attempt: "attempts",
    HintShown: "hints_shown",
    SolutionSeen: "solutions_seen",
    Review: "reviews",
    Override: "overrides",
    QuizSession: "quiz_sessions",
}


def insert(database: sqlite3.Connection, record: msgspec.Struct, **further: object) -> int:
    """Add `record`, or put it in the place of the one with its key; `further` columns prevail. The row's number."""
    row = {name: _to_column(name, getattr(record, name)) for name in record.__struct_fields__} | further
    names, places = ", ".join(row), ", ".join("?" * len(row))
    cursor = database.execute(
        f"INSERT OR REPLACE INTO {TABLES[type(record)]} ({names}) VALUES ({places})", tuple(row.values())
    )
    return cursor.lastrowid or 0


def select(database: sqlite3.Connection, kind: type[S], where: str = "true", *values: object) -> tuple[S, ...]:
    """The rows of a kind for which `where` holds, oldest first; `ValueError` for one that is no such record."""
    names = ", ".join(kind.__struct_fields__)
    rows = database.execute(f"SELECT {names} FROM {TABLES[kind]} WHERE {where} ORDER BY rowid", values)
    return tuple(_from_row(kind, row) for row in rows)


def _to_column(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_to_text(value)
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    if name == "seed":
        return str(value)
    if isinstance(value, str):  # what was typed may hold halves of characters, which no encoding can write
        return str(value).encode("utf-8", "replace").decode()
    return value


def _from_row(kind: type[S], row: tuple[Any, ...]) -> S:
    found = dict(zip(kind.__struct_fields__, row, strict=True))
    if kind is Attempt:
        found["misconceptions"] = msgspec.json.decode(found["misconceptions"])
        found["seed"] = int(found["seed"])
    if kind is SolutionSeen:
        found["gave_up"] = bool(found["gave_up"])
    return msgspec.convert(found, kind)
