"""Text and numbers become cells of a CSV table that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with when a spreadsheet takes it for a formula."""

Cell = str | float | int | None


def cell(value: Cell) -> str:
    """One cell as it is written. Numbers are left alone, however negative; None is blank."""
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value)
    return number(value)


def text(value: str) -> str:
    """`value` with an apostrophe before it where a spreadsheet would run it; NUL, which no reader takes, is left out."""
    clean = value.replace("\0", "")
    return f"'{clean}" if clean.startswith(RUNS) else clean


def number(value: float) -> str:
    """At most four decimals, a point before them, and no zeros that say nothing: 20, 17.5, 6.6667."""
    rounded = round(float(value), 4)
    return str(int(rounded)) if rounded.is_integer() else f"{rounded:.4f}".rstrip("0")


def table(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """The rows as RFC 4180 writes them: quotes where needed, lines ended by CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
