"""The grader's side of the wall: keeps one warm zygote, opens a session a submission, starts anew what died."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from grader import results
from grader.sandbox.near import launch
from grader.sandbox.near.family import Family
from grader.sandbox.near.line import Line
from grader.sandbox.wire.control import Runtime
from grader.sandbox.wire.outcomes import Limits, Program

# What follows loads NumPy, or is of another system: neither may keep the zygote from starting.
if TYPE_CHECKING:
    from grader.sandbox.near.session import Session
    from grader.sandbox.near.spawned import SpawnedFamily


class Pool:
    """One zygote for one runtime, which boots while the caller goes on.

    `trusted` is for the course's own code and never for a learner's: deadlines and limits, no wall.
    `masked` are trees that learner code must not see, wherever they lie. `spares` children wait, forked.
    `without` leaves layers out, to show in a test that each matters. Sessions hang on `line`, where there is one.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        trusted: bool = False,
        masked: tuple[Path, ...] = (),
        spares: int = 0,
        without: tuple[str, ...] = (),
        line: Line | None = None,
    ) -> None:
        self._line = line
        if not trusted:
            launch.hide_memory()
        hidden = tuple(str(path.resolve()) for path in masked)
        self._family: Family | SpawnedFamily
        if sys.platform == "linux" and "fork" not in without:
            self._family = Family(runtime, trusted, hidden, without, spares)
        else:
            self._family = _spawned(runtime, spares)

    @property
    def isolation(self) -> results.Isolation:
        """What the canary found to hold; waits until the zygote is ready."""
        from grader.sandbox.near.wording import isolation_of

        booted = self._family.booted()
        return isolation_of(booted.findings, booted.layers)

    @property
    def versions(self) -> dict[str, str]:
        """Versions of python, numpy and torch on the far side."""
        return dict(self._family.booted().versions)

    @property
    def process(self) -> int:
        """The process id of the zygote, or of the nanny that waits for it; 0 where there is none."""
        return self._family.process

    def open(self, program: Program, limits: Limits, seed: int) -> Session:
        """A session for one submission: a child of its own, in which the source has been loaded."""
        from grader.sandbox.near.session import Session

        return Session(self._family, program, limits, seed, self._line)

    def close(self) -> None:
        """Ends the zygote and with it every child."""
        self._family.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _spawned(runtime: Runtime, spares: int) -> SpawnedFamily:
    from grader.sandbox.near.spawned import SpawnedFamily

    return SpawnedFamily(runtime, spares)
