"""A CSV text becomes cells that know where they stand in it, so that some can be replaced and the rest stays."""

from __future__ import annotations

import re

import msgspec

_FIELD = '"(?:[^"]|"")*"[^{d}\r\n]*|[^{d}\r\n]*'


class Cell(msgspec.Struct, frozen=True):
    """One cell: what it says, and the characters from `start` to `end` that say it, quotes included."""

    value: str
    start: int
    end: int
    quoted: bool


def read_cells(text: str) -> list[list[Cell]]:
    """The rows of a CSV text, separated by what its first line holds most of; blank lines are no rows."""
    delimiter = _delimiter(text)
    field = re.compile(_FIELD.replace("{d}", re.escape(delimiter)))
    rows: list[list[Cell]] = []
    place = 1 if text.startswith("\ufeff") else 0
    row: list[Cell] = []
    while place <= len(text):
        found = field.match(text, place)
        assert found is not None  # a field may be empty
        row.append(_cell(found))
        place = found.end()
        if text.startswith(delimiter, place):
            place += len(delimiter)
            continue
        if len(row) > 1 or row[0].value:
            rows.append(row)
        row = []
        if place == len(text):
            break
        place = _next_line(text, place)
    return rows


def _next_line(text: str, place: int) -> int:
    return place + (2 if text.startswith("\r\n", place) else 1)


def _cell(found: re.Match[str]) -> Cell:
    raw = found[0]
    quoted = raw.startswith('"') and raw.endswith('"') and len(raw) > 1
    return Cell(raw[1:-1].replace('""', '"') if quoted else raw, found.start(), found.end(), quoted)


def _delimiter(text: str) -> str:
    first = re.sub(r'"(?:[^"]|"")*"', "", text).lstrip("\ufeff\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)
