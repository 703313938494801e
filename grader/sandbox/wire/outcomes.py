"""What goes into a sandbox (`Program`, `Limits`) and how a call in it may end (`Ended`)."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from grader.results import Frame
from grader.text import Text


class Limits(Struct, frozen=True):
    """What one submission may use. Seconds are of waiting for it; memory is what it adds to a warm process.

    `replies_mb` bounds its answers together, which the grader keeps until the diagnosis; 0 is no bound.
    """

    call_seconds: float = 5.0
    total_seconds: float = 30.0
    memory_mb: int = 512
    output_kb: int = 64
    replies_mb: int = 128


class Program(Struct, frozen=True):
    """One submission's source, the functions it must define, and the course's own source that drives them."""

    source: str
    filename: str
    entry_points: tuple[str, ...]
    harness: str = ""


class Returned(Struct, frozen=True):
    """The call returned; `arguments` and `keywords` are as the call left them."""

    value: Any
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = {}


class Raised(Struct, frozen=True):
    """The call, or the loading, ended with an exception.

    `frames` are the learner's own lines, outermost first. `line`, `offset` (from 1) and `text` say where a
    syntax error stands. `advice` is there when the program tried what cannot work inside the wall.
    """

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = {}
    line: int | None = None
    offset: int | None = None
    text: str | None = None
    advice: Text | None = None


class TimedOut(Struct, frozen=True):
    """No answer within `seconds`: of one call, or of all calls together."""

    seconds: float
    kind: Literal["call", "total"]


class Died(Struct, frozen=True):
    """The process ended, or stopped speaking the protocol. `detail` is an exit code, a signal or what was wrong."""

    reason: Literal["exit", "signal", "memory", "cpu", "protocol", "replies"]
    detail: str


Ended = Returned | Raised | TimedOut | Died
