"""What is asked, once a seed has settled every parameter and every order: a `Question`, the same for text and page."""

from __future__ import annotations

import msgspec

from grader.text import Text


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option as shown; `aliases` are words that choose it as well as its number does."""

    text: Text
    right: bool
    why: Text | None = None
    misconception: str | None = None
    aliases: tuple[str, ...] = ()


class Choose(msgspec.Struct, frozen=True):
    """Pick one option, or `several`."""

    options: tuple[Option, ...]
    several: bool = False


class KnownWrong(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a known mistake gives."""

    value: float
    why: Text | None = None
    misconception: str | None = None


class Calculate(msgspec.Struct, frozen=True, kw_only=True):
    """Give a number: right when ``|given - value| <= atol + rtol * |value|``."""

    value: float
    rtol: float
    atol: float
    wrong: tuple[KnownWrong, ...] = ()


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """Write words, or code: right when it equals one of `accept` after folding. The first of them is shown."""

    accept: Text
    also: tuple[str, ...] = ()
    is_code: bool = False


class Arrange(msgspec.Struct, frozen=True):
    """Put `steps` in order; `order` holds the shown position, from 0, of each step in turn."""

    steps: tuple[Text, ...]
    order: tuple[int, ...]
    why: Text | None = None


class Match(msgspec.Struct, frozen=True):
    """Join each of `left` to one of `right`; `partner` holds for each left one its place, from 0, on the right."""

    left: tuple[Text, ...]
    right: tuple[Text, ...]
    partner: tuple[int, ...]


Form = Choose | Calculate | Write | Arrange | Match


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question ready to be asked.

    `card` is what its answer is a review of (``term:adam`` or ``item:adam-02``), `item` the stable name of
    the question itself, `direction` what is given and what is asked in a generated one. What has to be read
    besides the stem: `code`, `formulas` in LaTeX, and the values of `curves` in a picture.
    """

    card: str
    item: str
    stem: Text
    form: Form
    terms: tuple[str, ...]
    feedback: Text | None = None
    exercise: int | None = None
    direction: str = ""
    code: str | None = None
    formulas: tuple[str, ...] = ()
    curves: tuple[tuple[float, ...], ...] = ()
