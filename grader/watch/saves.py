"""The changes of one file's state become events, however an editor saves it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

import msgspec

QUIET_MS = 20  # a save is over when nothing was written for so long …
DEBOUNCE_MS = 200  # … or when this has passed: an editor may write a file in several steps
POLL_SECONDS = 0.2
ENDS_WITHIN = (
    5.0  # the thread sees at every step that it is to end: at the interpreter's own end it must not be in Rust
)
SAFETY_SECONDS = 1.0  # where the system reports no change after all (network folders), the file is looked at so often


class Saved(msgspec.Struct, frozen=True):
    """The file may be another than before, or gone."""

    path: Path


class Events(Protocol):
    """Where events are put, from any thread."""

    def put(self, item: Saved) -> None:
        """Add one."""


class SaveWatch:
    """Puts a `Saved` among `events`, from a thread of its own, whenever the file at `path` may be another than before.

    The folder is watched, not the file: editors put a new file in its place, and it may be deleted and made again.
    With `poll`, or where the system reports nothing, the file's state is looked at instead.
    """

    def __init__(self, path: Path, events: Events, *, poll: bool = False) -> None:
        self._path = path
        self._events = events
        self._poll = poll
        self._stop = threading.Event()
        self._last = state_of(path)
        self._thread = threading.Thread(target=self._watch, name="saves", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching; the thread has ended, or hangs on a folder that does not answer."""
        self._stop.set()
        self._thread.join(ENDS_WITHIN)

    def _watch(self) -> None:
        while not self._stop.is_set():
            if self._poll or not self._path.parent.is_dir():
                self._stop.wait(POLL_SECONDS)
                self._look()
            else:
                self._watch_folder()

    def _watch_folder(self) -> None:
        from watchfiles import watch

        self._look()
        try:
            for _ in watch(
                self._path.parent, watch_filter=None, recursive=False, stop_event=self._stop, raise_interrupt=False,
                step=QUIET_MS, debounce=DEBOUNCE_MS, rust_timeout=int(1000 * SAFETY_SECONDS), yield_on_timeout=True,
            ):  # fmt: skip
                self._look()
                if not self._path.parent.is_dir():  # made again, it is another folder
                    return
        except (OSError, RuntimeError):  # no notifications here, or no more of them
            self._poll = True

    def _look(self) -> None:
        state = state_of(self._path)
        if state != self._last:
            self._last = state
            self._events.put(Saved(self._path))


def state_of(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is saved; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
