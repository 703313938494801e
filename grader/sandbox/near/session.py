"""One submission: turns calls into messages, and silence, death and broken replies into outcomes."""

from __future__ import annotations

import hashlib
import marshal
import signal
import time
from collections.abc import Callable
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grader.cleaning import one_line, shortened, visible
from grader.errors import IsolationError
from grader.locale import say
from grader.results import Frame
from grader.sandbox.near.family import Child, Family, Zygote, ZygoteGoneError
from grader.sandbox.near.line import Interrupted, Line
from grader.sandbox.near.wording import ADVICE
from grader.sandbox.wire.channel import ChannelClosedError, DeadlinePassedError
from grader.sandbox.wire.control import Reaped
from grader.sandbox.wire.outcomes import Died, Ended, Limits, Program, Raised, Returned, TimedOut
from grader.sandbox.wire.protocol import (
    Call,
    Done,
    Failed,
    Load,
    Message,
    Parts,
    ProtocolError,
    Ready,
    write_frame,
)
from grader.sandbox.wire.values import Packer, Unpacker, pack_call

if TYPE_CHECKING:
    from grader.sandbox.near.spawned import SpawnedChild, SpawnedFamily

# Beyond this the process could not even say that it is ready: that is the grader's fault, not the learner's.
_READY_SECONDS = 60.0
_OUT_OF_MEMORY = 71
_NODE_SIZE = 100  # about what a number or a string takes in this process
# A session may outlive one zygote and meet the next while that is dying: neither is the learner's doing.
_ATTEMPTS = (1, 2, 3)


class Asked(NamedTuple):
    """One message, framed, and the arguments it carries."""

    frame: Parts
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class Session:
    """One submission in a child of its own; a context manager.

    After a time out or a death the next call starts a new child, as long as `Limits.total_seconds` lasts. Hung on a
    `line`, it raises `Interrupted` from whatever it was doing when that is cut.
    """

    def __init__(
        self, family: Family | SpawnedFamily, program: Program, limits: Limits, seed: int, line: Line | None = None
    ) -> None:
        self._family = family
        self._line = line
        self._program = program
        self._limits = limits
        self._seed = _of_child(seed)
        self._left = limits.total_seconds
        self._number = 0
        self._replied = 0
        self._child: Child | SpawnedChild | None = None
        self._zygote: Zygote | None = None
        self._printed: list[str] = []
        self._hang_on()
        try:
            self.load: Ended = self._start()
        except Interrupted:
            self.close()
            raise

    @property
    def output(self) -> str:
        """What the program has printed, bounded, its control characters made visible."""
        now = [self._child.output()] if self._child else []
        limit = self._limits.output_kb << 10
        return shortened(visible("".join([*self._printed, *now])), limit)

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """Calls an entry point, or a function of the harness, and says how that ended."""
        self._hang_on()  # one that outlasted the run before is new to this one
        self._check_line()
        for attempt in _ATTEMPTS:
            try:
                ended = self._call_once(function, args, {} if kwargs is None else kwargs)
            except ZygoteGoneError:
                self._renew(attempt)
            else:
                self._check_line()
                return ended
        raise AssertionError("unreachable")

    @property
    def _has_said_too_much(self) -> bool:
        return 0 < self._limits.replies_mb << 20 < self._replied

    def hang_up(self) -> None:
        """End the conversation under way, from another thread."""
        child = self._child
        if child is not None:
            # A spawned child's pipes have no such call: closing them, which kills it, does the same.
            end: Callable[[], None] = getattr(child.channel, "hang_up", child.channel.close)
            end()

    def _hang_on(self) -> None:
        if self._line is not None:
            self._line.register(self)

    def _check_line(self) -> None:
        if self._line is not None:
            self._line.check()

    def close(self) -> None:
        """Ends the submission's process and keeps what it printed."""
        if self._child is not None:
            self._abandon(wait=False)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- one exchange

    def _call_once(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ended:
        if self._has_said_too_much:
            return Died("replies", f"{self._limits.replies_mb} MB")
        if self._left <= 0:
            return TimedOut(self._limits.total_seconds, "total")
        if self._child is None:
            loaded = self._start_once()
            if not isinstance(loaded, Returned):
                return loaded
        packer = Packer()
        self._number += 1
        message = Call(self._number, function, *pack_call(packer, args, kwargs))
        return self._exchange(Asked(_framed(message, packer), args, kwargs))

    def _start(self) -> Ended:
        for attempt in _ATTEMPTS:
            try:
                return self._start_once()
            except ZygoteGoneError:
                self._renew(attempt)
        raise AssertionError("unreachable")

    def _start_once(self) -> Ended:
        self._number += 1
        program = self._program
        source = program.source.encode("utf-8", "backslashreplace").decode()
        entry_points, harness = list(program.entry_points), _compiled(program.harness)
        message = Load(self._number, source, program.filename, entry_points, harness, self._seed)
        frame = _framed(message, Packer())
        self._child = self._family.child(self._limits)
        self._zygote = getattr(self._child, "zygote", None)
        self._await_ready(self._child)
        # Now, so that the next child is forked while this one works.
        self._family.refill(self._limits)
        return self._exchange(Asked(frame, (), {}))

    def _await_ready(self, child: Child | SpawnedChild) -> None:
        try:
            message, _ = child.channel.receive(time.monotonic() + _READY_SECONDS)
            if not isinstance(message, Ready):
                raise ProtocolError("not ready")
        except (ChannelClosedError, DeadlinePassedError, ProtocolError):
            self._child = None
            ended = child.end(wait=True)
            why = shortened(visible(child.output()), 300)
            child.close()
            if ended is None:
                raise ZygoteGoneError from None
            raise IsolationError(say("The sandbox could not start a process: {reason}.", reason=why)) from None

    def _exchange(self, asked: Asked) -> Ended:
        """Sends one message and reads its reply; the time both take is what the budget counts."""
        assert self._child is not None
        self._check_line()  # from here on `hang_up` finds the child
        channel = self._child.channel
        started = time.monotonic()
        kind: Literal["call", "total"] = "total" if self._left < self._limits.call_seconds else "call"
        deadline = started + min(self._limits.call_seconds, self._left)
        try:
            channel.send(asked.frame, deadline)
            message, body = channel.receive(deadline)
            channel.expect_silence()
            return self._understood(message, body, asked)
        except DeadlinePassedError:
            self._abandon(wait=False)
            total = self._limits.total_seconds
            return TimedOut(total if kind == "total" else self._limits.call_seconds, kind)
        except ChannelClosedError:
            return self._death()
        except ProtocolError as error:
            self._abandon(wait=False)
            return Died("protocol", str(error))
        finally:
            self._left -= time.monotonic() - started

    def _understood(self, message: Message, body: bytearray, asked: Asked) -> Ended:
        if not isinstance(message, Done | Failed) or message.id != self._number:
            raise ProtocolError("a reply out of turn")
        unpacker = Unpacker(body)
        value = unpacker.unpack(message.value) if isinstance(message, Done) else None
        # What a child has not sent back is, by what it says, as we sent it: it could as well have sent our own bytes.
        arguments = asked.arguments if message.arguments is None else tuple(unpacker.unpack(message.arguments))
        keywords = asked.keywords if message.keywords is None else unpacker.unpack(message.keywords)
        unpacker.finish()
        self._replied += len(body) + _NODE_SIZE * unpacker.nodes
        if self._has_said_too_much:
            self._abandon(wait=False)
            return Died("replies", f"{self._limits.replies_mb} MB")
        if isinstance(message, Done):
            return Returned(value, arguments, keywords)
        return self._raised(message, arguments, keywords)

    def _raised(self, failed: Failed, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Raised:
        return Raised(
            type=one_line(failed.kind),
            message=shortened(visible(failed.message)),
            frames=self._frames(failed),
            arguments=arguments,
            keywords=keywords,
            line=failed.line or None,
            offset=failed.offset or None,
            text=self._source_line(failed.line) or shortened(visible(failed.text), 200) or None,
            advice=ADVICE[failed.advice]() if failed.advice in ADVICE else None,
        )

    def _frames(self, failed: Failed) -> tuple[Frame, ...]:
        # The child names lines; what stands there is read from our own copy of the source.
        return tuple(Frame(line, one_line(function), self._source_line(line)) for line, function in failed.frames)

    def _source_line(self, number: int) -> str:
        lines = self._program.source.split("\n")  # as Python counts them
        return shortened(visible(lines[number - 1].rstrip()), 200) if 0 < number <= len(lines) else ""

    # --- ends

    def _death(self) -> Died:
        ended = self._abandon(wait=True)
        if ended is None:
            raise ZygoteGoneError
        return death(ended, self._limits)

    def _abandon(self, *, wait: bool) -> Reaped | None:
        child, self._child = self._child, None
        assert child is not None
        ended = child.end(wait=wait)
        self._printed.append(child.output())
        child.close()
        return ended

    def _renew(self, attempt: int) -> None:
        if attempt == _ATTEMPTS[-1]:
            raise IsolationError(say("The sandbox ended again and again during one call.")) from None
        if self._child is not None:
            self._child.channel.close()
            self._child.close()
            self._child = None
        # The one whose child was lost, even if its end is not to be seen yet: a nanny may outlive it for a moment.
        self._family.renew(self._zygote)


@lru_cache(maxsize=16)
def _of_child(seed: int) -> int:
    """The seed of a program's own randomness. The run's, of which the checks draw their inputs, cannot be had of it:
    all there are would have to be tried, and each takes milliseconds, on purpose.
    """
    digest = hashlib.pbkdf2_hmac("sha256", str(seed).encode(), b"a submission's own randomness", 5_000, 8)
    return int.from_bytes(digest, "big") >> 1


@lru_cache(maxsize=16)
def _compiled(harness: str) -> bytes:
    """A harness as its child wants it: compiled, once for a class, since that takes as long as many a submission."""
    try:
        return marshal.dumps(compile(harness, "harness.py", "exec", dont_inherit=True, optimize=0))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return marshal.dumps(harness)


def _framed(message: Message, packer: Packer) -> Parts:
    try:
        return write_frame(message, packer)
    except ProtocolError:
        raise IsolationError(say("A source or a call is too large to be sent to the sandbox.")) from None


def death(ended: Reaped, limits: Limits) -> Died:
    """Why a process that closed its channel is no more."""
    if ended.status == _OUT_OF_MEMORY:
        return Died("memory", f"{limits.memory_mb} MB")
    if ended.status >= 0:
        return Died("exit", str(ended.status))
    name = _signal_name(-ended.status)
    if ended.cpu_seconds >= limits.total_seconds:
        return Died("cpu", name)
    # The kill is ours when it comes after the channel closed: the process lived on without it.
    return Died("protocol", "the channel was closed") if name == "SIGKILL" else Died("signal", name)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
