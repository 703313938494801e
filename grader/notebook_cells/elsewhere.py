"""Where a function that was asked for stands in a notebook but does not count, in words that help to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from grader.locale import join, say
from grader.notebook_cells.reading import Cell
from grader.text import Text

_WRITES = re.compile(r"\s*%%writefile\s+(?:-a\s+)?(\S+)")


class Broken(msgspec.Struct, frozen=True):
    """A code cell that is no Python; `position` is how many statements stand before it."""

    cell: int
    line: int
    reason: str
    source: str
    position: int

    def seems_to_bind(self, name: str) -> bool:
        """Whether a line in it looks like one that defines `name`."""
        escaped = re.escape(name)
        bound = rf"^[ \t]*(?:class\s+{escaped}\b|{escaped}\s*=)"
        return _defines(name, self.source) or re.search(bound, self.source, re.MULTILINE) is not None

    @property
    def goes_on(self) -> bool:
        """Whether it begins in the middle of a block, as what was split from the cell before does."""
        first = next((line for line in self.source.split("\n") if line.strip()), "")
        return first[:1] in (" ", "\t")


def advice_on_missing(name: str, cells: Sequence[Cell]) -> Text:
    """What to do about a function that no code cell defines."""
    for number, cell in sorted(enumerate(cells, 1), key=lambda each: each[1].kind != "code"):
        if (found := _told(name, number, cell)) is not None:
            return found
    return say("Define it in a cell of its own: `def {name}(…):`.", name=name)


def notes_on(
    defined: Iterable[tuple[str, list[int]]], cells: Sequence[Cell], broken: Sequence[Broken]
) -> tuple[Text, ...]:
    """What is worth knowing of how the functions asked for were found; `defined` has the code cells of each."""
    notes: list[Text] = []
    code = [cell.source for cell in cells if cell.kind == "code"]
    for name, numbers in defined:
        if not numbers:
            missing = say("No code cell defines `{name}` at its top level.", name=name)
            notes.append(join(" ", [missing, advice_on_missing(name, cells)]))
            continue
        if len(numbers) > 1:
            notes.append(_defined_again(name, numbers))
        following = _next_of(numbers[-1], code)
        notes += [_split(name, numbers[-1], one.cell) for one in broken if one.cell == following and one.goes_on]
        after = _last_elsewhere(name, cells)
        if after is not None and after[0] > _place_of(numbers[-1], cells):
            told = _told(name, *after)
            notes += [told] if told is not None else []
    return tuple(notes)


def _defined_again(name: str, numbers: Sequence[int]) -> Text:
    return say(
        "`{name}` is defined more than once, in code cells {cells}: the last one counts.",
        name=name,
        cells=", ".join(map(str, numbers)),
    )


def _split(name: str, cell: int, following: int) -> Text:
    return say(
        "Code cell {following} begins with an indented line: if it goes on with `{name}` of code cell {cell}, "
        "put both into one cell.",
        name=name,
        cell=cell,
        following=following,
    )


def _told(name: str, number: int, cell: Cell) -> Text | None:
    """What cell `number`, counted from the top with all kinds, has to do with a function that was not found."""
    if not (_defines(name, cell.source) if cell.kind == "code" else _holds_body(name, cell.source)):
        return None
    if cell.kind != "code":
        return say("Cell {number} holds `def {name}`, but it is not a code cell ({kind}): make it one.",
                   number=number, name=name, kind=_plain(cell.kind.capitalize(), 20))  # fmt: skip
    if (written := _WRITES.match(cell.source)) is not None:
        return say(
            "Cell {number} writes `def {name}` into the file {file} instead of defining it: take out its line "
            "`%%writefile`, and the import of that file.",
            number=number,
            name=name,
            file=_plain(written[1], 60),
        )
    if (magic := re.match(r"\s*(%%\S*)", cell.source)) is not None:
        return say("Cell {number} holds `def {name}`, but its first line `{magic}` makes it no Python: take that out.",
                   number=number, name=name, magic=_plain(magic[1], 40))  # fmt: skip
    return say("Cell {number} holds `def {name}` inside something else: define it at the left margin.",
               number=number, name=name)  # fmt: skip


def _last_elsewhere(name: str, cells: Sequence[Cell]) -> tuple[int, Cell] | None:
    found = [
        (number, cell)
        for number, cell in enumerate(cells, 1)
        if (cell.kind != "code" and _holds_body(name, cell.source))
        or (_WRITES.match(cell.source) and _defines(name, cell.source))
    ]
    return found[-1] if found else None


def _place_of(number: int, cells: Sequence[Cell]) -> int:
    """The place, among all cells, of code cell `number`."""
    places = [place for place, cell in enumerate(cells, 1) if cell.kind == "code"]
    return places[number - 1]


def _next_of(number: int, code: Sequence[str]) -> int:
    """The code cell with something in it that follows code cell `number`; 0 where there is none."""
    return next((at for at in range(number + 1, len(code) + 1) if code[at - 1].strip()), 0)


def _defines(name: str, source: str) -> bool:
    return re.search(rf"^[ \t]*(?:async\s+)?def\s+{re.escape(name)}\b", source, re.MULTILINE) is not None


def _holds_body(name: str, source: str) -> bool:
    """Text that shows no more than how a function is called is no answer."""
    begun = False
    for line in source.split("\n"):
        if begun and line[:1] in (" ", "\t") and line.strip():
            return True
        begun = begun or _defines(name, line)
    return False


def _plain(text: str, limit: int) -> str:
    """A learner's own word, as far as it is one."""
    return re.sub(r"[^\w%./~-]", "?", text[:limit])
