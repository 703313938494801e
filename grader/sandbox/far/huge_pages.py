"""Makes forking and ending a child cheap: the warm process's memory moved into huge pages, a few at a time.

A fork copies the page tables of the process and an exit gives them back. torch and what it imports lie in some 50,000
pages of 4 kB; in huge pages of 2 MB the same memory takes a hundred entries, and fork and exit a quarter of the time.
A child that writes splits the page it writes to, and copies 4 kB as before.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.sandbox.wall import kernel

_SIZE_FILE = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"


class HugePages:
    """The warm process's own memory that is still in small pages; none where the system has no huge ones."""

    def __init__(self) -> None:
        # Now, while /proc can be read. Memory that is given back later is passed over.
        self._waiting = list(_regions())

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def collapse(self, most: int) -> None:
        """Moves at most so many regions, about 2 ms each."""
        for _ in range(min(most, len(self._waiting))):
            kernel.collapse(*self._waiting.pop())


def _regions() -> Iterator[tuple[int, int]]:
    """Start and length of each aligned piece of this process's private memory, as large as a huge page."""
    try:
        with open(_SIZE_FILE, encoding="ascii") as file:
            size = int(file.read())
        with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
            mappings = file.readlines()
    except (OSError, ValueError):
        return
    for mapping in mappings:
        span, rights, _, _, inode, *name = mapping.split()
        if not rights.startswith("rw-p") or inode != "0" or name not in ([], ["[heap]"]):
            continue
        first, end = (int(border, 16) for border in span.split("-"))
        for start in range(-(-first // size) * size, end - size + 1, size):
            yield start, size
