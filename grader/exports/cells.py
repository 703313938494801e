"""Text and numbers become cells of a CSV table that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.cleaning import rewritten

Cell = str | float | int | None

# What spreadsheets run, in the wide forms of East Asian keyboards too.
_SIGNS = "=+\\-@＝＋－＠"
_FIRST = re.compile(rf'["\s]*[{_SIGNS}]|[\t\r\n]')
# After a line break or another system's separator: a spreadsheet that splits the file differently than it was
# written (";" in Spanish settings) would begin a cell there.
_INSIDE = re.compile(rf'[;\t\r\n]["\s]*(?=[{_SIGNS}])')

NO_GRADE = "-"
"""What Moodle reads as no grade; alone in a cell it runs nothing."""


def cell(value: Cell) -> str:
    """One cell as it is written. Numbers are left alone, however negative; None is blank."""
    if value is None:
        return ""
    return text(value) if isinstance(value, str) else number(value)


def text(value: str) -> str:
    """`value` with an apostrophe wherever a spreadsheet would begin to run it."""
    clean = _seen(value)
    if clean == NO_GRADE:
        return clean
    inside = _INSIDE.sub(lambda found: f"{found[0]}'", clean)
    return f"'{inside}" if _FIRST.match(inside) else inside


def line(value: str) -> str:
    """`value` on one line, as names are: systems that read a file line by line would take a break for a new row."""
    return " ".join(_seen(value).split())


def _seen(value: str) -> str:
    """`value` without what no reader takes, and what turns or hides a part of it, so that a name looks like another."""
    return rewritten(value, lambda character: "\r" if character == "\r" else "")


def runs(value: str) -> bool:
    """Whether `value` cannot be written as it is, so that nothing would match it."""
    return text(line(value)) != value


def number(value: float) -> str:
    """At most four decimals, a point before them, and no zeros that say nothing: 20, 17.5, 6.6667."""
    rounded = round(float(value), 4)
    return str(int(rounded)) if rounded.is_integer() else f"{rounded:.4f}".rstrip("0")


def table(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as RFC 4180 writes them: quotes where needed, lines ended by CR LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
