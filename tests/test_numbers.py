"""Numbers as each language writes them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.locale import LANGUAGES, numbers
from grader.locale.language import language_facts


@pytest.mark.parametrize(
    ("value", "en", "es"),
    [
        (0.001, "0.001", "0,001"),
        (-1.5e-8, "−1.5 × 10⁻⁸", "−1,5 × 10⁻⁸"),
        (1e-9, "10⁻⁹", "10⁻⁹"),
        (-1e-9, "−10⁻⁹", "−10⁻⁹"),
        (1e300, "10³⁰⁰", "10³⁰⁰"),
        (3.0, "3", "3"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.1 + 0.2, "0.3", "0,3"),
        (101770.0, "101770", "101770"),
        (math.nan, "nan", "nan"),
        (-math.inf, "−inf", "−inf"),
    ],
)
def test_a_number_has_the_decimal_mark_and_the_powers_of_its_language(value: float, en: str, es: str) -> None:
    assert numbers.number(value) == {"en": en, "es": es}


def test_percents_counts_and_dates_are_written_as_each_language_does() -> None:
    assert numbers.percent(0.0905) == {"en": "9.1%", "es": "9,1\u00a0%"}
    assert numbers.percent(0.00905) == {"en": "0.91%", "es": "0,91\u00a0%"}
    assert numbers.percent(21.62) == {"en": "2162%", "es": "2162\u00a0%"}
    assert numbers.count(101770) == {"en": "101,770", "es": "101.770"}
    assert numbers.date(datetime(2026, 11, 20, 16, 5, 59, tzinfo=UTC)) == {
        "en": "November 20, 2026, 4:05 PM",
        "es": "20 de noviembre de 2026, 16:05",
    }
    assert numbers.date(datetime(2026, 3, 1, 9, 5))["es"] == "1 de marzo de 2026, 9:05"


@pytest.mark.parametrize(
    ("value", "en", "es"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, "1,234", "1234"),
        (9999, "9,999", "9999"),
        (10_000, "10,000", "10.000"),
        (1_000_000, "1,000,000", "1.000.000"),
        (-1234, "−1,234", "−1234"),
        (-12_345, "−12,345", "−12.345"),
    ],
)
def test_spanish_groups_no_number_of_four_digits(value: int, en: str, es: str) -> None:
    assert numbers.count(value) == {"en": en, "es": es}


@pytest.mark.parametrize(
    ("value", "digits", "spelled"),
    [
        (12.25, 3, "12.3"), (12.35, 3, "12.4"), (2.675, 3, "2.68"), (0.5, 1, "0.5"), (-12.25, 3, "-12.3"),
        (17.625, 4, "17.63"), (17.125, 4, "17.13"), (0.00012345, 4, "0.0001235"), (999999.5, 6, "1000000"),
    ],
)  # fmt: skip
def test_half_a_unit_is_rounded_away_from_zero(value: float, digits: int, spelled: str) -> None:
    assert numbers.spell(value, digits) == spelled


@pytest.mark.parametrize(("share", "en"), [(0.125, "13%"), (0.145, "15%"), (0.135, "14%"), (1.005, "101%")])
def test_a_percentage_is_rounded_from_the_share_as_it_is_written(share: float, en: str) -> None:
    assert numbers.percent(share)["en"] == en


def test_every_language_of_the_program_says_how_it_writes_numbers() -> None:
    assert all(language_facts(code).decimal in ".," for code in LANGUAGES)


@pytest.mark.parametrize(
    ("got", "expected", "spelled"),
    [
        (1.5, 1.0, ("1.5", "1.0")),
        (-0.315228, -0.399, ("-0.315228", "-0.399000")),
        (0.125, 0.1250000001, ("0.1250000000", "0.1250000001")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.3")),
        (1e-9, 0.5, ("1e-09", "0.5")),
        (math.nan, 1e-9, ("nan", "1e-09")),
        (2.0, 2.0, ("2", "2")),
    ],
)
def test_two_numbers_get_the_digits_that_tell_them_apart(got: float, expected: float, spelled: tuple[str, str]) -> None:
    assert numbers.spell_pair(got, expected) == spelled


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_different_numbers_are_never_spelled_alike(got: float, expected: float) -> None:
    first, second = numbers.spell_pair(got, expected)
    assert (first == second) == (got == expected)
    assert math.isclose(float(first), got, rel_tol=1e-5, abs_tol=1e-300)


@given(st.floats(-1e307, 1e307), st.integers(2, 16))
def test_a_spelling_is_within_half_a_unit_of_its_last_digit(value: float, digits: int) -> None:
    assert math.isclose(float(numbers.spell(value, digits)), value, rel_tol=10.0 ** (1 - digits), abs_tol=1e-320)


def test_the_shared_digits_end_where_two_spellings_part() -> None:
    assert numbers.common_prefix("0,3990", "0,3152") == 3
    assert numbers.common_prefix("1", "12") == 1
    assert numbers.common_prefix("", "x") == 0
