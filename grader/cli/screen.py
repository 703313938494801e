"""The terminal as rich sees it: width, colours and marks that it can really show."""

from __future__ import annotations

import re
import sys
from typing import IO, Any

from rich.console import Console

from grader.cli.common import WIDEST, wants_ascii, wants_colour
from grader.feedback.terminal import ASCII, Glyphs


class Unpadded:
    """A stream without the spaces at the ends of lines that rich fills columns with: a file or a pipe needs none."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text without them."""
        return self._stream.write(re.sub(r"[ \t]+(?=\n)", "", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def console() -> Console:
    """Standard output: never wider than a line can be read, coloured only where that is wanted."""
    colour = wants_colour()
    output: Any = sys.stdout if sys.stdout.isatty() else Unpadded(sys.stdout)
    made = Console(file=output, markup=False, highlight=False, emoji=False, no_color=not colour, safe_box=True)
    made.width = min(made.width, WIDEST)
    return made


def glyphs() -> Glyphs:
    """Marks that the output's encoding has."""
    return ASCII if wants_ascii() else Glyphs()
