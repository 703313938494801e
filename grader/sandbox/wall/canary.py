"""A child that tries, from inside all the layers, what they are to prevent; the report says what it found."""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import msgspec

from grader.sandbox.wire.control import Findings

_SYSTEM = ("/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/status", "/var/log", "/home", "/root")


def bait(masked: tuple[str, ...]) -> list[str]:
    """A few files of each masked tree, for the canary to look for: of its solutions where it has some."""
    found: list[str] = []
    for whole in masked:
        if whole.endswith(".dist-info"):  # sizes and hashes are no checks: which tiers hide them is the tiers' to say
            continue
        tree = next((part for part in (os.path.join(whole, "solutions"), whole) if os.path.isdir(part)), whole)
        files = (os.path.join(folder, name) for folder, _, names in os.walk(tree) for name in sorted(names))
        found += [tree, *islice(files, 3)]
    return found


def explore(bait: list[str], zygote: int, checker: int) -> bytes:
    """What this process can do, as an encoded `Findings`."""
    findings = Findings(
        reads_checks=_any(_read, bait),
        sees_checks=_any(os.stat, bait),
        reads_system=_any(_read, _SYSTEM),
        opens_socket=_any(_open_socket, (socket.AF_INET, socket.AF_UNIX)),
        forks=_any(_fork, (0,)),
        signals_parent=_any(_signal, (zygote, checker)),
        reads_parent=_any(_read, (f"/proc/{zygote}/mem", f"/proc/{checker}/mem")),
        writes_files=_any(_write, ("/tmp", "/var/tmp", "/dev/shm")),
        imports=_any(_import_late, (("colorsys", "numpy.polynomial.hermite_e"),)),
    )
    return msgspec.msgpack.encode(findings)


def _any(attempt: Callable[[Any], object], targets: Iterable[Any]) -> bool:
    """Whether an attempt succeeds on at least one of its targets."""
    for target in targets:
        with contextlib.suppress(Exception):
            attempt(target)
            return True
    return False


def _read(path: str) -> None:
    if os.path.isdir(path):
        os.listdir(path)
        return
    descriptor = os.open(path, os.O_RDONLY)
    # A file in /proc may open and still refuse to be read; what matters here is that it opened.
    with contextlib.suppress(OSError):
        os.read(descriptor, 1)
    os.close(descriptor)


def _open_socket(family: int) -> None:
    socket.socket(family, socket.SOCK_STREAM).close()


def _fork(_: int) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _signal(pid: int) -> None:
    # Number 1 of its own pid namespace is the canary itself.
    if pid == os.getpid():
        raise ProcessLookupError
    os.kill(pid, 0)


def _write(folder: str) -> None:
    path = f"{folder}/descenso-canary-{os.getpid()}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def _import_late(names: tuple[str, ...]) -> None:
    for name in names:
        importlib.import_module(name)
