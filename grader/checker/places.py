"""A line of the program that is run becomes the place where its author finds it: in their file, or in a cell."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from grader.locale import same, say
from grader.notebook_cells import CellLine
from grader.results import Frame
from grader.text import Text


@dataclass(frozen=True)
class Places:
    """Where the lines of a program stand: in `file`, or each in one of its `cells`, if it was taken from a notebook."""

    file: str
    cells: tuple[CellLine, ...] = ()

    def of(self, line: int) -> tuple[Text, int]:
        """What to call where a line stands, and which line it is in there."""
        place = self._cell(line)
        if place is None:
            return same(self.file), line
        return say("{file}, code cell {cell}", file=self.file, cell=place.cell), place.line

    def frame(self, frame: Frame) -> Frame:
        """A line of a traceback, where its author finds it."""
        place = self._cell(frame.line)
        return frame if place is None else msgspec.structs.replace(frame, line=place.line, cell=place.cell)

    def _cell(self, line: int) -> CellLine | None:
        return self.cells[line - 1] if 0 < line <= len(self.cells) else None
