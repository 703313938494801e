"""Text in which people are named becomes the same text with pseudonyms, whatever way the names are written.

Letters are compared without case, accents and Unicode's other forms, and where they are written as an escape of HTML,
of an address or of Python they are read first. In a program comments and strings are replaced as text is; a name of the
program's own that holds a person's is renamed wherever it stands, so that the program means what it meant.
"""

from __future__ import annotations

import builtins
import html
import io
import json
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from grader.notebook_cells import is_notebook

LONG = 5
"""A word of so many letters is found inside another, as in "jgarcia"; a shorter one only by itself."""
LONGEST_RUN = 200
PARTICLES = frozenset(
    ["de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "di", "du", "van", "von", "der"]
)
_ESCAPE = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    r"|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\U[0-9A-Fa-f]{8}"
)
_SAFE = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins))


def words_of(*names: str) -> Iterator[str]:
    """What to look for of somebody: a name's words, an address and its parts, a login, a number."""
    for name in names:
        plain = folded(name)
        found = re.findall(r"[^\W_]+", plain)
        yield from (word for word in found if len(word) > 1 and word not in PARTICLES and not _is_small(word))
        if len(found) > 1:
            yield "".join(found)


def _is_small(word: str) -> bool:
    """A number that stands in any program."""
    return word.isdecimal() and len(word) < 4


def folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(each))


class _Run(NamedTuple):
    """Letters and digits that stand together: as they are compared, and where each of them stands in the text."""

    letters: str
    places: list[tuple[int, int]]
    starts: frozenset[int]


class Scrubber:
    """Replaces people by pseudonyms; `pseudonyms` are by words as `words_of` gives them."""

    def __init__(self, pseudonyms: Mapping[str, str], protected: Iterable[str] = ()) -> None:
        self._pseudonyms = dict(pseudonyms)
        self._protected = _SAFE | frozenset(protected)
        self._long = {word for word in self._pseudonyms if len(word) >= LONG}
        self._longest = max(map(len, self._long), default=0)

    def text(self, text: str, keep: frozenset[str] = frozenset()) -> str:
        """The text with every name replaced, but for whole words in `keep`."""
        pieces, last = [], 0
        for run in _runs(text):
            if run.letters in keep:
                continue
            for begin, end, pseudonym in self._found(run):
                start, stop = run.places[begin][0], run.places[end - 1][1]
                if start < last:
                    continue
                pieces += [text[last:start], pseudonym]
                last = stop
        return "".join(pieces) + text[last:]

    def content(self, content: bytes) -> bytes:
        """A file that was handed in: a notebook or a program, whatever became of it."""
        if is_notebook(content):
            return self._notebook(content)
        encoding = _encoding(content)
        source = content.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        return self.program(source).encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")

    def program(self, source: str) -> str:
        """The source of a program, which means what it meant; one that Python cannot read is text."""
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        except (tokenize.TokenError, SyntaxError, IndentationError, RecursionError, ValueError):
            return self.text(source, self._protected)
        kept = self._protected | _outside(tokens)
        kept |= frozenset(map(folded, kept))
        lines = source.splitlines(keepends=True)
        for token in reversed(tokens):
            replaced = self._token(token, kept)
            if replaced != token.string:
                _put(lines, token, replaced)
        return "".join(lines)

    def _token(self, token: tokenize.TokenInfo, kept: frozenset[str]) -> str:
        if token.type == tokenize.COMMENT:
            return self.text(token.string)
        if token.type == tokenize.STRING:
            prefix = re.match(r"[A-Za-z]*", token.string)
            is_formatted = prefix is not None and "f" in prefix[0].lower()
            return self.text(token.string, kept if is_formatted else frozenset())
        if token.type == tokenize.NAME and token.string not in kept:
            return self.text(token.string, kept)
        return token.string

    def _notebook(self, content: bytes) -> bytes:
        """Its cells; what was shown and who wrote it are left out, pictures among them."""
        try:
            whole = json.loads(content)
            cells = whole["cells"] if isinstance(whole, dict) else None
        except (ValueError, RecursionError, KeyError):
            cells = None
        if not isinstance(cells, list):
            return self.text(content.decode("utf-8", "replace")).encode()
        kept = {"nbformat": whole.get("nbformat", 4), "nbformat_minor": whole.get("nbformat_minor", 5), "metadata": {}}
        return json.dumps({**kept, "cells": [self._cell(cell) for cell in cells]}, ensure_ascii=False).encode()

    def _cell(self, cell: Any) -> Any:
        if not isinstance(cell, dict):
            return {"cell_type": "raw", "metadata": {}, "source": ""}
        kind, source = cell.get("cell_type"), cell.get("source", "")
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        told = self.program(source) if kind == "code" else self.text(source)
        made = {"cell_type": str(kind), "metadata": {}, "source": told}
        return {**made, "outputs": [], "execution_count": None} if kind == "code" else made

    def _found(self, run: _Run) -> Iterator[tuple[int, int, str]]:
        """The people in one run of letters, from left to right: the whole of it, a part of its own, or a long word."""
        if run.letters in self._pseudonyms:
            yield 0, len(run.letters), self._pseudonyms[run.letters]
            return
        begin = 0
        ends = sorted(run.starts | {len(run.letters)})
        while begin < len(run.letters):
            end = self._part(run, begin, ends) or self._inside(run.letters, begin)
            if end:
                yield begin, end, self._pseudonyms[run.letters[begin:end]]
            begin = end or begin + 1

    def _part(self, run: _Run, begin: int, ends: list[int]) -> int:
        if begin not in run.starts and begin:
            return 0
        return next((end for end in reversed(ends) if end > begin and run.letters[begin:end] in self._pseudonyms), 0)

    def _inside(self, letters: str, begin: int) -> int:
        longest = min(self._longest, len(letters) - begin)
        return next(
            (begin + size for size in range(longest, LONG - 1, -1) if letters[begin : begin + size] in self._long), 0
        )


def _runs(text: str) -> Iterator[_Run]:
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    starts: set[int] = set()
    was_small = False
    for start, stop, shown in _characters(text):
        for letter in folded(shown):
            if not letter.isalnum() or len(letters) >= LONGEST_RUN:
                if letters:
                    yield _Run("".join(letters), places, frozenset(starts))
                letters, places, starts, was_small = [], [], set(), False
                if not letter.isalnum():
                    continue
            if letters and ((shown.isupper() and was_small) or letter.isdecimal() != letters[-1].isdecimal()):
                starts.add(len(letters))
            letters.append(letter)
            places.append((start, stop))
            was_small = not shown.isupper()
    if letters:
        yield _Run("".join(letters), places, frozenset(starts))


def _characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Each character as it is meant, with where it stands; an accent of its own belongs to what it stands on."""
    place = 0
    for found in _ESCAPE.finditer(text):
        yield from _plain_characters(text, place, found.start())
        yield from ((found.start(), found.end(), each) for each in _unescaped(found[0]))
        place = found.end()
    yield from _plain_characters(text, place, len(text))


def _plain_characters(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
    while begin < end:
        stop = begin + 1
        while stop < end and unicodedata.combining(text[stop]):
            stop += 1
        yield begin, stop, text[begin]
        begin = stop


def _unescaped(written: str) -> str:
    if written[0] == "%":
        return unquote(written, errors="replace")
    if written[0] == "&":
        return html.unescape(written)
    number = int(written[2:], 16)
    return chr(number) if number < 0x110000 else " "


def _outside(tokens: list[tokenize.TokenInfo]) -> frozenset[str]:
    """Names that are another's: attributes, what is imported, and the names of arguments in a call."""
    kept = set()
    importing = False
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.type == tokenize.NEWLINE:
            importing = False
        if token.type != tokenize.NAME:
            continue
        if token.string in ("import", "from"):
            importing = True
        if importing or (before is not None and before.string == "."):
            kept.add(token.string)
        if after is not None and after.string == "=" and before is not None and before.string in ("(", ","):
            kept.add(token.string)
    return frozenset(kept)


def _put(lines: list[str], token: tokenize.TokenInfo, replaced: str) -> None:
    """Put other words in the place of a token; those that come after it in the file have been seen to already."""
    (first, begin), (last, end) = token.start, token.end
    lines[first - 1 : last] = [lines[first - 1][:begin] + replaced + lines[last - 1][end:]]


@cache
def _names_of(source: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]\w*", source))


def names_in(sources: Iterable[str]) -> frozenset[str]:
    """Every name in some programs, which no learner's may lose."""
    return frozenset().union(*map(_names_of, sources))


def _encoding(content: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
    except (SyntaxError, LookupError, ValueError):
        return "latin-1" if b"\0" in content else "utf-8"
    return encoding
