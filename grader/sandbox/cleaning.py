"""Turns text that learner code wrote into text that is safe to show on a terminal or a page, and short."""

from __future__ import annotations

import re

MESSAGE_LIMIT = 2000

# Control characters except newline and tab, lone surrogates, and the characters that reorder what is shown.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """The text with every character that could act on a terminal written as an escape such as ``\\x1b``."""
    return _UNSAFE.sub(_escaped, text.replace("\r\n", "\n"))


def shortened(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """The text itself, or its head and its tail around a mark, at most `limit` characters."""
    if len(text) <= limit:
        return text
    mark = "\n[...]\n" if "\n" in text else " [...] "
    head = (limit - len(mark)) * 2 // 3
    return text[:head] + mark + text[len(text) - (limit - len(mark) - head) :]


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
