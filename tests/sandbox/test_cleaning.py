"""Text from learner code is harmless on a terminal, and short."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.cleaning import MESSAGE_LIMIT, shortened, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\0\a\b\r\x7f\x9b", "\\x00\\x07\\x08\\x0d\\x7f\\x9b"),
        ("\ud800\udfff", "\\ud800\\udfff"),
        ("\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("año, ∂L/∂w, 梯度", "año, ∂L/∂w, 梯度"),
    ],
)
def test_unsafe_characters_are_written_out(raw: str, shown: str) -> None:
    """What could act on a terminal is shown as an escape; letters of every language stay."""
    assert visible(raw) == shown


@given(st.text(st.characters()))
def test_no_control_character_gets_through(raw: str) -> None:
    """Whatever the text, the result can be encoded and holds no control but newline and tab."""
    shown = visible(raw)
    shown.encode()
    assert all(unicodedata.category(character) != "Cc" or character in "\n\t" for character in shown)


@given(st.text(max_size=300), st.integers(30, 100))
def test_text_is_shortened_to_its_limit(text: str, limit: int) -> None:
    """Short text stays; of long text the head and the tail stay, within the limit."""
    short = shortened(text, limit)
    assert len(short) <= max(limit, 0)
    assert short == text if len(text) <= limit else short[:10] == text[:10] and short[-5:] == text[-5:]


def test_exceptions_have_two_thousand_characters_at_most() -> None:
    """The limit of a message is the one the reports count on."""
    assert len(shortened("x" * 10_000)) == MESSAGE_LIMIT == 2000
