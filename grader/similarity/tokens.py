"""A source becomes the tokens that survive reformatting and renaming, each with its line and statement."""

from __future__ import annotations

import builtins
import keyword

import msgspec

from grader.lexemes import DEPTH, LEXEME


class Token(msgspec.Struct, frozen=True):
    """One token; `free` marks an identifier its author chose, `statement` counts logical lines from 0.

    `block` counts what stands at the outermost level, such as a function.
    """

    text: str
    line: int
    block: int
    statement: int
    free: bool


_FIXED_NAMES = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self"}
# What a formatter adds, drops or moves tells nothing of the author.
_LAYOUT = frozenset("(),;")


def tokens_of(source: str) -> list[Token]:
    """The tokens that tell something: no comments, docstrings, imports or layout; numbers by value."""
    found: list[Token] = []
    line, depth, statement, block = 1, 0, 0, 0
    fresh, importing, after_dot, start_of_line = True, False, False, 0
    for lexeme in LEXEME.finditer(source):
        kind, text = lexeme.lastgroup, lexeme.group()
        if kind == "newline" and depth == 0:
            fresh, importing, statement = True, False, statement + 1
        if kind not in ("newline", "skip"):
            importing = importing or (fresh and text in ("import", "from"))
            block += fresh and lexeme.start() == start_of_line
            depth = max(0, depth + DEPTH.get(text, 0))
            if not (importing or text in _LAYOUT or (fresh and kind == "string")):
                free = kind == "name" and not after_dot and text not in _FIXED_NAMES
                found.append(Token(_value(text) if kind == "number" else text, line, block, statement, free))
            fresh, after_dot = False, text == "."
        if "\n" in text:
            line, start_of_line = line + text.count("\n"), lexeme.start() + text.rindex("\n") + 1
    return found


def _value(number: str) -> str:
    """A number as its value is written: 0.001 for 1e-3."""
    try:
        return str(float(number.replace("_", "")))
    except ValueError:
        return number
