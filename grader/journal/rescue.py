"""A damaged journal becomes a file set aside, never deleted, and a new one with every row that could still be read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from grader.journal.file import alone_in, connected, primary_code, writing
from grader.locale import say_many
from grader.text import Text

TABLES = ("attempts", "hints_shown", "solutions_seen", "reviews", "overrides", "quiz_sessions")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is broken."""
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def rescue(path: Path, now: datetime) -> Text | None:
    """Set a damaged journal aside and begin a new one; what to tell the person, or None if nothing had to be done."""
    with alone_in(path.parent):  # another terminal may have found the same damage: its new file must stay
        if not is_damaged(path):
            return None
        aside = _set_aside(path, now)
        rows = _carry_over(aside, path)
    return say_many(
        "{file} was damaged. It is kept as {aside}; a new one was begun, with the {number} entry that could be read.",
        "{file} was damaged. It is kept as {aside}; a new one was begun, with the {number} entries that could be read.",
        rows,
        file=path,
        aside=aside.name,
    )


def is_damaged(path: Path) -> bool:
    """Whether SQLite's own check of the whole file finds a fault in it."""
    if not path.exists():
        return False
    try:
        with connected(path, "rw") as database:
            return bool(database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        return is_damage(error)


def _set_aside(path: Path, now: datetime) -> Path:
    stem = f"{path.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside = next(name for name in _names(path.parent, stem) if not os.path.lexists(name))
    # The rollback journal first: left beside a new file, it would be played back into it.
    with contextlib.suppress(FileNotFoundError):
        os.rename(f"{path}-journal", f"{aside}-journal")
    os.rename(path, aside)
    return aside


def _names(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / stem
    for number in range(2, 1_000_000):
        yield folder / f"{stem}-{number}"


def _carry_over(aside: Path, path: Path) -> int:
    # Immutable: the file set aside stays as it was found, and its rollback journal is not played back.
    with connected(aside, "ro&immutable=1") as old, writing(path) as new:
        before = new.total_changes
        for table in TABLES:
            columns = [row[1] for row in new.execute(f"PRAGMA table_info({table})")]
            # From both ends: a page that cannot be read stops either, but hides no more than itself.
            for order in ("ASC", "DESC"):
                with contextlib.suppress(sqlite3.Error):
                    _copy_rows(old, new, table, columns, order)
        return new.total_changes - before


def _copy_rows(old: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: list[str], order: str) -> None:
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    for row in old.execute(f"SELECT {names} FROM {table} ORDER BY rowid {order}"):
        new.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", row)
