"""What the journal keeps, as frozen values: attempts, hints, solutions seen, reviews and what stands beside them.

Every moment is an aware datetime and comes back in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from grader.results import Outcome


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One grading, without its report. `id` grows with time within a journal.

    `first_failure` is the id of the first check that did not pass. `misconceptions` are the ones named for
    certain; candidates that could not be told apart stand in the report only.
    """

    id: int
    exercise: str
    graded_at: datetime
    outcome: Outcome
    points: float
    max_points: float
    first_failure: str | None
    misconceptions: tuple[str, ...]
    submission: str
    seed: int
    course_version: str
    exercise_version: int


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where one exercise stands. Passed once stays passed, whatever was tried afterwards."""

    attempts: int
    best_points: float
    passed_at: datetime | None
    last: Attempt


class HintShown(msgspec.Struct, frozen=True, kw_only=True):
    """One hint that was read; `level` counts from 1, `misconception` names the belief it was about, if any."""

    exercise: str
    level: int
    shown_at: datetime
    misconception: str | None = None


class SolutionSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A reference that was shown: after a pass, or because the learner gave up."""

    exercise: str
    seen_at: datetime
    gave_up: bool


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to one card, as it was rated: 1 again, 2 hard, 3 good, 4 easy. Never changed afterwards."""

    card: str
    rated_at: datetime
    rating: int
    item: str = ""
    answer: str = ""
    milliseconds: int | None = None
    direction: str = ""

    def __post_init__(self) -> None:
        if self.rating not in (1, 2, 3, 4):
            raise ValueError(f"a rating is 1, 2, 3 or 4, not {self.rating}")


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A card that is due at another time than its reviews say, and why (``check:adam_step/moves_downhill``)."""

    card: str
    due_at: datetime
    reason: str
    made_at: datetime


class QuizSession(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz that was begun and not finished; `state` is the quiz's own text, from which it goes on."""

    name: str
    started_at: datetime
    state: str


def moment_to_text(moment: datetime) -> str:
    """ISO 8601 in UTC, always of one width, so that the order of texts is the order of time."""
    if moment.tzinfo is None:
        raise ValueError("the journal keeps aware datetimes only")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
