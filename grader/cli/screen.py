"""The terminal as rich sees it: width, colours and marks that it can really show."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from grader.cleaning import visible
from grader.cli.common import columns, wants_ascii, wants_colour
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


class Cleaned(Console):
    """A console that prints as rich does, and checks once more that nothing of what is told acts on the screen."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something, cleaned; what rich itself tells a terminal is left."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)


def console() -> Console:
    """Standard output: never wider than a line can be read, coloured only where that is wanted."""
    terminal = sys.stdout.isatty()
    output: Any = sys.stdout if terminal else Unpadded(sys.stdout)
    return Cleaned(
        file=output,
        width=columns(),  # left alone, rich takes COLUMNS=0 at its word and prints nothing
        force_terminal=terminal,  # and FORCE_COLOR=0 for a wish for colours, in a file too
        force_jupyter=False,
        no_color=not wants_colour(),
        markup=False,
        highlight=False,
        emoji=False,
        safe_box=True,
    )


def glyphs() -> Glyphs:
    """Marks that the output's encoding has."""
    return ASCII if wants_ascii() else Glyphs()
