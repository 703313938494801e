"""What one run has open to learner code, so that another thread can end it at once."""

from __future__ import annotations

import threading
from typing import Protocol


class Interrupted(KeyboardInterrupt):
    """The grading was called off; what it was about no longer matters."""


class Hung(Protocol):
    """A conversation that hangs on a line."""

    def hang_up(self) -> None:
        """End it, from another thread."""

    def close(self) -> None:
        """End its process."""


class Line:
    """What sessions ask before and after each exchange: once it is cut, they raise `Interrupted`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: set[Hung] = set()
        self._is_cut = False

    def register(self, session: Hung) -> None:
        """Let `cut` reach this session."""
        with self._lock:
            self._sessions.add(session)

    def cut(self) -> None:
        """End every conversation under way; until `mend`, a new one raises `Interrupted` at once."""
        with self._lock:
            self._is_cut = True
            for session in self._sessions:
                session.hang_up()

    def mend(self) -> None:
        """Allow conversations again; those of the run before are closed, and begin anew if they go on."""
        with self._lock:
            sessions, self._sessions = self._sessions, set()
        for session in sessions:
            session.close()
        self._is_cut = False

    def check(self) -> None:
        """Raise `Interrupted` where the line is cut."""
        if self._is_cut:
            raise Interrupted
