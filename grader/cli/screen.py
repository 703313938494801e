"""The terminal as rich sees it: width, colours and marks that it can really show."""

from __future__ import annotations

from rich.console import Console

from grader.cli.common import wants_ascii, wants_colour
from grader.feedback.terminal import ASCII, Glyphs

WIDEST = 100


def console() -> Console:
    """Standard output: never wider than a line can be read, coloured only where that is wanted."""
    colour = wants_colour()
    made = Console(markup=False, highlight=False, emoji=False, no_color=not colour, safe_box=True)
    made.width = min(made.width, WIDEST)
    return made


def glyphs() -> Glyphs:
    """Marks that the output's encoding has."""
    return ASCII if wants_ascii() else Glyphs()
