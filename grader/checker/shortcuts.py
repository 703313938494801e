"""A learner's source text searched for names the exercise refuses: a lint for honest learners, no defence.

It reads tokens, not a syntax tree: Python's parser can be brought down by the text it parses, and this runs in
the grader's own process.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.course import Shortcut

_NAME = re.compile(r"[^\W\d]\w*")

# Comments and strings; where one is not closed its words stay, which only costs time.
_PROSE = re.compile(
    r'''
      """ (?: \\. | [^\\] )*? """
    | \'{3} (?: \\. | [^\\] )*? \'{3}
    | " (?: \\. | [^"\\\n] )* "
    | ' (?: \\. | [^'\\\n] )* '
    | \# [^\n]*
    ''',
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class ShortcutUse:
    """A refused name, and the line where it is used."""

    shortcut: Shortcut
    line: int


def find_shortcut(source: str, forbidden: Sequence[Shortcut]) -> ShortcutUse | None:
    """The first use of a refused name, through whatever alias it was imported; None where there is none."""
    if not forbidden:
        return None
    words = _words(_PROSE.sub(" ", source))  # whatever the alias, every part of the name stands somewhere
    if not any(_words(shortcut.name) <= words for shortcut in forbidden):
        return None
    for name, line in _resolved_names(source):
        for shortcut in forbidden:
            if name == shortcut.name or name.startswith(shortcut.name + "."):
                return ShortcutUse(shortcut, line)
    return None


def _words(text: str) -> set[str]:
    return set(_NAME.findall(text))


def _resolved_names(source: str) -> Iterator[tuple[str, int]]:
    """Every dotted name of a source with import aliases undone, and its line."""
    aliases: dict[str, str] = {}
    for statement in _statements(source):
        words = [token.string for token in statement]
        line = statement[0].start[0]
        if words[0] == "import":
            for name, alias in _imported(words[1:]):
                aliases[alias or name.partition(".")[0]] = name if alias else name.partition(".")[0]
                yield name, line
        elif words[0] == "from" and "import" in words:
            place = words.index("import")
            module = "".join(words[1:place])
            for name, alias in _imported(words[place + 1 :]):
                aliases[alias or name] = f"{module}.{name}"
                yield f"{module}.{name}", line
        else:
            for name, token_line in _dotted(statement):
                head, dot, rest = name.partition(".")
                yield aliases.get(head, head) + dot + rest, token_line


def _statements(source: str) -> Iterator[list[tokenize.TokenInfo]]:
    """Logical lines as tokens, without comments; what cannot be read as tokens ends the search."""
    statement: list[tokenize.TokenInfo] = []
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER) or token.string == ";":
                if statement:
                    yield statement
                statement = []
            elif token.type not in skipped:
                statement.append(token)
    except (tokenize.TokenError, SyntaxError):
        return


def _imported(words: list[str]) -> Iterator[tuple[str, str | None]]:
    """Names and aliases of ``a.b as c, d``."""
    text = " ".join(word for word in words if word not in "()")
    for part in text.replace(" . ", ".").split(","):
        name, _, alias = part.strip().partition(" as ")
        if name:
            yield name.strip(), alias.strip() or None


def _dotted(statement: list[tokenize.TokenInfo]) -> Iterator[tuple[str, int]]:
    name, line, open_ended = "", 0, False
    for token in statement:
        if token.type == tokenize.NAME and (open_ended or not name):
            name, line, open_ended = name + token.string, line or token.start[0], False
        elif token.string == "." and name:
            name, open_ended = name + ".", True
        else:
            if name:
                yield name.rstrip("."), line
            name, line, open_ended = (
                (token.string, token.start[0], False) if token.type == tokenize.NAME else ("", 0, False)
            )
    if name:
        yield name.rstrip("."), line
