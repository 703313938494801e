"""A file as it was handed in becomes the bytes that are graded and kept: of a notebook, just what is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from grader.errors import SubmissionError
from grader.notebook_cells.apart import extract_apart, is_plain
from grader.notebook_cells.bounds import MOST_OF_NOTEBOOK, MOST_OF_SOURCE, STAND_INS, TooLargeError
from grader.notebook_cells.extraction import Extracted, extract_from_cells
from grader.notebook_cells.reading import Cell, read_cells

_BEGINS = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat|nbformat_minor|worksheets)"\s*:')
_MARK = b"\xef\xbb\xbf"
MOST_OF_PROSE = 30_000
# What stands for a file that was called a notebook and is none: whoever reads it says so.
_NO_NOTEBOOK = b'{"nbformat": 4, "cells": null}\n'


class Handed(NamedTuple):
    """A file's bytes: `content` is all of them, or what stands for a file that is too large; `beginning` was read."""

    content: bytes
    beginning: bytes


def read_bounded(read: Callable[[int], bytes], name: str) -> Handed:
    """A file of any size, of which no more is read than it may hold; `read` gives its first bytes, at most so many."""
    if not name.lower().endswith(".ipynb"):
        beginning = read(MOST_OF_SOURCE + 1)
        if len(beginning) <= MOST_OF_SOURCE:
            return Handed(beginning, beginning)
        if not is_notebook(beginning):
            return Handed(STAND_INS["source"], beginning)
    beginning = read(MOST_OF_NOTEBOOK + 1)
    return Handed(beginning if len(beginning) <= MOST_OF_NOTEBOOK else STAND_INS["notebook"], beginning)


def is_notebook(content: bytes) -> bool:
    """Whether bytes begin as a notebook does, which no Python file does that could be run."""
    return _BEGINS.match(content.removeprefix(_MARK)[:1000]) is not None


def unpacked(content: bytes, name: str) -> bytes:
    """The bytes of a file so that they tell by themselves whether it is a notebook, as its name says it is."""
    blank = not content.removeprefix(_MARK).strip()
    if not name.lower().endswith(".ipynb") or blank or is_notebook(content) or is_page(content):
        return content
    try:
        return _condensed(read_cells(content, name))
    except SubmissionError as fault:
        return _in_its_place(fault)


def extract(notebook: bytes, entry_points: Iterable[str], file: str) -> Extracted:
    """The source that defines `entry_points`, as if the cells were run from top to bottom.

    `file` is what to call it in messages. Raises `SubmissionError`: not a notebook, no cell defines any entry point
    (`NotDefinedError`), the cell that defines something needed cannot be parsed, or all of it is too much.
    """
    return _extracted(read_cells(notebook, file), entry_points, file)


def reached(source: str, entry_points: Iterable[str], file: str) -> Extracted:
    """What of a file's source its `entry_points` need, as of a notebook's; raises as `extract` does."""
    return _extracted([Cell("code", source)], entry_points, file)


def _extracted(cells: Sequence[Cell], entry_points: Iterable[str], file: str) -> Extracted:
    names = tuple(entry_points)
    return extract_from_cells(cells, names, file) if is_plain(cells) else extract_apart(cells, names, file)


def graded_content(content: bytes, entry_points: Iterable[str], name: str) -> bytes:
    """What is graded, and kept, of a file that was handed in: of a notebook the source of the functions asked for.

    Where that cannot be had, or there is something to tell of it, its cells alone: whoever grades them says what is
    wrong, so that the fault is a report like any other.
    """
    content = unpacked(content, name)
    if not is_notebook(content):
        return content
    try:
        cells = read_cells(content, name)
    except SubmissionError as fault:
        return _in_its_place(fault)
    if not is_plain(cells):  # whoever grades it reads it, apart
        return _condensed(cells)
    try:
        extracted = extract_from_cells(cells, entry_points, name)
        return _condensed(cells) if extracted.notes else extracted.source.encode()
    except (SubmissionError, UnicodeEncodeError):
        return _condensed(cells)


def searchable(content: bytes, name: str) -> str:
    """The text in which to look for what a file defines; raises `SubmissionError` where a notebook has none."""
    content = unpacked(content, name)
    if not is_notebook(content):
        return re.sub(r"\r\n?", "\n", content.decode("utf-8-sig", "replace"))
    return "\n\n".join(cell.source for cell in read_cells(content, name))


def searchable_beginning(beginning: bytes) -> str:
    """The text in which to look for what a file defines that is too large to be read to its end."""
    text = beginning.decode("utf-8", "replace")
    return re.sub(r'\\n|"', "\n", text) if is_notebook(beginning) else re.sub(r"\r\n?", "\n", text)


def is_page(content: bytes) -> bool:
    """Whether this is a web page: what is saved where a service asked to log in first."""
    return re.match(rb"\s*<(?:!doctype\s+html|html)\b", content.removeprefix(_MARK)[:1000], re.IGNORECASE) is not None


def _in_its_place(fault: SubmissionError) -> bytes:
    return fault.stand_in if isinstance(fault, TooLargeError) else _NO_NOTEBOOK


def _condensed(cells: Iterable[Cell]) -> bytes:
    """A notebook of as many cells; of those that hold no code, what may be an answer in the wrong kind of cell."""
    kept = [{"cell_type": cell.kind, "source": cell.source if _may_matter(cell) else ""} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": kept}, indent=1).encode()


def _may_matter(cell: Cell) -> bool:
    return cell.kind == "code" or ("def " in cell.source and len(cell.source) <= MOST_OF_PROSE)
