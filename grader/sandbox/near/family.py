"""One zygote and its children, as the grader sees them: started, asked, replaced when they die."""

from __future__ import annotations

import array
import contextlib
import os
import select
import signal
import socket
import threading
import time
from collections import deque

from grader.errors import IsolationError
from grader.locale import say
from grader.sandbox.near import launch
from grader.sandbox.wire import control
from grader.sandbox.wire.control import Answer, Booted, End, Fault, Fork, Forked, Order, Reaped, Runtime, Setup
from grader.sandbox.wire.outcomes import Limits

# Importing torch from a slow disk takes its time; a zygote that says nothing for longer will never speak.
_PATIENCE = 180


class ZygoteGoneError(Exception):
    """The zygote ended, and its children with it."""


class Child:
    """A forked process that waits for, or holds, one submission."""

    def __init__(self, zygote: Zygote, limits: Limits, *, rehearse: bool = False) -> None:
        # Not before there is a child to fork: both load NumPy, which would keep the zygote from starting meanwhile.
        from grader.sandbox.wire import channel, output

        ours, theirs = socket.socketpair()
        self.zygote = zygote
        self.channel = channel.SocketChannel(ours)
        self._printed = output.make_file(limits.output_kb)
        self._read = output.read_file
        order = Fork(limits.memory_mb, int(limits.total_seconds) + 2, rehearse)
        try:
            self._forked = zygote.ask(order, (theirs.fileno(), self._printed))
        except ZygoteGoneError:
            self.channel.close()
            self.close()
            raise
        finally:
            theirs.close()

    def pid(self) -> int:
        """The process id as the zygote knows it; raises `ZygoteGoneError` or `IsolationError`."""
        answer = self.zygote.answer(self._forked)
        if not isinstance(answer, Forked):
            raise IsolationError(say("The sandbox could not start a process: {reason}.", reason=_reason(answer)))
        return answer.pid

    def output(self) -> str:
        """What the process has printed so far."""
        return self._read(self._printed)

    def end(self, *, wait: bool) -> Reaped | None:
        """Kills the process if it still runs; says how it ended only to a caller that waits."""
        self.channel.close()
        try:
            ticket = self.zygote.ask(End(self.pid()))
            if not wait:
                self.zygote.forget(ticket)
                return None
            answer = self.zygote.answer(ticket)
        except ZygoteGoneError:
            return None
        return answer if isinstance(answer, Reaped) else None

    def close(self) -> None:
        """Gives back the output file, which must have been read before."""
        os.close(self._printed)


def _reason(answer: Answer) -> str:
    return answer.reason if isinstance(answer, Fault) else "?"


class Zygote:
    """The line to one zygote: orders go out, answers come back in the same order."""

    def __init__(self, setup: Setup) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line = ours
        self._lock = threading.RLock()
        self._asked = 0
        self._waiting: deque[int] = deque()
        self._answers: dict[int, Answer] = {}
        self._forgotten: set[int] = set()
        self._pid = launch.start(launch.bootstrap(setup.runtime, "grader.sandbox.far.zygote"), theirs)
        theirs.close()
        self._boot = self.ask(setup)
        self._booted: Booted | None = None

    def booted(self) -> Booted:
        """What the zygote said when it was warm; raises `ZygoteGoneError` or `IsolationError`."""
        with self._lock:
            if self._booted is None:
                answer = self.answer(self._boot)
                if not isinstance(answer, Booted):
                    raise IsolationError(say("The sandbox could not start: {reason}.", reason=_reason(answer)))
                self._booted = answer
            return self._booted

    def ask(self, order: Order, descriptors: tuple[int, ...] = ()) -> int:
        """Sends an order, and returns the ticket with which its answer can be had."""
        extras = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        with self._lock:
            self._drain()
            try:
                self._line.sendmsg([control.encode(order)], extras)
            except OSError:
                raise ZygoteGoneError from None
            self._asked += 1
            self._waiting.append(self._asked)
            return self._asked

    def answer(self, ticket: int) -> Answer:
        """Waits for the answer to one order."""
        with self._lock:
            while ticket not in self._answers:
                self._receive()
            return self._answers.pop(ticket)

    def forget(self, ticket: int) -> None:
        """The answer to this order will not be asked for."""
        with self._lock:
            if self._answers.pop(ticket, None) is None:
                self._forgotten.add(ticket)

    def _drain(self) -> None:
        # Answers nobody waits for must not fill the line, or both sides would wait to send.
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                self._receive(socket.MSG_DONTWAIT)

    def _receive(self, flags: int = 0) -> None:
        if not flags and not self._speaks_within(_PATIENCE):
            raise IsolationError(say("The sandbox has not answered for {seconds} seconds.", seconds=_PATIENCE))
        try:
            packet = self._line.recv(control.MAX_MESSAGE, flags)
        except BlockingIOError:
            raise
        except OSError:
            raise ZygoteGoneError from None
        if not packet:
            raise ZygoteGoneError
        ticket = self._waiting.popleft()
        if ticket in self._forgotten:
            self._forgotten.discard(ticket)
        else:
            self._answers[ticket] = control.decode_answer.decode(packet)

    def _speaks_within(self, seconds: int) -> bool:
        poll = select.poll()
        try:
            poll.register(self._line, select.POLLIN)
        except ValueError:  # another thread has closed the pool
            raise ZygoteGoneError from None
        return bool(poll.poll(seconds * 1000))

    @property
    def process(self) -> int:
        """The process that was started: the zygote, or the nanny that waits for it."""
        return self._pid

    def lives(self) -> bool:
        """Whether the zygote still holds its end of the line."""
        try:
            with self._lock:
                self._drain()
                return bool(self._line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except (OSError, ZygoteGoneError):
            return False

    def close(self) -> None:
        """Ends the zygote; its children end with it."""
        self._line.close()
        # TERM, so that a nanny can remove what it made; a zygote without one simply dies of it.
        for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 60.0)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)
            if _has_ended(self._pid, seconds):
                return


def _has_ended(pid: int, seconds: float) -> bool:
    """Waits for a child process to end, and reaps it."""
    pause = 0.0005
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return True
        except ChildProcessError:
            return True
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    return False


class Family:
    """A zygote that is replaced when it dies, and the children that wait in reserve."""

    def __init__(
        self, runtime: Runtime, trusted: bool, masked: tuple[str, ...], without: tuple[str, ...], spares: int
    ) -> None:
        self._setup = Setup(runtime, trusted, os.getpid(), masked, without)
        self._lock = threading.RLock()
        self._spares: deque[tuple[Limits, Child]] = deque()
        self._spare_count = spares
        self._zygote = Zygote(self._setup)
        self._closed = False

    @property
    def process(self) -> int:
        """The process of the zygote that answers now."""
        return self._zygote.process

    def booted(self) -> Booted:
        """What the zygote said when it was warm."""
        with self._lock:
            if not self._closed:
                with contextlib.suppress(ZygoteGoneError):
                    return self._zygote.booted()
            self.renew()
            try:
                return self._zygote.booted()
            except ZygoteGoneError:
                raise IsolationError(say("The sandbox ended twice while it was starting.")) from None

    def child(self, limits: Limits) -> Child:
        """A child with these limits: one that waits, or a new one."""
        self.booted()
        with self._lock:
            while self._spares:
                made_for, child = self._spares.popleft()
                if made_for == limits and child.zygote is self._zygote:
                    return child
                child.end(wait=False)
                child.close()
            return Child(self._zygote, limits)

    def refill(self, limits: Limits) -> None:
        """Forks children in reserve, without waiting for them."""
        with self._lock, contextlib.suppress(ZygoteGoneError):
            while not self._closed and len(self._spares) < self._spare_count:
                self._spares.append((limits, Child(self._zygote, limits, rehearse=True)))

    def renew(self, gone: Zygote | None = None) -> None:
        """Starts a new zygote in place of one that died, or that a caller knows to be `gone`, unless that was done."""
        with self._lock:
            if self._closed:
                raise IsolationError(say("The sandbox was closed."))
            if self._zygote is gone or not self._zygote.lives():
                self._zygote.close()
                self._drop_spares()
                self._zygote = Zygote(self._setup)

    def close(self) -> None:
        """Ends the zygote and every child."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._drop_spares()
                self._zygote.close()

    def _drop_spares(self) -> None:
        while self._spares:
            _, child = self._spares.popleft()
            child.channel.close()
            child.close()
