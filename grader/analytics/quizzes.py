"""Quiz reviews become the same statistics as checks, an item a question, over each learner's first answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
import numpy as np

from grader.analytics.items import RESAMPLES, ItemStatistics, WholeStatistics, item_statistics, whole_statistics


class Answer(msgspec.Struct, frozen=True):
    """One review: who answered which question, what share of it was right (0..1), and when."""

    learner: str
    item: str
    share: float
    answered_at: datetime


class QuizStatistics(msgspec.Struct, frozen=True):
    """Each question's statistics by id, and the whole over the learners who answered every one."""

    learners: int
    items: tuple[ItemStatistics, ...]
    whole: WholeStatistics


def quiz_statistics(answers: Iterable[Answer], *, seed: int, resamples: int = RESAMPLES) -> QuizStatistics:
    """What the first answers say; each question counts one point, so the whole's figures are in questions."""
    first: dict[tuple[str, str], Answer] = {}
    for each in answers:
        key = (each.learner, each.item)
        if key not in first or each.answered_at < first[key].answered_at:
            first[key] = each
    learners = {learner: row for row, learner in enumerate(sorted({learner for learner, _ in first}))}
    items = {item: column for column, item in enumerate(sorted({item for _, item in first}))}
    points = np.full((len(learners), len(items)), np.nan)
    for (learner, item), answer in first.items():
        points[learners[learner], items[item]] = answer.share
    maxima = np.ones(len(items))
    found = item_statistics(points, maxima, tuple(items), seed=seed, resamples=resamples)
    return QuizStatistics(len(learners), found, whole_statistics(points, maxima))
