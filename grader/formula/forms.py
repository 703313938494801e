"""The four forms of a formula: a line of Unicode, a line of ASCII, MathML for a page, words for a voice."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from grader.errors import CourseError
from grader.formula.spoken import speak
from grader.formula.syntax import parse
from grader.formula.written import write
from grader.locale import say

if TYPE_CHECKING:
    from math_core import LatexToMathML


@lru_cache(maxsize=2048)
def to_unicode(latex: str) -> str:
    r"""``\frac{m_t}{1-\beta_1^t}`` as ``mₜ/(1 − β₁ᵗ)``, with brackets wherever the line would else mean something else.

    Raises `CourseError` on a formula outside the subset, as all four forms do.
    """
    return write(parse(latex), "unicode")


@lru_cache(maxsize=2048)
def to_ascii(latex: str) -> str:
    r"""``\frac{m_t}{1-\beta_1^t}`` as ``m_t/(1 - beta_1^t)``, for a terminal that can do no better."""
    return write(parse(latex), "ascii")


@lru_cache(maxsize=2048)
def to_mathml(latex: str, display: bool = False) -> str:
    """A ``<math>`` element, of HTML and of XML; what means something to either comes out escaped."""
    parse(latex)
    from math_core import LatexError  # a compiled library, wanted by pages only

    try:
        written = _mathml().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise CourseError(
            say("The formula `{latex}` has no MathML form: {reason}.", latex=latex, reason=str(error))
        ) from error
    return written.replace("&ApplyFunction;", "\u2061")  # a name that HTML knows and XML does not


@lru_cache(maxsize=2048)
def to_speech(latex: str, language: str) -> str:
    """The formula in words, where fractions, roots and scripts say where they end unless one thing stands in them."""
    return speak(parse(latex), language)


@cache
def _mathml() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(pretty_print="never")
