"""A warm pool for the tests that share one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Limits, Pool, Program, Session

DEFAULT = Limits()
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's own calls")


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """A NumPy pool behind the whole wall this machine offers."""
    with Pool("numpy", masked=(Path(__file__).parents[2] / "solutions",)) as warm:
        yield warm


@pytest.fixture(scope="session")
def torch_pool() -> Iterator[Pool]:
    """The same with torch."""
    with Pool("torch") as warm:
        yield warm


class Opener:
    """Opens sessions on one pool, and closes them at the end of a test."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.sessions: list[Session] = []

    def __call__(
        self, source: str, *entry_points: str, harness: str = "", limits: Limits = DEFAULT, seed: int = 0
    ) -> Session:
        names = entry_points or ("f",)
        session = self._pool.open(Program(source, "answer.py", names, harness), limits, seed)
        self.sessions.append(session)
        return session


@pytest.fixture
def open_session(pool: Pool) -> Iterator[Opener]:
    """Opens a session on a source; its entry point is `f` unless others are named."""
    opener = Opener(pool)
    yield opener
    for session in opener.sessions:
        session.close()
