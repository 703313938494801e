"""A process a submission, where none can be forked warm: timeouts and a separate process, and no wall."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import queue
import subprocess
import tempfile
import threading
import time
from collections import deque

from grader.sandbox.near import launch
from grader.sandbox.wire import output
from grader.sandbox.wire.channel import ChannelClosedError, DeadlinePassedError
from grader.sandbox.wire.control import Booted, Reaped, Runtime
from grader.sandbox.wire.outcomes import Limits
from grader.sandbox.wire.protocol import HEADER, Message, Parts, ProtocolError, read_header, read_message

_PIECE = 1 << 16


class PipeChannel:
    """The grader's end of a child's standard input and output.

    Pipes have no deadlines on every system, so a thread reads and another writes; both end with the child.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pieces: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._outgoing: queue.SimpleQueue[tuple[Parts, threading.Event] | None] = queue.SimpleQueue()
        self._unread = b""
        for target in (self._read_pieces, self._write_frames):
            threading.Thread(target=target, daemon=True).start()

    def send(self, parts: Parts, deadline: float | None = None) -> None:
        """Sends all pieces."""
        sent = threading.Event()
        self._outgoing.put((parts, sent))
        if not sent.wait(_remaining(deadline)):
            raise DeadlinePassedError

    def receive(self, deadline: float | None = None) -> tuple[Message, bytearray]:
        """One message and its body."""
        meta_length, body_length = read_header(self._read(HEADER.size, deadline))
        meta = self._read(meta_length, deadline)
        return read_message(meta), self._read(body_length, deadline)

    def expect_silence(self) -> None:
        """Raises `ProtocolError` if the other side has said more than its turn allows."""
        if self._unread or not self._pieces.empty():
            raise ProtocolError("bytes after the reply")

    def hang_up(self) -> None:
        """Ends the conversation from another thread: the pipes close with the process."""
        self._process.kill()

    def close(self) -> None:
        """Kills the process, without which its pipes could not be closed safely."""
        self._process.kill()
        self._outgoing.put(None)

    def _read(self, count: int, deadline: float | None) -> bytearray:
        buffer = bytearray(self._unread[:count])
        self._unread = self._unread[count:]
        while len(buffer) < count:
            try:
                piece = self._pieces.get(timeout=_remaining(deadline))
            except queue.Empty:
                raise DeadlinePassedError from None
            if not piece:
                self._pieces.put(b"")
                raise ChannelClosedError
            missing = count - len(buffer)
            buffer += piece[:missing]
            self._unread = piece[missing:]
        return buffer

    def _read_pieces(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            while piece := os.read(self._process.stdout.fileno(), _PIECE):
                self._pieces.put(piece)
        self._process.stdout.close()
        self._pieces.put(b"")

    def _write_frames(self) -> None:
        assert self._process.stdin is not None
        while (job := self._outgoing.get()) is not None:
            parts, sent = job
            with contextlib.suppress(OSError, ValueError):
                for part in parts:
                    self._process.stdin.write(part)
                self._process.stdin.flush()
            sent.set()
        with contextlib.suppress(OSError):
            self._process.stdin.close()


def _remaining(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


class SpawnedChild:
    """A fresh interpreter that warms itself, and holds one submission."""

    def __init__(self, runtime: Runtime, limits: Limits) -> None:
        self._printed, self._path = tempfile.mkstemp(prefix="descenso-")
        output.lay_out(self._printed, limits.output_kb)
        command = launch.bootstrap(runtime, "grader.sandbox.far.spawned_worker")
        seconds = [str(limits.call_seconds), str(int(limits.total_seconds) + 60)]
        self._process = subprocess.Popen(
            [*command, runtime, self._path, *seconds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**launch.ENVIRONMENT, **launch.inherited()},
        )
        self.channel = PipeChannel(self._process)

    def output(self) -> str:
        """What the process has printed so far."""
        return output.read_file(self._printed)

    def end(self, *, wait: bool) -> Reaped | None:
        """Kills the process if it still runs; says how it ended."""
        # A process that closed its pipes is ending: its own exit code says more than our kill.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5 if wait else 0)
        self.channel.close()
        return Reaped(self._process.wait())

    def close(self) -> None:
        """Removes the output file, which must have been read before."""
        os.close(self._printed)
        with contextlib.suppress(OSError):
            os.unlink(self._path)


class SpawnedFamily:
    """The children of a pool that has no zygote."""

    def __init__(self, runtime: Runtime, spares: int) -> None:
        self._runtime = runtime
        self._spare_count = spares
        self._spares: deque[tuple[Limits, SpawnedChild]] = deque()
        self._lock = threading.Lock()
        self._closed = False

    process = 0

    def booted(self) -> Booted:
        """The versions; no canary is sent where nothing is promised."""
        packages = ("numpy", "torch") if self._runtime == "torch" else ("numpy",)
        found = {package: importlib.metadata.version(package) for package in packages}
        return Booted({"python": platform.python_version(), **found})

    def child(self, limits: Limits) -> SpawnedChild:
        """A child with these limits: one that waits, or a new one."""
        with self._lock:
            while self._spares:
                made_for, child = self._spares.popleft()
                if made_for == limits:
                    return child
                child.end(wait=False)
                child.close()
        return SpawnedChild(self._runtime, limits)

    def refill(self, limits: Limits) -> None:
        """Starts children in reserve."""
        with self._lock:
            while not self._closed and len(self._spares) < self._spare_count:
                self._spares.append((limits, SpawnedChild(self._runtime, limits)))

    def renew(self, gone: object = None) -> None:
        """There is nothing to renew."""

    def close(self) -> None:
        """Ends the children in reserve."""
        with self._lock:
            self._closed = True
            while self._spares:
                _, child = self._spares.popleft()
                child.end(wait=False)
                child.close()
