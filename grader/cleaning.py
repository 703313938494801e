"""Which characters are shown and which are written out: the one list of what text of a stranger may do on a screen.

It is Unicode's own list of what can be printed (`str.isprintable`), with the few exceptions below, so that nothing has
to be added here when somebody finds one more character that turns, hides or overwrites what stands beside it. Text is
cleaned where it becomes part of a sentence (`grader.locale.say`, a mismatch), and once more where it reaches a screen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

MESSAGE_LIMIT = 2000
NAME_LIMIT = 100

MOST_MARKS = 6
"""Accents on one letter, which every language makes do with; more of them cover the lines above."""

_LAID_OUT = frozenset("\n\t")
_JOINERS = frozenset("\u200c\u200d")  # Persian, the languages of India and emoji are written with them
# Printable by Unicode's list, and nothing is seen.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

Written = Callable[[str], str]


def visible(text: str) -> str:
    """The text with every character that could act on a screen, or hide there, written as an escape like ``\\x1b``."""
    return rewritten(text, escaped)


def one_line(text: str, limit: int = NAME_LIMIT) -> str:
    """A name that a stranger chose: without breaks, so that it cannot begin a line of its own, and short."""
    return shortened(visible(text[: 4 * limit]).replace("\n", "\\n").replace("\t", "\\t"), limit)


def rewritten(text: str, written: Written) -> str:
    """The text with `written` in place of whatever is not to be shown; line ends are Python's."""
    if text.isprintable() and text.isascii():
        return str.__str__(text)
    lines = "".join(text.replace("\r\n", "\n")).split("\n")
    return "\n".join(line if line.isprintable() and line.isascii() else _line(line, written) for line in lines)


def shortened(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """The text itself, or its head and its tail around a mark, at most `limit` characters."""
    if len(text) <= limit:
        return text
    mark = "\n[...]\n" if "\n" in text else " [...] "
    head = (limit - len(mark)) * 2 // 3
    return text[:head] + mark + text[len(text) - (limit - len(mark) - head) :]


def json_shown(encoded: bytes) -> bytes:
    """JSON that says the same and can be shown: what is not shown is escaped as JSON escapes it."""
    return rewritten(encoded.decode("utf-8"), _json_escaped).encode()


def escaped(character: str) -> str:
    """A character as Python writes it in a string."""
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escaped(character: str) -> str:
    pair = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pair[place]:02x}{pair[place + 1]:02x}" for place in range(0, len(pair), 2))


def _line(line: str, written: Written) -> str:
    """One line, character by character."""
    shown: list[str] = []
    marks = 0
    last = len(line) - 1
    for place, character in enumerate(line):
        if character.isascii():
            marks = 0
            shown.append(character if character.isprintable() or character in _LAID_OUT else written(character))
            continue
        marks = marks + 1 if (category := unicodedata.category(character)) in ("Mn", "Me") else 0
        if character in _JOINERS:
            joins = 0 < place < last and not line[place - 1].isascii() and line[place + 1].isprintable()
            shown.append(character if joins and not line[place + 1].isascii() else written(character))
        elif marks > MOST_MARKS or character in _BLANK or not (category == "Zs" or character.isprintable()):
            shown.append(written(character))
        else:
            shown.append(character)
    return "".join(shown)
