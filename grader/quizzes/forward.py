"""A failed report becomes overrides: the exercise's terms are due now, and the items of a named misconception too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from grader.journal import Override, Review
from grader.quizzes.schedule import holding, last_reviewed
from grader.results import Diagnosis, Outcome, Report

MISCONCEPTION = "misconception:"
"""Cards that begin so stand for all items in which that misconception has its own wrong answer."""


def overrides_for(
    report: Report,
    concepts: Iterable[str],
    now: datetime,
    *,
    reviews: Iterable[Review] = (),
    overrides: Iterable[Override] = (),
) -> tuple[Override, ...]:
    """What a grading brings forward; nothing unless a check failed, and nothing that is brought forward already.

    `concepts` are the glossary ids of the exercise. Keep the result with `Journal.keep_overrides`. The items of a
    misconception are found when a quiz is next taken, so that grading need not read the quizzes.
    """
    if report.outcome is not Outcome.FAILED:
        return ()
    failed = report.first_failure
    reason = f"check:{report.exercise.id}/{failed.id if failed else ''}"
    wanted = {f"term:{concept}": reason for concept in concepts}
    slug = f"{report.exercise.number:02d}_{report.exercise.id}"
    for found in report.diagnosis:
        wanted |= _of_beliefs(found, slug, report.exercise.id)
    by_card: dict[str, list[Review]] = {}
    for review in reviews:
        by_card.setdefault(review.card, []).append(review)
    standing = holding(overrides, last_reviewed(by_card, now))
    return tuple(
        Override(card=card, due_at=now, reason=why, made_at=now) for card, why in wanted.items() if card not in standing
    )


def _of_beliefs(found: Diagnosis, slug: str, exercise: str) -> dict[str, str]:
    """One of several that cannot be told apart brings the items of each forward: none is wrong to practise."""
    wanted: dict[str, str] = {}
    for belief in found.beliefs if found.kind in ("misconception", "one_of") else ():
        reason = f"misconception:{exercise}/{belief.id}"
        wanted[f"{MISCONCEPTION}{slug}:{belief.id}"] = reason
        wanted |= {f"term:{term}": reason for term in belief.terms}
    return wanted


def resolved(overrides: Iterable[Override], items: Mapping[str, tuple[str, ...]]) -> tuple[Override, ...]:
    """Overrides of misconceptions as overrides of the items' cards; `items` holds the ids for each misconception."""
    every: list[Override] = []
    for override in overrides:
        if override.card.startswith(MISCONCEPTION):
            ids = items.get(override.card.removeprefix(MISCONCEPTION), ())
            every += [
                Override(card=f"item:{item}", due_at=override.due_at, reason=override.reason, made_at=override.made_at)
                for item in ids
            ]
        else:
            every.append(override)
    return tuple(every)
