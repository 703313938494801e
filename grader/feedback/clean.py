"""Text that a learner's program may have made, into plain strings that are safe to show on a page."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markupsafe import Markup

from grader.feedback.numbers import Words
from grader.locale import LANGUAGES, say
from grader.text import Text

LINE, PARAGRAPH, OUTPUT = 400, 4_000, 16_000
"""Greatest numbers of characters shown of a name or value, of a message, and of what a program printed."""

_NOT_IN_HTML = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DIRECTION = re.compile("[\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """`text` as an exact `str`, what HTML may not hold replaced, and what turns or hides text made visible.

    A subclass of `str` could carry ``__html__`` and pass a template unescaped; what comes back never does.
    """
    exact = "".join(text.replace("\r\n", "\n").replace("\r", "\n"))
    exact = _NOT_IN_HTML.sub("\N{REPLACEMENT CHARACTER}", exact)
    return _DIRECTION.sub(lambda mark: f"\N{WHITE SQUARE}{ord(mark[0]):04X}", str.__str__(exact))


def line(text: str) -> str:
    """One line of at most `LINE` characters: names, values, places."""
    return _shorten(plain(" ".join(text.split("\n"))), LINE)


def words(text: Text) -> Words:
    """A `Text` as plain strings, each at most a long paragraph."""
    return {language: _shorten(plain(text.in_language(language)), PARAGRAPH) for language in LANGUAGES}


def output(text: str) -> tuple[str, Words | None, str]:
    """Head and tail of what a program printed, and between them a note of what was left out, if anything."""
    exact = plain(text)
    if len(exact) <= OUTPUT:
        return exact, None, ""
    half = OUTPUT // 2
    left_out = len(exact) - 2 * half
    return exact[:half], words(say("{number} characters are left out here", number=left_out)), exact[-half:]


def untrusted_parts(view: Any, path: str = "view") -> list[str]:
    """Paths of whatever in a view is neither plain text, a number nor a course's own formatted text."""
    if isinstance(view, msgspec.Struct):
        fields = ((name, getattr(view, name)) for name in view.__struct_fields__)
        return [bad for name, value in fields for bad in untrusted_parts(value, f"{path}.{name}")]
    if type(view) is dict:
        return [bad for name, value in view.items() for bad in untrusted_parts(value, f"{path}.{name}")]
    if type(view) in (tuple, list):
        return [bad for place, value in enumerate(view) for bad in untrusted_parts(value, f"{path}[{place}]")]
    return [] if type(view) in (str, int, float, bool, type(None), Markup) else [path]


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
