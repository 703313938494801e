"""A worker in a fresh interpreter of its own, where there is no fork to be trusted: macOS and Windows.

It speaks on its standard input and output, which the submission itself finds empty and redirected.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import os
import sys
from typing import BinaryIO, NoReturn

from grader.sandbox.far import warming, worker
from grader.sandbox.wire import output
from grader.sandbox.wire.channel import ChannelClosedError
from grader.sandbox.wire.protocol import HEADER, Message, Parts, read_header, read_message

# What a reply may take beyond a call's own limit before the process gives itself up, if nobody else does.
_GRACE = 10.0


class StreamChannel:
    """The child's end of two pipes. While a call runs, a timer ends the process should the grader be gone."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO, seconds: float) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._seconds = seconds

    def send(self, parts: Parts, deadline: float | None = None) -> None:
        """Sends all pieces."""
        try:
            for part in parts:
                self._outgoing.write(part)
            self._outgoing.flush()
        except OSError:
            raise ChannelClosedError from None

    def receive(self, deadline: float | None = None) -> tuple[Message, bytearray]:
        """One message and its body; the timer starts when it is there."""
        faulthandler.cancel_dump_traceback_later()
        meta_length, body_length = read_header(self._read(HEADER.size))
        received = read_message(self._read(meta_length)), self._read(body_length)
        faulthandler.dump_traceback_later(self._seconds + _GRACE, exit=True, file=2)
        return received

    def expect_silence(self) -> None:
        """The grader is believed."""

    def hang_up(self) -> None:
        """No other thread speaks here."""

    def close(self) -> None:
        """The pipes close with the process."""

    def _read(self, count: int) -> bytearray:
        read = self._incoming.read(count)
        if len(read) < count:
            raise ChannelClosedError
        return bytearray(read)


def limit_resources(cpu_seconds: int) -> None:
    """The limits that the system has; memory cannot be limited on macOS, nor anything on Windows."""
    with contextlib.suppress(ImportError):
        resource = importlib.import_module("resource")
        for name, value in (("RLIMIT_CPU", cpu_seconds), ("RLIMIT_CORE", 0), ("RLIMIT_NOFILE", 64)):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                resource.setrlimit(getattr(resource, name), (value, value))


def main() -> NoReturn:
    """Serves one submission. Arguments: runtime, the output's file, seconds of one call, seconds of processor."""
    runtime, printed, call_seconds, cpu_seconds = sys.argv[1:5]
    channel = StreamChannel(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"), float(call_seconds))
    descriptor = os.open(printed, os.O_RDWR | getattr(os, "O_BINARY", 0))
    os.lseek(descriptor, output.START, os.SEEK_SET)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (descriptor, 1), (descriptor, 2)):
        os.dup2(source, target)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    output.redirect(descriptor)
    # Before it says that it is ready: what a first call in torch imports, seconds on a slow disk, is not the learner's.
    warming.warm("torch" if runtime == "torch" else "numpy")
    gc.enable()
    limit_resources(int(cpu_seconds))
    worker.Worker(channel).serve()
