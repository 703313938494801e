"""A class's attempts become who needs somebody on Monday: who is stuck, who is silent, who fell back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.classroom.rows import KeptResult
from grader.feedback.class_record import NeedRecord
from grader.results import Outcome

STUCK_AFTER = 3
"""So many attempts without a pass, the last two no better than those before."""
_NO_TRY = (Outcome.NOT_STARTED, Outcome.GRADER_ERROR)


def needs(
    works: Mapping[str, Mapping[str, Sequence[KeptResult]]], absent: Iterable[str], exercises: Sequence[str]
) -> Iterator[NeedRecord]:
    """Who is stuck, then who is silent, then who fell back; `exercises` in the course's order."""
    tries = {
        (learner, exercise): _tries(results) for learner, own in works.items() for exercise, results in own.items()
    }
    for (learner, exercise), points in sorted(tries.items()):
        if _is_stuck(points):
            yield NeedRecord(kind="stuck", learner=learner, exercise=exercise, attempts=len(points))
    for learner in sorted(absent):
        yield NeedRecord(kind="silent", learner=learner)
    last = _last_common(works, exercises)
    for learner in sorted(works):
        if last is not None and last not in works[learner]:
            yield NeedRecord(kind="silent", learner=learner, exercise=last)
    for (learner, exercise), points in sorted(tries.items()):
        if len(points) > 1 and points[-1][0] < max(each for each, _ in points[:-1]):
            yield NeedRecord(kind="fell_back", learner=learner, exercise=exercise, attempts=len(points))


def _tries(results: Sequence[KeptResult]) -> list[tuple[float, bool]]:
    """The points of each attempt that was one, in order, and whether it passed."""
    ordered = sorted(results, key=lambda result: result.submission.attempt)
    return [
        (each.report.points, each.report.outcome is Outcome.PASSED)
        for each in ordered
        if each.report.outcome not in _NO_TRY
    ]


def _is_stuck(points: list[tuple[float, bool]]) -> bool:
    if len(points) < STUCK_AFTER or any(passed for _, passed in points):
        return False
    return max(each for each, _ in points[-2:]) <= max(each for each, _ in points[:-2])


def _last_common(works: Mapping[str, Mapping[str, Sequence[KeptResult]]], exercises: Sequence[str]) -> str | None:
    """The last exercise that at least half of those handed in who handed in anything."""
    common = [name for name in exercises if 2 * sum(name in own for own in works.values()) >= len(works)]
    return common[-1] if common else None
