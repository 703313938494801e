"""A path becomes short SQLite transactions that are kept whole or not at all, and a damaged file one set aside.

Rollback journal, not WAL: an idle journal is then one file that can be copied, it works in a home folder on NFS
(WAL needs shared memory), and a learner writes once a grading, so WAL's parallel readers would gain nothing.
`synchronous=EXTRA` also syncs the folder after the rollback journal is removed: with FULL, power lost at that
moment may bring it back and undo what was reported as kept.
Each operation opens the file afresh (0.2 ms): nothing is held between commands, across threads or over a fork.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader.errors import StoreError
from grader.journal import schema
from grader.locale import say
from grader.locale.system import problem_of
from grader.text import Text

PATIENCE_SECONDS = 10.0  # how long to wait for another terminal's transaction, which takes milliseconds


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on `path`, made with its folder if need be; kept when the block ends, undone if it raises."""
    make_folder(path.parent)
    with connected(path, "rwc") as database:
        database.execute("PRAGMA synchronous = EXTRA")
        # IMMEDIATE: two writers queue here, where waiting is possible, and never meet while upgrading a lock.
        database.execute("BEGIN IMMEDIATE")
        try:
            refuse_newer(database, path)
            schema.migrate(database)
            yield database
            database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """`path` as a database of today's version; an empty one where there is no file, which is not made."""
    if not path.exists():
        with memory_copy(None) as empty:
            yield empty
        return
    with connected(path, "rw") as database:  # read only where the system says so
        refuse_newer(database, path)
        if schema.version_of(database) == schema.VERSION:
            yield database
            return
        with memory_copy(database) as copy:
            yield copy


@contextlib.contextmanager
def memory_copy(source: sqlite3.Connection | None) -> Iterator[sqlite3.Connection]:
    """`source` brought to today's version in memory, so that an old file can be read where nothing may be written."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        if source is not None:
            source.backup(copy)
        schema.migrate(copy)
        yield copy


def copy_over(source: Path, target: Path) -> None:
    """Make `target` hold what `source`, which cannot be written, holds; a killed copy leaves no target."""
    make_folder(target.parent)
    with alone_in(target.parent), connected(source, "rw") as old:
        if target.exists():
            return
        refuse_newer(old, source)
        partial = target.with_name(f"{target.name}.part")
        with connected(partial, "rwc") as new:
            new.execute("PRAGMA synchronous = EXTRA")
            old.backup(new)
        os.replace(partial, target)


def refuse_newer(database: sqlite3.Connection, path: Path) -> None:
    """Raise `StoreError` for a file of a later version of the program, which is left as it is."""
    found = schema.version_of(database)
    if found > schema.VERSION:
        raise StoreError(
            say("{file} was written by a newer version of this program: its format is {found}, "
                "and this version reads up to {known}.", file=path, found=found, known=schema.VERSION),
            say("Upgrade this program; the file was left as it is."),
        )  # fmt: skip


def explain(error: sqlite3.Error | OSError, path: Path) -> StoreError:
    """What SQLite or the system said, as one sentence for the person."""
    code = primary_code(error) if isinstance(error, sqlite3.Error) else None
    if code == sqlite3.SQLITE_FULL or _disk_is_full(path):
        return StoreError(
            say("The disk is full, so {file} could not be written and this was not kept.", file=path),
            say("Free some space and run the command again; what was kept before is safe."),
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            say("Another process has held {file} for more than {seconds} seconds.",
                file=path, seconds=int(PATIENCE_SECONDS)),
            say("Close the other `grade`, or whatever has the file open, and run the command again."),
        )  # fmt: skip
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or code is None:
        return StoreError(
            say("{file} cannot be opened for writing ({reason}).", file=path, reason=_reason(error)),
            say("Check that you may write in that folder, and that it is a folder."),
        )
    return StoreError(
        say("{file} could not be read or written ({reason}).", file=path, reason=_reason(error)),
        say("Check the disk; `grade doctor` examines the file."),
    )


def _reason(error: sqlite3.Error | OSError) -> Text | str:
    if isinstance(error, OSError):
        return problem_of(error)
    code = primary_code(error)
    if code == sqlite3.SQLITE_CANTOPEN:
        return say("the system does not open it")
    return say("it can only be read") if code == sqlite3.SQLITE_READONLY else str(error)


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's result code without its extension; None for errors that Python's module makes itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


@contextlib.contextmanager
def connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """`path`, opened as SQLite's URI parameter `mode` says (rw, rwc), each statement its own transaction."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    database = sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
    with contextlib.closing(database):
        # The file may come from anywhere a learner's folder comes from: nothing written in its schema is run.
        database.execute("PRAGMA trusted_schema = OFF")
        yield database


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time; where the system has no such lock (Windows), an open file cannot be renamed anyway."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse: better than not going on
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """`folder`, made if need be, which version control leaves out."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    sync_folder(folder.parent)
    # A learner's repository should not carry the journal along.
    with contextlib.suppress(FileExistsError), open(folder / ".gitignore", "x", encoding="utf-8") as ignore:
        ignore.write("*\n")


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a loss of power, where the system knows how."""
    with contextlib.suppress(OSError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _disk_is_full(path: Path) -> bool:
    try:
        status = os.statvfs(path.parent)
    except (OSError, AttributeError):
        return False
    return status.f_bavail * status.f_frsize < 4096 * 16
