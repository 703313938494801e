"""Carries frames over a stream socket, with one deadline a message however slowly its bytes arrive."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Protocol

from grader.sandbox.wire.protocol import HEADER, Message, Parts, ProtocolError, read_header, read_message

# sendmsg takes at most IOV_MAX (1024 on Linux) pieces at once.
_PIECES = 256


class ChannelClosedError(Exception):
    """The other side is gone."""


class DeadlinePassedError(Exception):
    """The other side did not answer in time."""


class Channel(Protocol):
    """What carries frames: a socket between forked processes, or the pipes of a spawned one."""

    def send(self, parts: Parts, deadline: float | None = None) -> None:
        """Sends all pieces."""

    def receive(self, deadline: float | None = None) -> tuple[Message, bytearray]:
        """One message and its body."""

    def expect_silence(self) -> None:
        """Raises `ProtocolError` if the other side has said more than its turn allows."""

    def hang_up(self) -> None:
        """Ends the conversation from another thread."""

    def close(self) -> None:
        """Closes this end."""


class SocketChannel:
    """One end of a stream between grader and child.

    Received with plain `recv`: a file descriptor that the other side attaches is dropped by the kernel.
    """

    def __init__(self, sock: socket.socket, *, blocking: bool = False) -> None:
        sock.setblocking(blocking)
        self._socket = sock

    def send(self, parts: Parts, deadline: float | None = None) -> None:
        """Sends all pieces, or raises `ChannelClosedError` or `DeadlinePassedError`."""
        pending = [memoryview(part).cast("B") for part in parts if len(part)]
        while pending:
            try:
                sent = self._socket.sendmsg(pending[:_PIECES])
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
                continue
            except OSError:
                raise ChannelClosedError from None
            pending = _without_first(pending, sent)

    def receive(self, deadline: float | None = None) -> tuple[Message, bytearray]:
        """One message and its body; raises also `ProtocolError`."""
        meta_length, body_length = read_header(self._read(HEADER.size, deadline))
        meta = self._read(meta_length, deadline)
        return read_message(meta), self._read(body_length, deadline)

    def expect_silence(self) -> None:
        """Raises `ProtocolError` if the other side has said more than its turn allows."""
        try:
            if self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                raise ProtocolError("bytes after the reply")
        except (BlockingIOError, OSError):
            return

    def hang_up(self) -> None:
        """Ends the conversation from another thread: whoever waits here is told that the other side is gone."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes this end."""
        self._socket.close()

    def _read(self, count: int, deadline: float | None) -> bytearray:
        buffer = bytearray(count)
        view, got = memoryview(buffer), 0
        while got < count:
            try:
                read = self._socket.recv_into(view[got:])
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError:
                raise ChannelClosedError from None
            if read == 0:
                raise ChannelClosedError
            got += read
            if deadline is not None and time.monotonic() > deadline:
                raise DeadlinePassedError
        return buffer

    def _wait(self, event: int, deadline: float | None) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        remaining = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poll.poll(remaining):
            raise DeadlinePassedError


def _without_first(pending: list[memoryview], sent: int) -> list[memoryview]:
    while sent and sent >= len(pending[0]):
        sent -= len(pending.pop(0))
    if sent:
        pending[0] = pending[0][sent:]
    return pending
