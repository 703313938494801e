"""A notebook becomes the Python source that answers an exercise, as the learner's own grading takes it from there."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from grader.classroom.intake_entries import refuse
from grader.errors import SubmissionError
from grader.locale import say
from grader.notebook_cells import extract

_MAGIC = re.compile(r"^(\s*)([%!?]|\w[\w.]*\?{1,2}\s*$)")
_NAMES = r"[A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*[ \t]*"
_DEFINES = re.compile(rf"^(?:(?:async[ \t]+def|def|class|import|from)\b|@|{_NAMES}(?::[^=\n]+)?=[^=])", re.MULTILINE)
_GRADE_MAGIC = re.compile(r"%%grade\b")


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell] = []


MOST_STATEMENTS = 3_000
"""Statements up to which the functions asked for are looked for: the time that takes grows with their square."""


def graded_source(notebook: bytes, entry_points: Iterable[str], file: str) -> str:
    """The functions asked for and what they need; all code cells that define something where that cannot be had.

    So a notebook whose cell is no Python is graded, and did not load, instead of being left out.
    """
    everything = source_of(notebook)
    if everything.count("\n") + everything.count(";") > MOST_STATEMENTS:
        return everything
    try:
        return extract(notebook, entry_points, file).source
    except (SubmissionError, RecursionError, MemoryError):
        return everything


def source_of(notebook: bytes) -> str:
    """The code cells that define or import something, in order; raises Refusal where it is no notebook of format 4.

    Cells that only run something (a plot, an experiment) and lines of magic become comments, so that grading neither
    draws nor trains.
    """
    try:
        read = msgspec.json.decode(notebook, type=_Notebook)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        refuse(say("it is not a notebook that can be read"))
    if read.nbformat != 4:
        refuse(say("it is a notebook of format {number}; format 4 is needed", number=read.nbformat))
    cells = ("".join(cell.source) for cell in read.cells if cell.cell_type == "code")
    return "\n\n".join(_plain(cell.rstrip("\n")) for cell in cells if cell.strip()) + "\n"


def _plain(cell: str) -> str:
    first, _, rest = cell.lstrip().partition("\n")
    if first.startswith("%%") and not _GRADE_MAGIC.match(first):
        return _commented(cell)
    plain = "\n".join(_without_magic(line) for line in (rest if first.startswith("%%") else cell).split("\n"))
    return plain if _DEFINES.search(plain) else _commented(plain)


def _without_magic(line: str) -> str:
    found = _MAGIC.match(line)
    return f"{found[1]}pass  # {line.strip()}" if found else line


def _commented(cell: str) -> str:
    return "\n".join(f"# {line}" for line in cell.split("\n"))
