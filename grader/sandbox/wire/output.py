"""Keeps the head and the tail of what a program prints in one file of fixed size, and reads them back.

Layout: a counter of the bytes that went to the tail (8 bytes, little endian), the head, the tail as a ring.
The child writes it, so the reader trusts neither the counter nor the bytes. The file is a sealed memfd on
Linux: it cannot grow, nobody must read it for the child to go on, and nothing touches a disk.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
from typing import Any

_COUNTER = struct.Struct("<Q")
_GAP = "\n[...]\n"


# Where the head begins, and with it what C code writes to the descriptor.
START = _COUNTER.size


def make_file(kilobytes: int) -> int:
    """A descriptor of a new sealed memfd of the right size, its offset at the head; the caller closes it."""
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    lay_out(descriptor, kilobytes)
    _seal(descriptor)
    return descriptor


def lay_out(descriptor: int, kilobytes: int) -> None:
    """Gives an empty file its size, and its offset the place of the head."""
    os.ftruncate(descriptor, START + (kilobytes << 10))
    os.lseek(descriptor, START, os.SEEK_SET)


def _seal(descriptor: int) -> None:
    import fcntl

    # F_ADD_SEALS, and SEAL | SHRINK | GROW: Python 3.11 names none of them on every build.
    fcntl.fcntl(descriptor, 1033, 0x1 | 0x2 | 0x4)


def read_file(descriptor: int) -> str:
    """What was printed: all of it, or its head and tail around a mark. Any bytes at all give a string."""
    offset = os.lseek(descriptor, 0, os.SEEK_CUR)
    stored = _read_at(descriptor, min(os.fstat(descriptor).st_size, 64 << 20))
    head_end, size = _regions(len(stored))
    if size <= 0:
        return ""
    (in_tail,) = _COUNTER.unpack_from(stored)
    if in_tail == 0:
        # A spawned process opened the file for itself, so its offset is not ours: what it wrote ends before the zeros.
        offset = offset if offset > START else len(stored.rstrip(b"\0"))
        return _decoded(stored[START : max(START, min(offset, len(stored)))])
    ring = stored[head_end:]
    start = in_tail % len(ring)
    tail = ring[:in_tail] if in_tail <= len(ring) else ring[start:] + ring[:start]
    gap = _GAP if in_tail > len(ring) else ""
    return _decoded(stored[START:head_end]) + gap + _decoded(tail)


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _regions(total: int) -> tuple[int, int]:
    """Where the head ends, and the bytes of head and tail together."""
    size = total - START
    return START + size // 2, size


class Recorder(io.RawIOBase):
    """The child's side: a binary file that never fails, whatever is written to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        total = os.fstat(descriptor).st_size
        self._head_end, _ = _regions(total)
        self._ring = total - self._head_end
        self._in_tail = 0

    def fileno(self) -> int:
        """The descriptor itself, for C code that writes to it."""
        return self._descriptor

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Keeps what there is room for, and says that it kept everything."""
        raw = memoryview(data).cast("B")
        with contextlib.suppress(OSError):
            self._keep(raw)
        return len(raw)

    def _keep(self, raw: memoryview) -> None:
        room = self._head_end - os.lseek(self._descriptor, 0, os.SEEK_CUR)
        if room > 0:
            os.write(self._descriptor, raw[:room])
            raw = raw[room:]
        if len(raw):
            self._keep_tail(raw)

    def _keep_tail(self, raw: memoryview) -> None:
        skipped = max(0, len(raw) - self._ring)
        position = (self._in_tail + skipped) % self._ring
        raw_tail = raw[skipped:]
        first = raw_tail[: self._ring - position]
        _write_at(self._descriptor, first, self._head_end + position)
        if len(first) < len(raw_tail):
            _write_at(self._descriptor, raw_tail[len(first) :], self._head_end)
        self._in_tail += len(raw)
        _write_at(self._descriptor, _COUNTER.pack(self._in_tail), 0)


def _read_at(descriptor: int, count: int) -> bytes:
    # Both sides share one offset: a program that still prints must not see it move.
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, 0)
    here = os.lseek(descriptor, 0, os.SEEK_SET)
    stored = os.read(descriptor, count)
    os.lseek(descriptor, here, os.SEEK_SET)
    return stored


def _write_at(descriptor: int, raw: memoryview | bytes, position: int) -> None:
    if hasattr(os, "pwrite"):
        os.pwrite(descriptor, raw, position)
        return
    here = os.lseek(descriptor, position, os.SEEK_SET)
    os.write(descriptor, raw)
    os.lseek(descriptor, here, os.SEEK_SET)


def redirect(descriptor: int) -> None:
    """Makes `print` in this process write to the file, each call at once, so that a crash loses nothing."""
    recorder = Recorder(descriptor)
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(recorder, "utf-8", "backslashreplace", newline="\n", write_through=True)  # type: ignore[type-var]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
