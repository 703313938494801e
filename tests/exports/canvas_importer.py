"""The rules by which Canvas reads a gradebook CSV, as its importer states them, without its database."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field


class InvalidHeaderRow(Exception):
    """What Canvas answers to a file that it will not read."""


@dataclass
class Imported:
    """Assignments as headings read to (title, id), points possible by heading, rows as matched student and scores."""

    assignments: list[tuple[str, int | None]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    students: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def read(content: bytes) -> Imported:
    text = content.decode()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    header, first = rows[0], _first_assignment(rows[0])
    result = Imported()
    columns = [place for place in range(first, len(header)) if not _is_total(header[place])]
    for place in columns:
        found = re.fullmatch(r"(.*)\s\((\d+)\)", header[place])
        result.assignments.append((found[1], int(found[2])) if found else (header[place], None))
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            result.points = [row[header.index(header[place])] for place in columns]
        elif any(cell.strip() for cell in row):
            # A heading that stands twice is read at its first place, both times.
            scores = {header[place]: _decimal(row[header.index(header[place])]) for place in columns}
            result.students.append((_match(header, row), scores))
    return result


def _delimiter(text: str) -> str:
    """By the number of fields of the first three *lines*, quotes or not."""
    counts = {}
    for delimiter in ";,":
        try:
            sizes = {
                len(next(csv.reader([line], delimiter=delimiter, strict=True)))
                for line in text.splitlines()[:3]
                if line
            }
        except csv.Error:
            sizes = set()
        counts[delimiter] = sizes.pop() if len(sizes) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _first_assignment(header: list[str]) -> int:
    if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
        raise InvalidHeaderRow
    width = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        width = 4
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        width = 5
    if "Section" not in header[width - 1]:
        raise InvalidHeaderRow
    return width


def _is_total(heading: str) -> bool:
    return bool(re.search(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)", heading))


def _match(header: list[str], row: list[str]) -> str:
    """The student whom Canvas would take, by the first of these that is there."""
    for name in ("ID", "SIS User ID", "SIS Login ID"):
        if name in header and row[header.index(name)]:
            return f"{name}:{row[header.index(name)]}"
    return f"name:{row[0]}"


def _decimal(cell: str) -> str:
    if not re.match(r"^-?[0-9.,]+%?$", cell):
        return cell.strip()
    *whole, last = re.split("[.,]", cell)
    return f"{''.join(whole)}.{last}" if whole else last
