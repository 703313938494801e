"""Two runs as one table of steps in the terminal, the first difference marked, with a sparkline for each column."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from grader.course import Tolerance
from grader.errors import CourseError
from grader.feedback.terminal import Glyphs
from grader.locale import say
from grader.sameness.distance import differs

SPARKS = "▁▂▃▄▅▆▇█"
PLAIN_SPARKS = "_.-=+*#@"
STEP = "step"


class TraceTable:
    """A learner's run beside the expected one; both come as ``{"columns": names, "rows": (T, k) numbers}``."""

    def __init__(self, own: Any, expected: Any, tolerance: Tolerance, language: str) -> None:
        self.columns, self.expected = _table(expected)
        _, self.own = _table(own)
        if self.own is None or self.expected is None:
            raise CourseError(say("The harness's trace is not a table of numbers."))
        if self.columns[:1] != [STEP]:  # a run that does not count its steps is counted from its start, step 0
            self.columns = [STEP, *self.columns]
            self.own, self.expected = _counted(self.own), _counted(self.expected)
        self.language = language
        steps = min(len(self.own), len(self.expected))
        self.own, self.expected = self.own[:steps], self.expected[:steps]
        self.apart = differs(self.own, self.expected, tolerance.rtol, tolerance.atol)

    def print_to(self, console: Console, glyphs: Glyphs) -> None:
        """Write the table, one line a step: where both agree one number, where they part both."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("")
        for name in self.columns:
            table.add_column(name, justify="right", no_wrap=True)
        first = self._first_step()
        for step in range(len(self.own)):
            mark = Styled(glyphs.failed, style="red") if step == first else ""
            table.add_row(mark, *(self._cell(step, column) for column in range(len(self.columns))))
        console.print(table)
        console.print(Styled(self._summary(first), style="bold"))
        sparks = PLAIN_SPARKS if glyphs.passed == "+" else SPARKS
        for place, name in enumerate(self.columns[1:], start=1):
            self._print_sparks(console, name, place, sparks)

    def _first_step(self) -> int | None:
        rows = np.flatnonzero(self.apart.any(axis=1))
        return int(rows[0]) if rows.size else None

    def _cell(self, step: int, column: int) -> Styled:
        mine, theirs = self.own[step, column], self.expected[step, column]
        if not self.apart[step, column]:
            return Styled(f"{mine:.5g}")
        return Styled.assemble((f"{mine:.5g}", "red"), "\n", (f"({theirs:.5g})", "green"))

    def _summary(self, first: int | None) -> str:
        if first is None:
            return say("Both runs agree at every step.").in_language(self.language)
        return say(
            "The runs part at step {step}; below each of your numbers stands the expected one in brackets.",
            step=f"{self.expected[first, 0]:g}",
        ).in_language(self.language)

    def _print_sparks(self, console: Console, name: str, place: int, sparks: str) -> None:
        both = np.concatenate([self.own[:, place], self.expected[:, place]])
        yours, theirs = say("yours").in_language(self.language), say("expected").in_language(self.language)
        width, wide = max(len(yours), len(theirs)), max(len(one) for one in self.columns)
        for label, values in ((yours, self.own[:, place]), (theirs, self.expected[:, place])):
            console.print(f"{name:>{wide}}  {label:<{width}}  {_sparkline(values, both, sparks)}")


def fits(own: Any, expected: Any) -> bool:
    """Whether a learner's run is a table like the expected one; their values can make it something else."""
    names, rows = _table(own)
    return rows is not None and names == _table(expected)[0]


def _table(raw: Any) -> tuple[list[str], Any]:
    """Names and numbers of one run; Nones where a learner's side sent something else."""
    if not isinstance(raw, dict) or not isinstance(raw.get("rows"), np.ndarray):
        return [], None
    rows = raw["rows"]
    names = [str(name)[:20] for name in raw.get("columns", [])]
    if rows.ndim != 2 or rows.dtype.kind not in "iuf" or rows.shape[1] != len(names):
        return [], None
    return names, rows.astype(float)


def _counted(rows: Any) -> Any:
    return np.column_stack([np.arange(len(rows)), rows])


def _sparkline(values: Any, both: Any, sparks: str) -> str:
    finite = both[np.isfinite(both)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    span = high - low or 1.0
    marks = []
    for value in values:
        if not np.isfinite(value):
            marks.append("!")
        else:
            marks.append(sparks[min(len(sparks) - 1, int((value - low) / span * len(sparks)))])
    return "".join(marks)
