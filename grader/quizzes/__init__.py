"""The glossary and the quizzes: terms and items become questions, answers become reviews and a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.journal import Journal, Override, Review
    from grader.results import Report

__all__ = ["bring_forward", "count_due"]


def count_due(reviews: Iterable[Review], overrides: Iterable[Override], now: datetime) -> int:
    """How many cards are due; the items of a misconception are left out, since only a quiz knows which they are."""
    from grader.quizzes.forward import MISCONCEPTION
    from grader.quizzes.schedule import standings

    found = standings(reviews, overrides, now=now).values()
    return sum(standing.is_due(now) and not standing.card.startswith(MISCONCEPTION) for standing in found)


def bring_forward(journal: Journal, report: Report, concepts: Iterable[str], now: datetime) -> None:
    """After a failed grading, make the exercise's terms due, and the items of each misconception that was named."""
    from grader.quizzes.forward import overrides_for

    journal.keep_overrides(
        overrides_for(report, concepts, now, reviews=journal.reviews(), overrides=journal.overrides())
    )
