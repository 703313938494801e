"""Numbers into words as each language writes them: decimal commas, powers of ten, digits that tell two apart."""

from __future__ import annotations

import math
from datetime import datetime
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from grader.locale import LANGUAGES

Words = dict[str, str]
"""One phrase in every language of the page; plain strings only."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FEWEST, _MOST = 6, 16


@cache
def _decimal_mark(language: str) -> str:
    symbols = Locale.parse(language).number_symbols
    return str(symbols.get("latn", symbols)["decimal"])


@cache
def _percent_sign(language: str) -> str:
    pattern = Locale.parse(language).percent_formats[None].pattern
    return str(pattern[pattern.rindex("0") + 1 :])


def in_language(digits: str, language: str) -> str:
    """Python's spelling of a number (``-1.5e-08``) as `language` writes it (``−1,5 × 10⁻⁸``)."""
    mantissa, _, exponent = digits.partition("e")
    mantissa = mantissa.replace("-", "−").replace(".", _decimal_mark(language))
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
    digits = spell(share * 100, 2 if abs(share) < 1 else 3)
    return {language: in_language(digits, language) + _percent_sign(language) for language in LANGUAGES}


@lru_cache(maxsize=1024)
def _count(value: int, language: str) -> str:
    return format_decimal(value, locale=language)


def count(value: int) -> Words:
    """A whole number, grouped as each language does (101,770 and 101.770)."""
    return {language: _count(value, language) for language in LANGUAGES}


@lru_cache(maxsize=256)
def _moment(moment: datetime, language: str) -> str:
    day = format_date(moment, "long", locale=language)
    return f"{day}, {format_time(moment, 'short', locale=language)}"


def date(moment: datetime) -> Words:
    """A day and time of day, written out."""
    return {language: _moment(moment.replace(second=0, microsecond=0), language) for language in LANGUAGES}


def spell(value: float, digits: int = _FEWEST) -> str:
    """Python's spelling with `digits` significant digits, with an exponent only outside 1e-4 to 1e6."""
    if math.isfinite(value) and 1e-4 <= abs(value) < 1e6:
        spelled = f"{value:.{max(digits - 1 - math.floor(math.log10(abs(value))), 0)}f}"
        return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled
    return f"{value:.{digits}g}"


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
