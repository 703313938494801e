"""The bytes of a notebook become its cells, whichever program and format wrote it; nothing is run."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from grader.errors import SubmissionError
from grader.locale import say
from grader.notebook_cells.bounds import MOST_OF_SOURCE, TooLargeError, check_notebook


class Cell(msgspec.Struct, frozen=True):
    """One cell: `kind` is code, markdown or raw; lines end as Python's do."""

    kind: str
    source: str


def read_cells(notebook: bytes, file: str) -> list[Cell]:
    """Every cell in order; `file` is what to call the notebook in a message.

    Read as `json` reads, more lenient than the format is: a mark at the beginning, NaN or half a character in what was
    printed, and the format's number are nothing to a grade. Raises `SubmissionError` where no cells can be had, or
    too much is in them.
    """
    check_notebook(notebook, file)
    try:
        content = json.loads(notebook)
        cells = [_cell(cell) for cell in _raw_cells(content)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SubmissionError(
            say("{file} is not a Jupyter notebook.", file=file),
            say("Expected the JSON that Jupyter saves, with a list of cells; save the notebook again."),
        ) from error
    if sum(len(cell.source) for cell in cells if cell.kind == "code") > MOST_OF_SOURCE:
        raise TooLargeError("code", file)
    return cells


def _raw_cells(content: Any) -> list[Any]:
    """Up to format 3 the cells stood in worksheets."""
    sheets = [content] if "cells" in content else content["worksheets"] or [content]
    return [cell for sheet in sheets for cell in sheet["cells"]]


def _cell(raw: Any) -> Cell:
    source = raw.get("source", raw.get("input", ""))
    text = source if isinstance(source, str) else "".join(source)
    return Cell(str(raw["cell_type"]), re.sub(r"\r\n?", "\n", text))
