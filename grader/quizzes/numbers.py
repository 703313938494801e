"""A typed number becomes a float, or a reason why it cannot be read for certain; a guess is never made."""

from __future__ import annotations

import math
import re
import unicodedata

from grader.locale import say
from grader.locale.language import language_facts
from grader.text import Text

_LONGEST = 60
_SIGNS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "＋": "+",
        "×": "*",
        "·": "*",
        "∙": "*",
        "⁻": "-",
        "÷": "/",
        "∕": "/",
        "⁄": "/",
    }
)
_PLAIN = r"\d+(?:[.,]\d+)?|[.,]\d+"
_SIGNED = rf"[+-]?(?:{_PLAIN})"
_POWER = rf"(?P<sign>[+-]?)(?:(?P<factor>{_PLAIN})\*)?10(?:\^|\*\*)[({{]?(?P<power>[+-]?\d{{1,4}})[)}}]?"
_SCIENTIFIC = re.compile(rf"{_SIGNED}(?:[eE][+-]?\d{{1,4}})?")
_FRACTION = re.compile(rf"\(?(?P<top>{_SIGNED})\)?/\(?(?P<bottom>{_SIGNED})\)?")
_SEPARATED = re.compile(r"\d[.,']\d[^eE]*[.,'\s]\d|\d\s+\d")


def read_number(typed: str, language: str) -> float | Text:
    """The number that was typed, or what to ask of the person.

    Read: ``0.9``, ``0,9``, ``1e-3``, ``10^-3``, ``2*10^-3``, ``1/3``, ``50 %``, and a real minus sign. Asked again:
    two kinds of separators (``1.000,5``), and the one that groups thousands in `language` with three digits behind.
    """
    bare = unicodedata.normalize("NFC", typed).strip().translate(_SIGNS).strip("$` ").rstrip(".")
    bare = re.sub(r"\s*([*/^()%])\s*", r"\1", re.sub(r"^([+-])\s+", r"\1", bare))
    bare = _superscripts(bare)
    if not bare or len(bare) > _LONGEST:
        return _unreadable(typed)
    if _SEPARATED.search(bare) or bare.count(",") > 1 or (bare.count(".") > 1 and "/" not in bare):
        return say(
            "«{typed}» can be read in two ways. Write it without separating thousands: 1000.5 or 1000,5.",
            typed=_short(typed),
        )
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(language_facts(language).group)}\d{{3}}", bare):
        return say(
            "«{typed}»: thousands or decimals? Write {whole}, or {decimal}.",
            typed=_short(typed), whole=re.sub("[.,]", "", bare), decimal=bare + "0",
        )  # fmt: skip
    value = _value(bare.removesuffix("%"))
    if value is None or not math.isfinite(value):
        return _unreadable(typed)
    return value / 100 if bare.endswith("%") else value


def _value(bare: str) -> float | None:
    if _SCIENTIFIC.fullmatch(bare):
        return _decimal(bare)
    if found := _FRACTION.fullmatch(bare):
        bottom = _decimal(found["bottom"])
        return _decimal(found["top"]) / bottom if bottom else None
    if found := re.fullmatch(_POWER, bare):
        factor = _decimal(found["factor"]) if found["factor"] else 1.0
        try:
            return (-1 if found["sign"] == "-" else 1) * factor * 10.0 ** int(found["power"])
        except OverflowError:
            return None
    return None


def _decimal(written: str) -> float:
    return float(written.replace(",", "."))


_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _superscripts(bare: str) -> str:
    """``10⁻³`` as ``10^-3``; the raised minus has been made a plain one by now."""
    if not any(character in _RAISED for character in bare):
        return bare
    lowered = bare.translate(str.maketrans(_RAISED, "0123456789"))
    start = next(place for place, character in enumerate(bare) if character in _RAISED)
    start -= 1 if start and bare[start - 1] == "-" else 0
    return f"{lowered[:start]}^{lowered[start:]}"


def _unreadable(typed: str) -> Text:
    return say("«{typed}» is not a number I can read. Write it like 0.25, 1e-3 or 1/3.", typed=_short(typed))


def _short(typed: str) -> str:
    return typed.strip()[:40]
