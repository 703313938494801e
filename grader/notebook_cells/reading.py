"""The bytes of a notebook become its cells, whichever program and format wrote it; nothing is run."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from grader.errors import SubmissionError
from grader.locale import say

MOST_BYTES = 10_000_000
"""What a notebook may hold with all it has drawn and printed; its code may hold far less."""


class Cell(msgspec.Struct, frozen=True):
    """One cell: `kind` is code, markdown or raw; lines end as Python's do."""

    kind: str
    source: str


def read_cells(notebook: bytes, file: str) -> list[Cell]:
    """Every cell in order; `file` is what to call the notebook in a message.

    Read as `json` reads, more lenient than the format is: a mark at the beginning, NaN or half a character in what was
    printed, and the format's number are nothing to a grade. Raises `SubmissionError` where no cells can be had.
    """
    if len(notebook) > MOST_BYTES:
        size, most = len(notebook) / 1_000_000, MOST_BYTES // 1_000_000
        raise SubmissionError(
            say("{file} holds {size:.1f} MB; the most that a notebook may hold is {most} MB.",
                file=file, size=size, most=most),
            say("Clear its outputs and save it again."),
        )  # fmt: skip
    try:
        content = json.loads(notebook)
        return [_cell(cell) for cell in _raw_cells(content)]
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
    text = source if isinstance(source, str) else "".join(source)
    return Cell(str(raw["cell_type"]), re.sub(r"\r\n?", "\n", text))
