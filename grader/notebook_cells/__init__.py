"""Notebooks read once, for everybody: their cells, and the source that answers an exercise."""

from grader.notebook_cells.extraction import CellLine, Extracted, NotDefinedError, extract_from_cells
from grader.notebook_cells.handed_in import extract, graded_content, is_notebook, is_page, searchable, unpacked
from grader.notebook_cells.reading import Cell, read_cells

__all__ = [
    "Cell",
    "CellLine",
    "Extracted",
    "NotDefinedError",
    "extract",
    "extract_from_cells",
    "graded_content",
    "is_notebook",
    "is_page",
    "read_cells",
    "searchable",
    "unpacked",
]
