"""Notebooks read once, for everybody: their cells, and the source that answers an exercise."""

from grader.notebook_cells.apart import TooMuchToReadError
from grader.notebook_cells.bounds import MOST_OF_NOTEBOOK, MOST_OF_SOURCE, check_source
from grader.notebook_cells.extraction import CellLine, Extracted, NotDefinedError, extract_from_cells
from grader.notebook_cells.handed_in import (
    Handed,
    extract,
    graded_content,
    is_notebook,
    is_page,
    reached,
    read_bounded,
    searchable,
    searchable_beginning,
    unpacked,
)
from grader.notebook_cells.reading import Cell, read_cells

__all__ = [
    "MOST_OF_NOTEBOOK",
    "MOST_OF_SOURCE",
    "Cell",
    "CellLine",
    "Extracted",
    "Handed",
    "NotDefinedError",
    "TooMuchToReadError",
    "check_source",
    "extract",
    "extract_from_cells",
    "graded_content",
    "is_notebook",
    "is_page",
    "reached",
    "read_bounded",
    "read_cells",
    "searchable",
    "searchable_beginning",
    "unpacked",
]
