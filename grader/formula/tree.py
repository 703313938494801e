"""What a formula is made of: a small immutable tree."""

from __future__ import annotations

import msgspec

from grader.formula.symbols import Sign


class Node(msgspec.Struct, frozen=True):
    """Any part of a formula."""


class Symbol(Node, frozen=True):
    """A letter, or a sign of the table."""

    sign: Sign


class Number(Node, frozen=True):
    """Digits, as they were written."""

    digits: str


class Words(Node, frozen=True):
    r"""Upright words: ``\text{in}``."""

    words: str


class Space(Node, frozen=True):
    """Space that the author asked for."""

    width: str


class Row(Node, frozen=True):
    """Parts side by side."""

    parts: tuple[Node, ...]


class Fraction(Node, frozen=True):
    """A numerator above a denominator."""

    top: Row
    bottom: Row


class Root(Node, frozen=True):
    """A root; without an index, the square root."""

    inside: Row
    index: Row | None = None


class Accent(Node, frozen=True):
    """A mark above: hat, bar, tilde, vec, dot, ddot."""

    mark: str
    inside: Row


class Fence(Node, frozen=True):
    """Parts between two brackets, either of which may be empty."""

    opening: str
    closing: str
    inside: Row


class Script(Node, frozen=True):
    """A base with something below it, above it, or both."""

    base: Node
    below: Row | None = None
    above: Row | None = None


class Cases(Node, frozen=True):
    r"""``\begin{cases}``: rows of a value and the condition under which it holds."""

    rows: tuple[tuple[Row, ...], ...]
