"""The bytes of a Python file become its text as Python itself reads it, or why they are none.

A mark at the beginning, a declared encoding (PEP 263) and the line ends of any system are read as Python reads them.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from grader.locale import say
from grader.notebook_cells import is_page
from grader.text import Text

# Quadratic in what they decode; no editor saves a program so.
_NO_ENCODINGS = frozenset({"idna", "punycode"})
_DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def with_plain_ends(content: bytes) -> bytes:
    """The same with a line feed at the end of each line, and no mark at the beginning."""
    return re.sub(rb"\r\n?", b"\n", content).removeprefix(codecs.BOM_UTF8)


def source_text(content: bytes) -> str | Text:
    """The text of a program, lines parted by line feeds; as a `Text`, why these bytes are none."""
    problem = _unreadable(content)
    if problem is not None:
        return problem
    plain = re.sub(rb"\r\n?", b"\n", content)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(plain).readline)
    except SyntaxError:
        return _undeclared(plain)
    if encoding in _NO_ENCODINGS:
        return _unknown(encoding)
    try:
        return plain.decode(encoding)
    except UnicodeDecodeError as error:
        return _not_of(encoding, plain[: error.start].count(b"\n") + 1)
    except (LookupError, ValueError):  # not an encoding of texts
        return _unknown(encoding)


def _unreadable(content: bytes) -> Text | None:
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return say("the file is empty")
    if is_page(content):
        return say("this is a web page, perhaps the one that asks to log in; download the file itself")
    if b"\0" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return say("this is a binary file, not Python source")
    return None


def _undeclared(plain: bytes) -> Text:
    """Why Python cannot tell the encoding: one it does not know, one that contradicts the mark, or none at all."""
    lines = plain.removeprefix(codecs.BOM_UTF8).split(b"\n")[:2]
    declared = next((found[1].decode("ascii", "replace") for line in lines if (found := _DECLARED.match(line))), None)
    if declared is not None and plain.startswith(codecs.BOM_UTF8):
        return say(
            "the file begins with the mark of UTF-8 but declares the encoding {name}; take that declaration out",
            name=declared[:40],
        )
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared is None:
            return _not_of("utf-8", plain[: error.start].count(b"\n") + 1)
    return _unknown(declared or "")


def _not_of(encoding: str, line: int) -> Text:
    if encoding in ("utf-8", "utf-8-sig"):
        return say("line {line} is not UTF-8 text; save the file as UTF-8", line=line)
    return say(
        "line {line} is not {name} text, the encoding that the file declares; save the file as UTF-8 and declare none",
        line=line,
        name=encoding,
    )


def _unknown(encoding: str) -> Text:
    return say(
        "the file declares the encoding {name}, which Python cannot read; save it as UTF-8 and declare none",
        name=encoding[:40],
    )
