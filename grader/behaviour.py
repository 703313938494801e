"""How a function answers where no belief explains it: digests that group a class and lead a note to its own."""

from __future__ import annotations

import msgspec

Digests = tuple[str, str]
"""Two of the same answers, rounded at different borders: what lies at one of these lies far from the other's."""


class Behaviour(msgspec.Struct, frozen=True):
    """One function's; `subject` is what a learner is told was called, `check` the first that failed there.

    `answers` compares within one class, asked with its seed. `lasting` are the answers to questions that are the same
    in every term; it is missing where those show nothing wrong.
    """

    subject: str
    check: str
    answers: Digests
    lasting: Digests | None = None


def alike(one: Digests | None, other: Digests | None) -> bool:
    """Whether two behaviours are one."""
    return one is not None and other is not None and any(a == b for a, b in zip(one, other, strict=True))
