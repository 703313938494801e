"""The bytes of a notebook become its cells, whichever program and format wrote it; nothing is run."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from grader.errors import SubmissionError
from grader.locale import say
from grader.notebook_cells.bounds import MOST_CELLS, MOST_OF_SOURCE, TooLargeError, check_notebook

MOST_VALUES = 1_000_000
"""In a notebook that is read whole: each takes a hundred bytes of memory."""


class Cell(msgspec.Struct, frozen=True):
    """One cell: `kind` is code, markdown or raw; lines end as Python's do."""

    kind: str
    source: str


class _UsualCell(msgspec.Struct):
    cell_type: str
    source: str | list[str]


class _Usual(msgspec.Struct):
    """What every notebook of today has, and all that is kept in memory of it."""

    cells: list[_UsualCell]


_usual = msgspec.json.Decoder(_Usual)


def read_cells(notebook: bytes, file: str) -> list[Cell]:
    """Every cell in order; `file` is what to call the notebook in a message.

    Read as `json` reads, more lenient than the format is: a mark at the beginning, NaN or half a character in what was
    printed, and the format's number are nothing to a grade. Raises `SubmissionError` where no cells can be had, or
    too much is in them.
    """
    check_notebook(notebook, file)
    try:
        found = _usual.decode(notebook).cells
        cells = [Cell(cell.cell_type, _text_of(cell.source)) for cell in found[: MOST_CELLS + 1]]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        cells = _of_any_kind(notebook, file)
    if len(cells) > MOST_CELLS:
        raise TooLargeError("cells", file)
    if sum(len(cell.source) for cell in cells if cell.kind == "code") > MOST_OF_SOURCE:
        raise TooLargeError("code", file)
    return cells


def _of_any_kind(notebook: bytes, file: str) -> list[Cell]:
    """The cells of one that is not quite as the format is; of any size, it would take hundreds of megabytes."""
    if sum(map(notebook.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise TooLargeError("notebook", file)
    try:
        return [_cell(cell) for cell in _raw_cells(json.loads(notebook))]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SubmissionError(
            say("{file} is not a Jupyter notebook.", file=file),
            say("Expected the JSON that Jupyter saves, with a list of cells; save the notebook again."),
        ) from error


def _raw_cells(content: Any) -> list[Any]:
    """Up to format 3 the cells stood in worksheets."""
    sheets = [content] if "cells" in content else content["worksheets"] or [content]
    return [cell for sheet in sheets for cell in sheet["cells"]]


def _cell(raw: Any) -> Cell:
    source = raw.get("source", raw.get("input", ""))
    return Cell(str(raw["cell_type"]), _text_of(source))


def _text_of(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    return re.sub(r"\r\n?", "\n", text) if "\r" in text else text
