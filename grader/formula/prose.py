"""Running text with ``$…$`` and ``$$…$$`` in it becomes the same text with each formula in another form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A formula in running text: its LaTeX, whether it stands alone, and the characters it takes with its dollars."""

    latex: str
    display: bool
    start: int
    end: int


# In order: code, which holds no formulas; an escaped dollar; a display formula; an inline one. The inline rule is that
# of dollarmath without digits or spaces: no digit outside the dollars, no space inside them. So "$5 y $10" is money.
_PATTERN = re.compile(
    r"""
    (?P<fence>^(?P<mark>```+|~~~+)[^\n]*\n[\s\S]*?(?:^(?P=mark)[ \t]*$|\Z))
  | (?P<code>(?P<ticks>(?<!`)`+(?!`))[\s\S]*?(?<!`)(?P=ticks)(?!`))
  | (?P<escape>\\\$)
  | \$\$(?P<display>(?:\\.|[^$\\])+?)\$\$
  | (?<![\d$])\$(?P<inline>(?![\s$])(?:\\[\s\S]|[^$\\\n]|\n(?!\s*\n))*?(?<!\s))\$(?![\d$])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def spans(text: str) -> Iterator[Span]:
    """The formulas of a Markdown text, in order."""
    for found in _PATTERN.finditer(text):
        latex = found["display"] or found["inline"]
        if latex:
            yield Span(latex.strip(), found["display"] is not None, found.start(), found.end())


def in_prose(text: str, to: Callable[[str], str], display: Callable[[str], str] | None = None) -> str:
    r"""`text` with each ``$…$`` replaced by `to` of its LaTeX, and each ``$$…$$`` by `display` of it (or `to`).

    Code stays as it is; ``\$`` becomes a dollar.
    """

    def replace(found: re.Match[str]) -> str:
        if found["display"] is not None:
            return (display or to)(found["display"].strip())
        if found["inline"]:
            return to(found["inline"])
        return "$" if found["escape"] else found[0]

    return _PATTERN.sub(replace, text)
