"""Text that a learner's program may have made, into plain strings that are safe to show on a page."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup, escape

from grader.cleaning import visible
from grader.locale import LANGUAGES, numbers, say
from grader.locale.numbers import Words
from grader.text import Text

LINE, SENTENCE, PARAGRAPH, OUTPUT = 160, 300, 1_600, 14_000
"""At most so many characters of a name, of a message in brief and in full, and bytes of a program's output."""


def plain(text: str) -> str:
    """`text` as an exact `str`, what HTML may not hold and what turns or hides text written out.

    A subclass of `str` could carry ``__html__`` and pass a template unescaped; what comes back never does.
    """
    return visible(str.__str__(text))


def line(text: str) -> str:
    """One line of at most `LINE` characters: names, values, places. What would not be shown is not read."""
    return _shorten(plain(" ".join(text[: 4 * LINE].split("\n"))), LINE)


def words(text: Text, limit: int = PARAGRAPH) -> Words:
    """A `Text` as plain strings of at most `limit` characters."""
    return {language: _shorten(plain(text.in_language(language)), limit) for language in LANGUAGES}


def output(text: str) -> tuple[str, Words | None, str]:
    """Head and tail of what a program printed, and between them a note of what was left out, if anything."""
    if len(text) <= OUTPUT and _weight(exact := plain(text)) <= OUTPUT:
        return exact, None, ""
    half = OUTPUT // 2
    head, tail = _heads(plain(text[:half]), half), _heads(plain(text[-half:])[::-1], half)[::-1]
    # Whole lines only, where there are any: half a line reads like a mistake of the program's.
    head = head[: head.rfind("\n")] if "\n" in head else head
    tail = tail[tail.find("\n") + 1 :] if "\n" in tail[:-1] else tail
    left_out = Text(numbers.count(max(len(text) - len(head) - len(tail), 1)))
    return head, words(say("{number} characters are left out here", number=left_out)), tail


def _weight(text: str) -> int:
    """Bytes that a text takes on a page, where ``&`` alone takes five."""
    return len(escape(text).encode())


def _heads(text: str, most: int) -> str:
    """The beginning of `text` that weighs at most `most` bytes."""
    head = text[:most]
    while (weight := _weight(head)) > most:
        head = head[: len(head) * most // weight]
    return head


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
