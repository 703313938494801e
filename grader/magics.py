"""A source as a notebook's shell takes it becomes Python: its magics and shell lines are blanked out, in place.

It is asked on both sides of the wall, so it needs nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_MAGIC = re.compile(r"\s*([%!?]|\w+\s*=\s*[%!])|.*\?\s*$")


def compiled(source: str, compile_it: Callable[[str], T]) -> tuple[str, T]:
    """The source that could be compiled, of as many lines, and what it became; raises what else is wrong with it.

    A line is blanked only where Python itself stumbles: `%` also begins a line in the middle of an expression.
    """
    lines = source.split("\n")
    while True:
        tried = "\n".join(lines)
        try:
            return tried, compile_it(tried)
        except SyntaxError as error:
            if not _blank(lines, (error.lineno or 0) - 1):
                raise


def _blank(lines: list[str], at: int) -> bool:
    if not 0 <= at < len(lines) or not _MAGIC.match(lines[at]):
        return False
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    continued = True
    while continued and at < len(lines):
        continued = lines[at].endswith("\\")
        lines[at] = f"{indent}pass" if indent else ""
        at += 1
    return True
