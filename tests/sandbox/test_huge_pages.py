"""The warm process's memory in huge pages: the same bytes, cheaper to fork, and nothing where the system has none."""

from __future__ import annotations

import ctypes
import mmap
import sys
from pathlib import Path

import pytest

from grader.sandbox import Limits, Pool, Program, Returned
from grader.sandbox.far import huge_pages
from grader.sandbox.far.huge_pages import HugePages
from grader.sandbox.wall import kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="huge pages are asked for on Linux only")

SIZE_FILE = Path(huge_pages._SIZE_FILE)
PLUS_ONE = Program(source="def f(x):\n    return x + 1\n", filename="f.py", entry_points=("f",), harness="")


@pytest.fixture
def memory() -> mmap.mmap:
    """Sixteen megabytes of this process's own, every page of them different."""
    made = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for place in range(0, len(made), 4096):
        made[place : place + 8] = place.to_bytes(8, "little")
    return made


def address(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def test_regions_are_aligned_pieces_of_private_memory(memory: mmap.mmap) -> None:
    size, start = int(SIZE_FILE.read_text()), address(memory)
    own = [region for region in HugePages()._waiting if start <= region[0] < start + len(memory)]
    assert len(own) >= len(memory) // size - 1
    assert all(first % size == 0 and length == size for first, length in own)
    assert all(first + length <= start + len(memory) for first, length in own)


def test_not_a_byte_changes(memory: mmap.mmap) -> None:
    start = address(memory)
    pages = HugePages()
    pages._waiting = [region for region in pages._waiting if start <= region[0] < start + len(memory)]
    pages.collapse(100)
    assert not pages
    for place in range(0, len(memory), 4096):
        assert int.from_bytes(memory[place : place + 8], "little") == place


def test_at_most_as_many_as_are_asked_for() -> None:
    pages = HugePages()
    before = len(pages._waiting)
    pages.collapse(2)
    assert len(pages._waiting) == max(0, before - 2)


def test_memory_that_is_not_there_is_passed_over() -> None:
    size = int(SIZE_FILE.read_text())
    pages = HugePages()
    pages._waiting = [(size, size)]
    assert not kernel.collapse(size, size)
    pages.collapse(1)
    assert not pages


@pytest.mark.parametrize("content", [None, "", "none\n"])
def test_where_the_system_has_none_nothing_waits(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "size"
    if content is not None:
        told.write_text(content)
    monkeypatch.setattr(huge_pages, "_SIZE_FILE", str(told))
    assert not HugePages()


def test_children_before_between_and_after_are_alike() -> None:
    """A zygote moves its memory after a few children, while others wait: none of them notices."""
    with Pool("numpy", spares=1) as pool:
        for number in range(40):
            with pool.open(PLUS_ONE, Limits(), 0) as session:
                assert session.call("f", (number,)) == Returned(number + 1, (number,))
