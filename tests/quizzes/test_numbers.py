"""A typed number is read as it was meant, or asked again; never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.quizzes.numbers import read_number
from grader.text import Text


@pytest.mark.parametrize(
    "typed",
    [
        "1.000,5",
        "1,000.5",
        "1.000.000",
        "1,000,000",
        "1'000.5",
        "1 000",
        "1.5 000",
        "1e",
        "--1",
        "1/0",
        "1/2/3",
        "",
        "   ",
        "x",
        "0x10",
        "nan",
        "inf",
        "-inf",
        "infinity",
        "1e999",
        "10^9999",
        "1_000",
        "½",
        "9" * 80,
        "1+1",
        "2e-3e-4",
        "%",
        "10^",
        "1..2",
        "1,2,3",
        "$",
        "e",
        "1 2",
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_ambiguous_or_no_number_is_asked_again(typed: str, language: str) -> None:
    asked = read_number(typed, language)
    assert isinstance(asked, Text)
    assert set(asked) == {"en", "es"}


@pytest.mark.parametrize(("typed", "language"), [("1,000", "en"), ("-2,500", "en"), ("1.000", "es"), ("123.456", "es")])
def test_three_digits_behind_the_mark_that_groups_thousands_are_asked_again(typed: str, language: str) -> None:
    asked = read_number(typed, language)
    assert isinstance(asked, Text)
    assert typed.replace(",", "").replace(".", "") in asked["en"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0,9", 0.9),
        ("0.9", 0.9),
        (".5", 0.5),
        (",5", 0.5),
        ("1e-3", 1e-3),
        ("1E-3", 1e-3),
        ("1,5e2", 150.0),
        ("10^-3", 1e-3),
        ("10^{-3}", 1e-3),
        ("10**-3", 1e-3),
        ("-10^2", -100.0),
        ("2*10^-3", 2e-3),
        ("2·10^-3", 2e-3),
        ("2 × 10^−3", 2e-3),
        ("2·10⁻³", 2e-3),
        ("10⁻³", 1e-3),
        ("-10⁻³", -1e-3),
        ("10²", 100.0),
        ("1/3", 1 / 3),
        ("-1/3", -1 / 3),
        ("1 / 3", 1 / 3),
        ("0,5/2", 0.25),
        ("−0.5", -0.5),
        ("–2", -2.0),
        ("- 2", -2.0),
        ("+3", 3.0),
        ("50 %", 0.5),
        ("12,5%", 0.125),
        ("  7 ", 7.0),
        ("$0.9$", 0.9),
        ("`3`", 3.0),
        ("0.001", 1e-3),
        ("0,001", 1e-3),
        ("101770", 101770.0),
        ("5.", 5.0),
        ("１２", 12.0),
        ("1.0000", 1.0),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_usual_way_to_write_a_number_is_read(typed: str, value: float, language: str) -> None:
    assert read_number(typed, language) == pytest.approx(value, rel=1e-15)


def test_the_readers_own_decimal_mark_with_three_digits_is_read() -> None:
    assert read_number("1.234", "en") == 1.234
    assert read_number("1,234", "es") == 1.234


def test_what_is_asked_for_again_can_then_be_read() -> None:
    assert read_number("1.0000", "es") == 1.0
    assert read_number("1000", "es") == 1000.0


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(["en", "es"]), st.booleans())
def test_a_written_float_is_read_back_or_asked_again(value: float, language: str, comma: bool) -> None:
    typed = repr(float(value)).replace(".", "," if comma else ".")
    found = read_number(typed, language)
    assert isinstance(found, Text) or found == value


@given(st.text(max_size=70), st.sampled_from(["en", "es"]))
def test_any_line_is_a_finite_number_or_a_question(typed: str, language: str) -> None:
    found = read_number(typed, language)
    assert isinstance(found, Text) or abs(found) < float("inf")
