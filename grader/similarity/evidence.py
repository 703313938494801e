"""Who wrote which statement becomes how much a likeness says: bits for a copy and against chance.

What a shared statement says is how few others wrote it, *given that they wrote one before it that is shared too*: who
sums in a loop writes all of the loop, and that is one decision and not five. What differs speaks against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from math import log2

DIFFERENCE = 2.5
"""Bits that a statement takes away which the other does not have: a copy keeps about five of six as they were."""

NEIGHBOURS = 2
"""A statement is judged by each of so many shared ones before it, and by the one that explains it best."""

EXPECTED = 20
"""Learners thought of besides the class's own, who write what the starter and the course's solutions hold."""

CHOICE = 1.0
"""Bits for choosing where to look: at the whole, or at each block for itself."""

RELATED = 0.5
"""Who wrote a statement writes its neighbour with this power of its chance, where the class has no cases to tell."""

_PRIOR = 2.0


class Evidence:
    """The class's statements, each with the learners (by number) who wrote it."""

    def __init__(self, learners: int, who: Mapping[bytes, Set[int]], expected: Set[bytes]) -> None:
        self._learners, self._who, self._expected = learners, who, expected
        self._both: dict[tuple[bytes, bytes], int] = {}
        self._alone = {each: self._chance(each) for each in who}

    def bits(self, blocks: Iterable[Sequence[bytes]], shared: Set[bytes]) -> float:
        """How much likelier the `shared` statements are for a copy, as a power of two: of the whole, or of some blocks.

        `blocks` holds one source's statements, block by block and in order.
        """
        told = [self._block(statements, shared) for statements in blocks]
        return max(sum(told), sum(max(0.0, bits - CHOICE) for bits in told)) - CHOICE

    def _block(self, statements: Sequence[bytes], shared: Set[bytes]) -> float:
        found = [each for each in statements if each in shared]
        told = sum(self._surprise(each, found[max(0, place - NEIGHBOURS) : place]) for place, each in enumerate(found))
        return told - DIFFERENCE * (len(statements) - len(found))

    def _surprise(self, each: bytes, before: Sequence[bytes]) -> float:
        chance: float = self._alone[each]
        return -log2(max(self._given(each, other, chance) for other in before) if before else chance)

    def _given(self, each: bytes, other: bytes, chance: float) -> float:
        """The chance that who has `other` has `each`, the pair in question apart; few cases leave it near `chance`."""
        key = (each, other)
        if key not in self._both:
            self._both[key] = len(self._who[each] & self._who[other])
        told = (self._both[key] - 2 + _PRIOR * chance**RELATED) / (len(self._who[other]) - 2 + _PRIOR)
        return max(chance, float(told))

    def _chance(self, each: bytes) -> float:
        """The chance that one of the others wrote it, as if some more had who keep to what the course shows."""
        others = max(self._learners - 2, 0) + EXPECTED + 1
        return (max(len(self._who[each]) - 2, 0) + EXPECTED * (each in self._expected) + 1) / others
