"""The output file never grows, never refuses, and keeps head and tail."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.wire.output import START, Recorder, make_file, read_file
from tests.sandbox.conftest import linux

pytestmark = linux


@pytest.fixture
def file() -> Iterator[int]:
    """One output file of 2 kB: a head and a tail of 1 kB each."""
    descriptor = make_file(2)
    yield descriptor
    os.close(descriptor)


def test_nothing_printed_is_empty(file: int) -> None:
    """A file nobody wrote to reads as nothing."""
    assert read_file(file) == ""


@pytest.mark.parametrize("way", ["recorder", "descriptor"])
def test_what_fits_is_kept_whole(file: int, way: str) -> None:
    """Text written through Python, or beneath it, comes back as it was."""
    Recorder(file).write(b"hola\n") if way == "recorder" else os.write(file, b"hola\n")
    assert read_file(file) == "hola\n"


@given(st.lists(st.binary(max_size=700), max_size=12))
def test_head_and_tail_are_kept(pieces: list[bytes]) -> None:
    """However the writes are cut, the first and the last kilobyte are there, and no write fails."""
    descriptor = make_file(2)
    try:
        recorder = Recorder(descriptor)
        assert [recorder.write(piece) for piece in pieces] == [len(piece) for piece in pieces]
        written = b"".join(pieces).decode("latin-1").encode("ascii", "replace")
        stored = read_file(descriptor).encode("latin-1", "replace").decode("latin-1").encode("ascii", "replace")
    finally:
        os.close(descriptor)
    if all(byte < 128 for piece in pieces for byte in piece):
        assert stored == written if len(written) <= 2048 else stored == written[:1024] + b"\n[...]\n" + written[-1024:]


@pytest.mark.parametrize("count", [1024, 1025, 2048, 2049, 10_000])
def test_flood_is_cut_in_the_middle(file: int, count: int) -> None:
    """Of numbered bytes, exactly the middle is missing."""
    text = "".join(chr(97 + number % 26) for number in range(count))
    Recorder(file).write(text.encode())
    assert read_file(file) == (text if count <= 2048 else f"{text[:1024]}\n[...]\n{text[-1024:]}")


def test_file_cannot_grow(file: int) -> None:
    """The seal refuses what would need more memory, by every way there is."""
    with pytest.raises(OSError, match=r"not permitted"):
        os.ftruncate(file, 1 << 20)
    with pytest.raises(OSError, match=r"not permitted"):
        os.pwrite(file, b"x", 1 << 20)
    assert os.fstat(file).st_size == START + 2048


@given(st.binary(max_size=64), st.integers(0, 1 << 63))
def test_any_bytes_can_be_read(content: bytes, counter: int) -> None:
    """Whatever a child wrote into the file, counter included, reading gives a string."""
    descriptor = make_file(1)
    try:
        os.pwrite(descriptor, struct.pack("<Q", counter) + content, 0)
        os.lseek(descriptor, counter % 5000, os.SEEK_SET)
        assert isinstance(read_file(descriptor), str)
    finally:
        os.close(descriptor)
