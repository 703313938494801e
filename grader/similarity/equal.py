"""A class's sources become the groups whose programs are the same, however short: told beside what is merely alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from grader.lexemes import LEXEME


class Equal(msgspec.Struct, frozen=True):
    """Learners whose programs are the same: to the letter, or once blank space and comments are gone."""

    learners: tuple[str, ...]
    to_the_letter: bool


def equal_groups(
    sources: Mapping[str, str],
    *,
    starters: Iterable[str] = (),
    known: Iterable[str] = (),
    earlier: Mapping[str, str] | None = None,
) -> list[Equal]:
    """Every group of two or more (keys of `sources`), the largest first.

    `earlier` holds the sources of earlier terms, under other keys: a group has at least one of the class.

    Left out is who handed in a starter, and, unless it is the same to the letter, what the course itself says: many
    write that alike.
    """
    given = {_bare(source) for source in starters} | {None}
    expected = {_bare(source) for source in known}
    alike: defaultdict[bytes | None, list[str]] = defaultdict(list)
    every = {**(earlier or {}), **sources}
    for learner in sorted(every):
        alike[_bare(every[learner])].append(learner)
    found = []
    for bare, learners in alike.items():
        if len(learners) < 2 or bare in given or not sources.keys() & set(learners):
            continue
        letters: defaultdict[str, list[str]] = defaultdict(list)
        for learner in learners:
            letters[every[learner]].append(learner)
        same = [group for group in letters.values() if len(group) > 1 and sources.keys() & set(group)]
        found += [Equal(tuple(group), True) for group in same]
        if len(letters) > 1 and bare not in expected:
            found.append(Equal(tuple(learners), False))
    return sorted(found, key=lambda group: (-len(group.learners), group.learners))


def _bare(source: str) -> bytes | None:
    """What stands for a program without its blank space and comments; None for one of which nothing is left."""
    left = [each.group() for each in LEXEME.finditer(source) if each.lastgroup not in ("skip", "newline")]
    return blake2b("\0".join(left).encode("utf-8", "surrogatepass"), digest_size=16).digest() if left else None
