"""Two records of calls compared: did two programs behave alike, within an exercise's tolerance?"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checker import Call
from grader.course import Tolerance
from grader.sameness import same, same_exception
from grader.sandbox import Raised, Returned


def alike(one: Sequence[Call], other: Sequence[Call], tolerance: Tolerance) -> bool:
    """Whether both were asked the same and answered the same, changed arguments and exceptions included."""
    return len(one) == len(other) and all(
        mine.function == theirs.function and _same_answer(mine, theirs, tolerance)
        for mine, theirs in zip(one, other, strict=True)
    )


def _same_answer(mine: Call, theirs: Call, tolerance: Tolerance) -> bool:
    first, second = mine.ended, theirs.ended
    if isinstance(first, Returned) and isinstance(second, Returned):
        got, expected = ((ended.value, ended.arguments, ended.keywords) for ended in (first, second))
        return same(got, expected, tolerance.rtol, tolerance.atol)
    if isinstance(first, Raised) and isinstance(second, Raised):
        return same_exception((first.type, first.message), (second.type, second.message))
    return type(first) is type(second)
