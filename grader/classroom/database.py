"""A path or an address becomes an open database with this schema, and its driver's errors become one clear sentence."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from grader.classroom.tables import SCHEMA_VERSION, metadata, settings
from grader.errors import StoreError, UsageError
from grader.locale import say

Result = TypeVar("Result")

CONNECT_SECONDS = 10
ADVISORY_LOCK = 0x6465_7363  # any number, the same in every process: PostgreSQL's advisory locks are numbers


class Database:
    """Transactions on one engine; a lock or a lost server is waited for as long as `patience` seconds.

    Actions must be idempotent: after a broken connection nobody knows whether the commit was kept, so it is made again.
    """

    def __init__(
        self,
        where: str | Path,
        *,
        patience: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        url = _url(where)
        self.name = url.database or "" if _is_file(url) else _shown(str(where))
        self.dialect = url.get_backend_name()
        self._patience, self._clock, self._sleep = patience, clock, sleep
        self._engine = _engine(url, patience)
        try:
            self._attempt(_locked(_prepare(self.name)), writing=True)
        except DBAPIError as error:
            self.close()
            raise _spoken(error, self.name, self.dialect) from error
        except BaseException:
            self.close()
            raise

    def write(self, action: Callable[[Connection], Result], *, alone: bool = False) -> Result:
        """`action` in one transaction, committed when this returns; raises StoreError where that cannot be done.

        `alone`: no other such action runs meanwhile, from whatever machine; on SQLite no writer ever does.
        """
        return self._patiently(_locked(action) if alone else action, writing=True)

    def read(self, action: Callable[[Connection], Result]) -> Result:
        """`action` in one transaction that does not keep writers out."""
        return self._patiently(action, writing=False)

    def compact(self) -> None:
        """Give back the pages that hold what was erased, the journal's too: on SQLite nothing of it is left in a file.

        PostgreSQL reuses its pages by itself and has a journal of the whole server's.
        """
        if self.dialect != "sqlite":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM FULL"))
            return
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            for statement in ("PRAGMA secure_delete = ON", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                driver.execute(statement)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _patiently(self, action: Callable[[Connection], Result], *, writing: bool) -> Result:
        deadline = self._clock() + self._patience
        pause = 0.05
        while True:
            try:
                return self._attempt(action, writing=writing)
            except DBAPIError as error:
                if not self._may_return(error) or self._clock() + pause > deadline:
                    raise _spoken(error, self.name, self.dialect) from error
            except PoolTimeout as error:
                raise StoreError(say("The class store {name} has no free connection.", name=self.name)) from error
            self._sleep(pause)
            pause = min(2 * pause, 2.0)

    def _attempt(self, action: Callable[[Connection], Result], *, writing: bool) -> Result:
        with self._engine.connect().execution_options(writing=writing) as connection, connection.begin():
            return action(connection)

    def _may_return(self, error: DBAPIError) -> bool:
        """Whether this is a server that went away, which may come back, and not a fault in what was asked."""
        return self.dialect != "sqlite" and (isinstance(error, OperationalError) or error.connection_invalidated)


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise _unknown_address() from error
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg", database=_unescaped(url.database))
    if backend != "sqlite":
        raise _unknown_address()
    # Where SQLite itself reads the address (`uri=true`), the escapes are for it to undo.
    return url if "uri" in url.query else url.set(database=_file_named(where))


def _unescaped(database: str | None) -> str | None:
    """A database's name as it is meant: from its release 2.1 on, SQLAlchemy undoes ``%20`` there by itself."""
    undone = make_url("sqlite:///%20").database == " "
    return database if undone or database is None else unquote(database)


def _file_named(address: str) -> str | None:
    """The file that an address means, its escapes undone, unless only one of the very name written is there.

    Such a one was made when this program, with an older SQLAlchemy, took the escapes for part of the name.
    """
    written = address.partition("://")[2].partition("/")[2].partition("?")[0]
    meant = unquote(written)
    return (written if Path(written).is_file() and not Path(meant).is_file() else meant) or None


def _unknown_address() -> UsageError:
    return UsageError(
        say("The class store's address is neither a file nor a PostgreSQL address."),
        say("Write a path such as class.db, or postgresql://user@host/database."),
    )


def _shown(address: str) -> str:
    """An address as it was typed; a password, wherever it stands, is three asterisks."""
    if make_url(address).password is not None:
        # Up to the last sign there is: whoever forgot to write an @ of the password as %40 must not read half of it.
        address = re.sub(r"(://[^:/]*):.*@", r"\1:***@", address)
    return re.sub(r"(?i)([?&][a-z]*pass[a-z]*=)[^&]*", r"\1***", address)


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL, patience: float) -> Engine:
    if _is_file(url):
        engine = create_engine(url, connect_args={"timeout": patience, "check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS})
    except ModuleNotFoundError as error:
        raise UsageError(
            say("A PostgreSQL store needs the package psycopg, which is not installed."),
            say('Run: pip install "descenso[postgres]"'),
        ) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions would begin too late to be IMMEDIATE; `_begin_sqlite` begins them.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # With a write-ahead log, NORMAL survives a killed process with every commit; a power cut may cost the last ones,
    # which the next run grades again.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a read that is upgraded later fails without waiting.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _locked(action: Callable[[Connection], Result]) -> Callable[[Connection], Result]:
    def locked(connection: Connection) -> Result:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        return action(connection)

    return locked


def _prepare(name: str) -> Callable[[Connection], None]:
    def prepare(connection: Connection) -> None:
        found = set(inspect(connection).get_table_names())
        version = _version(connection) if settings.name in found else None
        if version is None:
            _refuse_a_strangers(found, name, connection.dialect.name)
            metadata.create_all(connection)
            connection.execute(insert(settings).values(name="schema", value=str(SCHEMA_VERSION)))
        elif version > SCHEMA_VERSION:
            raise StoreError(
                say("The class store {name} was made by a newer version of this program.", name=name),
                say("Update the program, or give another file with --db."),
            )
        else:  # tables that came later; whoever made the store knows nothing of them, and goes on with it all the same
            metadata.create_all(connection, [table for name, table in metadata.tables.items() if name not in found])

    return prepare


def _version(connection: Connection) -> int | None:
    if {column["name"] for column in inspect(connection).get_columns(settings.name)} != {"name", "value"}:
        return None
    found: Any = connection.scalar(select(settings.c.value).where(settings.c.name == "schema"))
    return int(found) if str(found).isdecimal() else None


def _refuse_a_strangers(found: set[str], name: str, dialect: str) -> None:
    # A file of ours holds nothing else; on a server others may have tables beside ours, but not of the same name.
    strange = found if dialect == "sqlite" else found & set(metadata.tables)
    if strange:
        table = min(strange)
        raise StoreError(
            say("{name} is a database of another program: it already has a table {table}.", name=name, table=table),
            say("Give another file or database with --db."),
        )


_TROUBLES: tuple[tuple[str, Callable[[str], StoreError]], ...] = (
    (
        "locked",
        lambda name: StoreError(
            say("The class store {name} is locked by another program.", name=name),
            say("Wait until it has finished, or close it, and run the same command again: it goes on where it was."),
        ),
    ),
    (
        "not a database|malformed",
        lambda name: StoreError(
            say("{name} is not a class store: it is another kind of file, or damaged.", name=name),
            say("Give another file with --db; results can be graded again from the submissions."),
        ),
    ),
    (
        "readonly|read-only",
        lambda name: StoreError(
            say("The class store {name} may not be written to.", name=name),
            say("Check the permissions of the file and of its folder."),
        ),
    ),
    (
        "unable to open",
        lambda name: StoreError(
            say("The class store {name} cannot be opened.", name=name),
            say("Check that its folder exists and that you may write there."),
        ),
    ),
    (
        "is full|no space",
        lambda name: StoreError(
            say("There is no room left for the class store {name}.", name=name),
            say("Free some space and run the same command again: it goes on where it was."),
        ),
    ),
)


def _spoken(error: DBAPIError, name: str, dialect: str) -> StoreError:
    """What a driver's error means to the person who runs the grader."""
    detail = str(error.orig).strip().partition("\n")[0].rstrip(".")
    for words, trouble in _TROUBLES:
        if re.search(words, detail, re.IGNORECASE):
            return trouble(name)
    if dialect != "sqlite" and isinstance(error, OperationalError):
        return StoreError(
            say("The class store {name} cannot be reached: {detail}.", name=name, detail=detail),
            say(
                "Check the address and that its server is up, then run the same command again: it goes on where it was."
            ),
        )
    return StoreError(say("The class store {name} failed: {detail}.", name=name, detail=detail))
