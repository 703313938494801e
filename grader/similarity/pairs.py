"""A class's sources become pairs worth reading side by side, with their matching lines: evidence, never a verdict.

Five lines that everybody writes alike say nothing, whoever copied them. So what two learners share counts by how
surprising it is after everything the others, the starter and the course's own solutions say. One statement counts at
most as "nobody else of this class wrote it". An inverted index of fingerprints, from which common ones are dropped,
finds whom to compare, so that the work stays near-linear in the class's size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from math import log2

import msgspec
import numpy as np

from grader.similarity.evidence import Evidence
from grader.similarity.fingerprints import RUN, all_prints, shapes, winnowed
from grader.similarity.tokens import Token, tokens_of

COMMON = 400
"""A fingerprint that more learners share is not followed up: it costs time and says next to nothing."""

PARTNERS = 40
"""So many of those most like a learner are compared with them."""


LONGEST = 30_000
"""Characters of a source that are looked at: ten times what anybody writes, and a class stays quick to compare."""


class Match(msgspec.Struct, frozen=True):
    """Lines `first` of one source that match lines `second` of the other; both ends counted from 1 and included."""

    first: tuple[int, int]
    second: tuple[int, int]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two learners' sources worth reading together, and where.

    `bits` is how surprising what they share is in this class, in powers of two; `share` is which part of the shorter
    one's tokens matches, the starter's own included.
    """

    first: str
    second: str
    bits: float
    share: float
    matches: tuple[Match, ...]


class _Source(msgspec.Struct, frozen=True):
    """A source's tokens, the first place of each fingerprint that was not given to it, and its statements by block."""

    tokens: list[Token]
    places: dict[bytes, int]
    blocks: list[list[bytes]]
    statements: frozenset[bytes]


def similar_pairs(
    sources: Mapping[str, str],
    *,
    starter: str = "",
    known: Iterable[str] = (),
    earlier: Mapping[str, str] | None = None,
    least: float | None = None,
) -> list[Pair]:
    """The pairs of learners (keys of `sources`) that share more than chance explains, the most surprising first.

    `known` holds further sources whose lines are little evidence: the reference, its variants, what was shown in class.
    `earlier` holds the sources of earlier terms, under other keys: they are compared with the class's and not among
    themselves. A pair needs `least` bits, by default as many as `threshold` asks for in a class of this size.
    """
    ours = [tokens_of(source) for source in (starter, *known)]
    given = {each for tokens in ours for each in all_prints(tokens)}
    before = earlier or {}
    every = {**before, **sources}
    names = [*sorted(sources), *sorted(before.keys() - sources.keys())]
    read = [_read(tokens_of(every[name][:LONGEST]), given) for name in names]
    expected = {shape for tokens in ours for _, shape in shapes(tokens)}
    evidence = Evidence(len(read), _who(source.statements for source in read), expected)
    enough = threshold(len(sources), len(before)) if least is None else least
    found = []
    for one, other in _candidates(read, len(sources)):
        shared = read[one].statements & read[other].statements
        bits = min(evidence.bits(read[one].blocks, shared), evidence.bits(read[other].blocks, shared))
        if bits >= enough:
            found.append(_pair(names[one], names[other], bits, read[one], read[other]))
    return sorted(found, key=lambda pair: (-pair.bits, pair.first, pair.second))


def threshold(learners: int, earlier: int = 0) -> float:
    """The bits a pair must reach for its likeness to be worth a look, more in a larger class, which has more pairs.

    With sources of `earlier` terms there are more again: each of the class with each of these.

    Fitted on the made-up classes of `bench/similarity_rates.py`, of 25 to 2,000 learners, so that an honest class has
    a few such pairs at most. By theory it were log2 of the number of pairs; the larger the class, the more the bits
    told here are too few, for neighbours explain each other better there.
    """
    return 5.0 + 0.45 * log2(max(learners * (learners - 1) / 2 + learners * earlier, 1))


def _read(tokens: list[Token], given: Set[bytes]) -> _Source:
    places: dict[bytes, int] = {}
    for place, each in winnowed(all_prints(tokens)):
        if each not in given:
            places.setdefault(each, place)
    blocks: defaultdict[int, dict[bytes, None]] = defaultdict(dict)
    for block, shape in shapes(tokens):
        blocks[block][shape] = None
    own = [list(statements) for statements in blocks.values()]
    return _Source(tokens, places, own, frozenset(chain.from_iterable(own)))


def _who(each_has: Iterable[Iterable[bytes]]) -> dict[bytes, set[int]]:
    who: defaultdict[bytes, set[int]] = defaultdict(set)
    for number, has in enumerate(each_has):
        for each in has:
            who[each].add(number)
    return who


def _candidates(read: Sequence[_Source], own: int) -> list[tuple[int, int]]:
    """For each of the class, who are the first `own`, the few others who share most, counted by how rare that is."""
    who = _who(source.places for source in read)
    listed = {each: np.array(sorted(them)) for each, them in who.items() if 2 <= len(them) <= COMMON}
    seen: set[tuple[int, int]] = set()
    for number, source in enumerate(read[:own]):
        shared = [listed[each] for each in source.places if each in listed]
        if shared:
            rarity = np.repeat([log2(len(read) / len(them)) for them in shared], [len(them) for them in shared])
            score = np.bincount(np.concatenate(shared), weights=rarity, minlength=len(read))
            score[number] = 0.0
            best = np.argsort(-score, kind="stable")[:PARTNERS]
            seen |= {(min(number, other), max(number, other)) for other in best[score[best] > 0].tolist()}
    return sorted(seen)


def _pair(one: str, other: str, bits: float, first: _Source, second: _Source) -> Pair:
    common = first.places.keys() & second.places.keys()
    shared = sorted((first.places[each], second.places[each]) for each in common)
    here = {place + step for place, _ in shared for step in range(RUN)}
    there = {place + step for _, place in shared for step in range(RUN)}
    return Pair(
        first=one,
        second=other,
        bits=bits,
        share=max(len(here) / len(first.tokens), len(there) / len(second.tokens)),
        matches=tuple(_matches(first.tokens, second.tokens, shared)),
    )


def _matches(first: Sequence[Token], second: Sequence[Token], shared: list[tuple[int, int]]) -> Iterator[Match]:
    """Where the shared fingerprints stand, those that follow each other on both sides as one."""
    start = end = shared[0]
    for place in shared[1:]:
        if place[0] - end[0] <= RUN and 0 <= place[1] - end[1] <= RUN:
            end = place
        else:
            yield _match(first, second, start, end)
            start = end = place
    yield _match(first, second, start, end)


def _match(first: Sequence[Token], second: Sequence[Token], start: tuple[int, int], end: tuple[int, int]) -> Match:
    return Match(
        (first[start[0]].line, first[end[0] + RUN - 1].line), (second[start[1]].line, second[end[1] + RUN - 1].line)
    )
