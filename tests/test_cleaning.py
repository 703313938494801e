"""Text from learner code is harmless on a terminal, and short."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cleaning import MESSAGE_LIMIT, MOST_MARKS, NAME_LIMIT, json_shown, one_line, shortened, visible
from grader.locale import say
from grader.results import Mismatch, Row


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


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\u200bb\u2060c\u00add", "a\\u200bb\\u2060c\\xadd"),
        ("\u2028\u2029\x85", "\\u2028\\u2029\\x85"),
        ("x\U000e0041\U000e0001", "x\\U000e0041\\U000e0001"),
        ("\u3164\u2800", "\\u3164\\u2800"),
        ("\ufdd0\uffff\ue000", "\\ufdd0\\uffff\\ue000"),
        ("1\u202f000\u00a0€", "1\u202f000\u00a0€"),
        ("a\u200db", "a\\u200db"),
        ("می\u200cخواهم 👩\u200d👩", "می\u200cخواهم 👩\u200d👩"),
    ],
)
def test_what_hides_or_is_not_seen_is_written_out_and_what_languages_need_stays(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_letters_keep_a_few_accents_and_no_more() -> None:
    """A flood of them covers the lines above."""
    shown = visible("a" + "\u0301" * 50)
    assert shown == "a" + "\u0301" * MOST_MARKS + "\\u0301" * (50 - MOST_MARKS)


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_clean_stays_as_it_is(raw: str) -> None:
    assert visible(visible(raw)) == visible(raw)


def test_a_name_cannot_begin_a_line_of_its_own() -> None:
    assert one_line("x\n✓ 20/20\tall") == "x\\n✓ 20/20\\tall"
    assert len(one_line("x" * 10_000_000)) == NAME_LIMIT


@given(st.dictionaries(*[st.text(st.characters(exclude_categories=("Cs",)))] * 2))
def test_json_says_the_same_and_acts_on_no_screen(value: dict[str, str]) -> None:
    shown = json_shown(json.dumps(value, ensure_ascii=False).encode())
    assert json.loads(shown) == value
    assert visible(shown.decode()) == shown.decode()


def test_whatever_is_said_is_clean() -> None:
    """A sentence holds what a learner chose in its gaps, through whatever it came there."""
    told = say("{file} is not a Jupyter notebook.", file=Path("a\x1b]8;;http://x\x07b\u202e"))
    for sentence in told.values():
        assert visible(sentence) == sentence


def test_a_mismatch_and_its_rows_are_clean_and_on_one_line() -> None:
    hostile = "x\x1b[2J\n✓"
    row = Row(hostile, hostile, 1.0, True)
    found = Mismatch(kind="type", name=hostile, got=hostile, expected="y", rows=(row,))
    assert {found.name, found.got, row.place, row.got} == {"x\\x1b[2J\\n✓"}
