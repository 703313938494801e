"""How long a class waits for one learner: for the attempts that fit into a bounded time, and for the newest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from grader.classroom.rows import Edition
from grader.locale import say
from grader.text import Text

MOST_SECONDS = 300.0
"""What all attempts of one learner at one exercise may take in one run: ten that use up all their time."""

MOST_OF_ONE = 4
"""Attempts of one learner in a batch: what they take is known only when it comes back."""


class Waiting(msgspec.Struct, frozen=True):
    """A submission that waits for its result: what will grade it, its number, the fingerprint of its bytes, and whose
    it is. The newest of a learner is graded however long those before it took.
    """

    edition: Edition
    submission: int
    sha256: str
    learner: str = ""
    is_newest: bool = True


Part = list[Waiting]


def in_parts(waiting: Sequence[Waiting], size: int) -> Iterator[Part]:
    """At most `size` at a time, and few of one learner."""
    left = list(waiting)
    while left:
        part: Part = []
        later: Part = []
        of_one: Counter[str] = Counter()
        for one in left:
            fits = len(part) < size and (not one.learner or of_one[one.learner] < MOST_OF_ONE)
            (part if fits else later).append(one)
            of_one[one.learner] += fits
        yield part
        left = later


class Patience:
    """What each learner's attempts have taken in one run."""

    def __init__(self) -> None:
        self._spent: defaultdict[tuple[str, str], float] = defaultdict(float)

    def count(self, one: Waiting, seconds: float) -> None:
        """An attempt was graded and took so long."""
        self._spent[one.learner, one.edition.exercise] += seconds

    def is_over(self, one: Waiting) -> bool:
        """Whether an attempt is to be left alone, for what those before it took."""
        return not one.is_newest and self._spent[one.learner, one.edition.exercise] > MOST_SECONDS

    @staticmethod
    def told() -> Text:
        """What a learner reads of an attempt that was left alone."""
        return say(
            "Not graded: your other attempts at this exercise took more than {seconds:.0f} s together, which is all "
            "the time there is for one learner. The newest one is graded.",
            seconds=MOST_SECONDS,
        )
