"""Numbers into words as each language writes them: decimal commas, powers of ten, digits that tell two apart."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.dates import format_datetime

from grader.locale import LANGUAGES
from grader.locale.language import Language, language_facts

Words = dict[str, str]
"""One phrase in every language of the page; plain strings only."""


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FEWEST, _MOST = 6, 16


def in_language(digits: str, language: str) -> str:
    """Python's spelling of a number (``-1.5e-08``) as `language` writes it (``−1,5 × 10⁻⁸``)."""
    mantissa, _, exponent = digits.partition("e")
    mantissa = mantissa.replace("-", "−").replace(".", language_facts(language).decimal)
    if not exponent:
        return mantissa
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa} × {power}")


def number(value: float, digits: int = _FEWEST) -> Words:
    """`value` with at most `digits` significant digits; ``nan`` and ``inf`` as Python writes them."""
    spelled = spell(value, digits)
    return {language: in_language(spelled, language) for language in LANGUAGES}


def percent(share: float) -> Words:
    """A share of one as a percentage of two significant digits, three from 100 % on."""
    hundredths = float(Decimal(repr(float(share))) * 100)  # 0.145 is 14.5 %; as a product of floats it falls short
    digits = spell(hundredths, 2 if abs(share) < 1 else 3)
    return {language: in_language(digits, language) + language_facts(language).percent for language in LANGUAGES}


def count(value: int) -> Words:
    """A whole number, grouped as each language does (101,770 and 101.770; but 1,234 and 1234)."""
    return {language: _count(value, language_facts(language)) for language in LANGUAGES}


def _count(value: int, manner: Language) -> str:
    digits = str(abs(value))
    grouped = f"{abs(value):,}".replace(",", manner.group) if len(digits) >= manner.fewest_grouped else digits
    return f"−{grouped}" if value < 0 else grouped


@lru_cache(maxsize=256)
def _moment(moment: datetime, language: str) -> str:
    return format_datetime(moment.replace(tzinfo=None), language_facts(language).moment, locale=language)


def date(moment: datetime) -> Words:
    """A day and time of day, written out."""
    return {language: _moment(moment.replace(second=0, microsecond=0), language) for language in LANGUAGES}


def spell(value: float, digits: int = _FEWEST) -> str:
    """Python's spelling with `digits` significant digits, with an exponent only outside 1e-4 to 1e6.

    Half a unit is rounded away from zero, as readers and gradebooks do: 12.25 is 12.3, and 2.675, which a float holds
    as a little less, 2.68.
    """
    if math.isfinite(value) and 1e-4 <= abs(value) < 1e6:
        places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
        spelled = f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
        return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled
    return f"{value + 0.0:.{digits}g}"  # minus nought is nought


def spell_pair(got: float, expected: float) -> tuple[str, str]:
    """Both numbers with as few digits as show that they differ, and one more where there is one."""
    if got == expected or not (math.isfinite(got) and math.isfinite(expected)):
        return spell(got), spell(expected)
    for digits in range(_FEWEST, _MOST + 1):
        if spell(got, digits) != spell(expected, digits):
            enough = digits if digits == _FEWEST else min(digits + 1, _MOST)
            return _as_long(spell(got, enough), spell(expected, enough))
    return repr(got), repr(expected)


def _as_long(first: str, second: str) -> tuple[str, str]:
    """The shorter of two fractions with zeros to the length of the other: they are compared digit by digit."""
    if "e" in first + second:
        return first, second
    decimals = [len(spelled.partition(".")[2]) for spelled in (first, second)]
    longest = max(decimals)
    padded = [
        spelled + ("." if longest and not own else "") + "0" * (longest - own)
        for spelled, own in zip((first, second), decimals, strict=True)
    ]
    return padded[0], padded[1]


def common_prefix(first: str, second: str) -> int:
    """How many leading characters two spellings share: the digits that agree."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length
