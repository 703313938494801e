"""Tokens become fingerprints: hashes of short runs, thinned by winnowing, and of whole statements.

Of any run of ``RUN + WINDOW - 1`` tokens that two sources share, at least one fingerprint is kept on both sides
(Schleimer, Wilkerson and Aiken, *Winnowing: local algorithms for document fingerprinting*, SIGMOD 2003).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby

from grader.similarity.tokens import Token

RUN = 9
"""Tokens in one fingerprint: about one statement, so that statements in another order still match."""

SHORTEST = 5
"""Tokens of the shortest statement that says anything."""

WINDOW = 4
"""Of so many neighbouring fingerprints one is kept."""


def all_prints(tokens: Sequence[Token]) -> list[bytes]:
    """The hash of every run of `RUN` tokens, in which identifiers are numbered in the order they come."""
    return [_hash(tokens[start : start + RUN]) for start in range(len(tokens) - RUN + 1)]


def shapes(tokens: Sequence[Token]) -> Iterator[tuple[int, bytes]]:
    """The block and the hash of every statement of some length, identifiers numbered in the order they come in it."""
    for (block, _), run in groupby(tokens, key=lambda each: (each.block, each.statement)):
        if len(statement := list(run)) >= SHORTEST:
            yield block, _hash(statement)


def winnowed(prints: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """The least fingerprint of each window, the rightmost of several, each place once."""
    kept = -1
    for start in range(max(len(prints) - WINDOW + 1, min(len(prints), 1))):
        least = min(range(start, min(start + WINDOW, len(prints))), key=lambda place: (prints[place], -place))
        if least != kept:
            kept = least
            yield kept, prints[kept]


def _hash(run: Sequence[Token]) -> bytes:
    numbers: dict[str, str] = {}
    words = [numbers.setdefault(each.text, f"\0{len(numbers)}") if each.free else each.text for each in run]
    return blake2b("\1".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
