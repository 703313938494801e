"""A learner's source text searched for names the exercise refuses: a lint for honest learners, no defence.

It reads lexemes, not a syntax tree: Python's parser can be brought down by the text it parses, and this runs in
the grader's own process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.course import Shortcut
from grader.lexemes import DEPTH, LEXEME, PROSE

_SHELL = ("!", "%", "%%", "?")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class ShortcutUse:
    """A refused name, and the line where it is used."""

    shortcut: Shortcut
    line: int


class _Word(NamedTuple):
    text: str
    line: int
    is_name: bool


def find_shortcut(source: str, forbidden: Sequence[Shortcut]) -> ShortcutUse | None:
    """The first use of a refused name, through whatever alias it was imported; None where there is none."""
    if not forbidden:
        return None
    words = _words(PROSE.sub(" ", source))  # whatever the alias, every part of the name stands somewhere
    if not any(_words(shortcut.name) <= words for shortcut in forbidden):
        return None
    longest = max(len(shortcut.name) for shortcut in forbidden) + 1
    for name, line in _resolved_names(source, longest):
        for shortcut in forbidden:
            if name == shortcut.name or name.startswith(shortcut.name + "."):
                return ShortcutUse(shortcut, line)
    return None


def _words(text: str) -> set[str]:
    return set(_NAME.findall(text))


def _resolved_names(source: str, longest: int) -> Iterator[tuple[str, int]]:
    """The beginning of every dotted name that a source uses, with import aliases undone, and its line.

    An import is no use: what no other line names is put aside, as where a notebook's cells are taken one by one.

    More than the `longest` name that is looked for never tells more, and a name may be as long as the file.
    """
    aliases: dict[str, str] = {}
    for statement in _statements(source):
        first, line = statement[0].text, statement[0].line
        texts = [word.text for word in statement]
        if first in _SHELL or "!" in texts[1:3]:  # a notebook's own lines: `!pip install torch`
            continue
        if first == "import":
            for name, alias in _imported(texts[1:], longest):
                top = name.partition(".")[0]
                aliases[alias or top] = name if alias else top
        elif first == "from" and "import" in texts:
            place = texts.index("import")
            module = "".join(texts[1:place])[:longest]
            for name, alias in _imported(texts[place + 1 :], longest):
                full = f"{module}.{name}"[:longest]
                aliases[alias or name] = full
                if name == "*":
                    yield module, line
        else:
            for head, rest, word_line in _dotted(statement, longest):
                yield aliases.get(head, head) + rest, word_line


def _statements(source: str) -> Iterator[list[_Word]]:
    """Logical lines as words, without comments; one whose brackets are never closed is none."""
    statement: list[_Word] = []
    line, depth = 1, 0
    for lexeme in LEXEME.finditer(source):
        kind, text = lexeme.lastgroup, lexeme.group()
        depth = max(0, depth + DEPTH.get(text, 0))
        if text == ";" or (kind == "newline" and depth == 0):
            if statement:
                yield statement
            statement = []
        elif kind not in ("newline", "skip"):
            statement.append(_Word(text, line, kind == "name"))
        line += text.count("\n")
    if statement and depth == 0:
        yield statement


def _imported(words: list[str], longest: int) -> Iterator[tuple[str, str | None]]:
    """Names, as far as they matter, and aliases of ``a.b as c, d``."""
    name: list[str] = []
    for word in (*words, ","):
        if word == ",":
            path, _, alias = " ".join(name).partition(" as ")
            if path.strip():
                yield path.replace(" . ", ".").strip()[:longest], alias.strip() or None
            name = []
        elif word not in "()":
            name.append(word)


def _dotted(statement: list[_Word], longest: int) -> Iterator[tuple[str, str, int]]:
    """The first name of each dotted one, the beginning of what follows it, and its line."""
    head, rest, line, open_ended = "", "", 0, False
    for word in statement:
        if word.is_name and open_ended:
            rest, open_ended = (rest + "." + word.text)[:longest] if len(rest) < longest else rest, False
        elif word.text == "." and head:
            open_ended = True
        else:
            if head:
                yield head, rest, line
            head, rest, line, open_ended = (word.text if word.is_name else ""), "", word.line, False
    if head:
        yield head, rest, line
