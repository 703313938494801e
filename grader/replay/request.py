"""What a trusted child is asked, as it comes across the wall, and the answers that it holds against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NotRequired, TypedDict

from grader.sameness import digest, is_plain


class AnswerGiven(TypedDict, total=False):
    """Either value, arguments_after and keywords_after, or raised, message and perhaps arguments_after."""

    value: Any
    arguments_after: list[Any]
    keywords_after: dict[str, Any]
    raised: str
    message: str


class Recorded(TypedDict):
    """One call: the question, and what the learner's code answered."""

    function: str
    arguments: list[Any]
    keywords: dict[str, Any]
    answer: AnswerGiven


class Room(TypedDict):
    """How much is remembered: `bytes` of answers, and how many `sources`."""

    bytes: int
    sources: int


class Request(TypedDict):
    """The reference comes first among `sources`; `groups` gives for each entry point the indexes of its calls."""

    filename: str
    entry_points: list[str]
    harness: str
    sources: list[str]
    calls: list[Recorded]
    seconds: float
    groups: NotRequired[dict[str, list[int]]]
    rtol: NotRequired[float]
    atol: NotRequired[float]
    predicates: NotRequired[str]
    predicate_names: NotRequired[list[str]]
    room: NotRequired[Room]


@dataclass(eq=False)
class Answer:
    """What one program answered to one question: a value and what became of the arguments, or an exception."""

    value: Any = None
    arguments: Sequence[Any] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    raised: str | None = None
    message: str = ""

    @classmethod
    def of(cls, given: AnswerGiven) -> Answer:
        """The answer that a learner's code gave."""
        return cls(
            given.get("value"),
            given.get("arguments_after", ()),
            given.get("keywords_after", {}),
            given.get("raised"),
            given.get("message", ""),
        )

    @property
    def whole(self) -> tuple[Any, ...]:
        """All that is compared."""
        return self.value, self.arguments, self.keywords

    @cached_property
    def seal(self) -> bytes | None:
        """Alike only for answers alike to the last bit, as most are; None where it holds more than plain values.

        Worked out once an answer: variants and learners who differ in one place give the same answers in all others.
        """
        return digest(self.whole) if is_plain(self.whole) else None
