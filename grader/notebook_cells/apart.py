"""A notebook no one would write is read in a process of its own, with a bound on its memory and on its time.

Python's own parser takes time and memory that grow with the square of some texts: one line of an allowed megabyte takes
gigabytes, in a process that others' grades stand in. What people write is read where it is, at no such cost.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import msgspec

from grader.errors import SubmissionError
from grader.lexemes import DEPTH
from grader.locale import say
from grader.notebook_cells.extraction import Extracted, NotDefinedError, extract_from_cells
from grader.notebook_cells.reading import Cell
from grader.text import Text

SECONDS = 10.0  # however busy the machine is
PROCESSOR_SECONDS = 2
MEMORY = 512 << 20

# What people write has less of each; within them every parser is quick.
MOST_TEXT = 30_000
MOST_IN_LINE = 500
MOST_DEPTH = 20
MOST_MAGICS = 60
MOST_CELLS = 2_000

_MAGIC = re.compile(r"^[ \t]*[%!?]|\?[ \t]*$", re.MULTILINE)
_BRACKET = re.compile(r"[()\[\]{}]")


class TooMuchToReadError(SubmissionError):
    """Python's parser took too long or too much for what stands in the cells."""


class _Request(msgspec.Struct, frozen=True):
    cells: list[Cell]
    names: tuple[str, ...]
    file: str


class _Reply(msgspec.Struct, frozen=True):
    """What was found, or the fault there is; sentences as maps, by language."""

    found: Extracted | None = None
    notes: tuple[dict[str, str], ...] = ()
    message: dict[str, str] = {}
    hint: dict[str, str] | None = None
    is_missing: bool = False


def is_plain(cells: Sequence[Cell]) -> bool:
    """Whether the code is of the kind that people write, which takes no time to read."""
    code = [cell.source for cell in cells if cell.kind == "code"]
    if len(cells) > MOST_CELLS or sum(map(len, code)) > MOST_TEXT:
        return False
    if any(len(line) > MOST_IN_LINE for cell in code for line in cell.split("\n")):
        return False
    return sum(len(_MAGIC.findall(cell)) for cell in code) <= MOST_MAGICS and all(map(_is_shallow, code))


def extract_apart(cells: Sequence[Cell], names: Sequence[str], file: str) -> Extracted:
    """Like `extract_from_cells`; what takes too long or too much is a fault of the notebook's."""
    import subprocess  # slow to import, and hardly ever wanted

    request = msgspec.msgpack.encode(_Request(list(cells), tuple(names), file))
    source = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; main()"
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", source], input=request, capture_output=True, timeout=SECONDS, check=True
        )
        reply = msgspec.msgpack.decode(ran.stdout, type=_Reply)
    except (subprocess.SubprocessError, msgspec.MsgspecError):
        raise TooMuchToReadError(
            say("{file} is too large, or its lines too long or too deeply nested, to be read.", file=file),
            say("Leave data and whatever was pasted out of its code cells, and save it again."),
        ) from None
    if reply.found is not None:
        return msgspec.structs.replace(reply.found, notes=tuple(map(Text, reply.notes)))
    kind = NotDefinedError if reply.is_missing else SubmissionError
    raise kind(Text(reply.message), Text(reply.hint) if reply.hint else None)


def main() -> None:
    """The process apart: one request on its input, one reply on its output."""
    _limit()
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(request)))


def _answer(request: _Request) -> _Reply:
    try:
        found = extract_from_cells(request.cells, request.names, request.file)
    except SubmissionError as fault:
        hint = None if fault.hint is None else dict(fault.hint)
        return _Reply(message=dict(fault.message), hint=hint, is_missing=isinstance(fault, NotDefinedError))
    return _Reply(msgspec.structs.replace(found, notes=()), tuple(map(dict, found.notes)))


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_shallow(source: str) -> bool:
    depth = deepest = 0
    for bracket in _BRACKET.finditer(source):
        depth = max(0, depth + DEPTH[bracket[0]])
        deepest = max(deepest, depth)
    return deepest <= MOST_DEPTH
