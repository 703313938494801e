"""A sheaf turned into programs: one text file that holds many, each under a line with its name and its slips.

`right*.txt`, every program right:           #=== einsum
`wrong*.txt`, every program with its slips:  #=== both at once | no_batch_mean, relu_open_at_zero, (a typo of no belief)
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEADER = re.compile(r"#=== (?P<name>[^|]*[^|\s])(?: \| (?P<slips>.+))?")
SLIP = re.compile(r"(?P<listed>\w+)|\((?P<other>[^()]+)\)")
MARK = "#==="


class SheafError(ValueError):
    """What is wrong with a sheaf, and in which line of which file."""


class Program(NamedTuple):
    """One program of a sheaf: the ids of the listed slips in it, and unlisted ones in free words."""

    name: str
    source: str
    listed: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


def read_sheaf(path: Path) -> list[Program]:
    """The programs of one file, in their order; raises `SheafError` where it is malformed."""
    wrong = path.stem.startswith("wrong")
    programs = [_program(path, *piece, wrong=wrong) for piece in _pieces(path)]
    if not programs:
        raise SheafError(f"{path.name}: no program; each begins with a line `{MARK} name`")
    return programs


def _pieces(path: Path) -> Iterator[tuple[int, str, str]]:
    """The line number and the text of each header, and what stands under it."""
    number, header, body = 0, "", list[str]()
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith(MARK):
            body.append(line)
            continue
        if header:
            yield number, header, "\n".join(body)
        elif any(text.strip() and not text.startswith("#") for text in body):
            raise SheafError(f"{path.name}: code before the first line `{MARK} name`")
        number, header, body = place, line, []
    if header:
        yield number, header, "\n".join(body)


def _program(path: Path, number: int, header: str, body: str, *, wrong: bool) -> Program:
    where = f"{path.name}, line {number}"
    found = HEADER.fullmatch(header)
    if found is None:
        raise SheafError(f"{where}: `{header}` is no header: `{MARK} name`, or `{MARK} name | slip, (another slip)`")
    if wrong is (found["slips"] is None):
        raise SheafError(f"{where}: a program in {path.name} must {'say its slips' if wrong else 'have no slips'}")
    if problem := _problem(body):
        raise SheafError(f"{where}: {problem}")
    listed, others = _slips(found["slips"] or "", where)
    return Program(found["name"], f"{body.strip(chr(10))}\n", listed, others)


def _slips(written: str, where: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The listed and the other slips of a header: `one_id, another_id, (in free words)`."""
    pieces = [piece.strip() for piece in re.split(r",(?![^()]*\))", written)] if written else []
    matches = [SLIP.fullmatch(piece) for piece in pieces]
    for piece, match in zip(pieces, matches, strict=True):
        if match is None:
            raise SheafError(f"{where}: `{piece}` is neither the id of a slip nor `(words in parentheses)`")
    listed = [match["listed"] for match in matches if match is not None and match["listed"]]
    if len(set(listed)) < len(listed):
        raise SheafError(f"{where}: a slip is named twice")
    return frozenset(listed), tuple(match["other"] for match in matches if match is not None and match["other"])


def _problem(body: str) -> str | None:
    """Why no learner could hand this in as a program, or None."""
    if not body.strip():
        return "nothing stands under it"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `"\d"` in a docstring is a learner's business
            tree = ast.parse(body)
    except SyntaxError as error:
        return f"what stands under it is no Python: {error.msg}, in its line {error.lineno}"
    return None if tree.body else "nothing but comments stands under it"
