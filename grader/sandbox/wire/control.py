"""The words between a pool and its zygote: both are the grader's own, so these are typed but not suspected."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

Runtime = Literal["numpy", "torch"]

# What a zygote may be told to leave out; tests switch each off to show that it matters.
LAYERS = (
    "private_root",
    "namespaces",
    "user_namespace",
    "landlock",
    "seccomp",
    "uid",
    "capabilities",
    "cgroup",
    "rlimits",
    "close_range",
    "pdeathsig",
    "undumpable",
)


class Setup(Struct, frozen=True, tag="setup"):
    """The first word: which runtime to warm, what must stay invisible, and which layers to leave out."""

    runtime: Runtime
    trusted: bool
    parent: int
    masked: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Fork(Struct, frozen=True, tag="fork"):
    """Fork one child; its channel and its output file come with the message.

    One that will wait in reserve may `rehearse`, while nobody waits for it.
    """

    memory_mb: int
    cpu_seconds: int
    rehearse: bool = False


class End(Struct, frozen=True, tag="end"):
    """Kill a child if it still runs, and say how it ended."""

    pid: int


class Findings(Struct, frozen=True):
    """What a canary child, inside all the layers, was able to do."""

    reads_checks: bool = True
    sees_checks: bool = True
    reads_system: bool = True
    opens_socket: bool = True
    forks: bool = True
    signals_parent: bool = True
    reads_parent: bool = True
    writes_files: bool = True
    imports: bool = False


class Booted(Struct, frozen=True, tag="booted"):
    """The zygote is warm; which layers stand, and what the canary found (absent in a trusted pool)."""

    versions: dict[str, str]
    layers: tuple[str, ...] = ()
    findings: Findings | None = None


class Forked(Struct, frozen=True, tag="forked"):
    """The child's process id as the zygote knows it."""

    pid: int


class Reaped(Struct, frozen=True, tag="reaped"):
    """How a child ended: exit code, or minus a signal's number; processor seconds; greatest memory."""

    status: int
    cpu_seconds: float = 0.0
    memory_kb: int = 0


class Fault(Struct, frozen=True, tag="fault"):
    """The zygote could not do what it was asked."""

    reason: str


Order = Setup | Fork | End
Answer = Booted | Forked | Reaped | Fault

encode = msgspec.msgpack.Encoder().encode
decode_order: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
decode_answer: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)

# No control message is longer: they carry names and numbers, never a source text.
MAX_MESSAGE = 1 << 16
