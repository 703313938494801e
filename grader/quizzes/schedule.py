"""Reviews and overrides become when each card is due: a pure function of history, and FSRS-6 is its only rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, tzinfo
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from grader.journal import Override, Review
from grader.quizzes.days import beginning_of, day_of, mended, trusted

if TYPE_CHECKING:
    from fsrs import Card, Scheduler


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one card stands. `due_at` minds the override, if one holds; `scheduled_for` is what FSRS alone says.

    A card that was never reviewed, but brought forward, has no `scheduled_for`.
    """

    card: str
    reviews: int
    due_at: datetime
    scheduled_for: datetime | None
    stability: float | None
    reason: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it should be asked by now."""
        return self.due_at <= now


@cache
def scheduler() -> Scheduler:
    """FSRS with its default weights: intervals of whole days from the first answer on, and no chance in them."""
    from fsrs import Scheduler  # wanted only once there is a history

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def replay(reviews: Sequence[Review], now: datetime, zone: tzinfo | None = None) -> Card:
    """The FSRS card that these reviews of one card make, in the order in which they were kept.

    FSRS counts whole days of 24 hours; a learner counts mornings. So each review stands at the noon of its day.
    """
    from fsrs import Card, Rating

    days = [day_of(moment, zone) for moment in mended([review.rated_at for review in reviews], now)]
    noons = [datetime.combine(day, time(12), tzinfo=UTC) for day in days]
    # Any fixed number will do: left out, it is taken from the clock. FSRS wants its moments in UTC.
    card = Card(card_id=0, due=noons[0])
    for review, noon in zip(reviews, noons, strict=True):
        card, _ = scheduler().review_card(card, Rating(review.rating), noon)
    return card


def standings(
    reviews: Iterable[Review], overrides: Iterable[Override] = (), *, now: datetime, zone: tzinfo | None = None
) -> dict[str, Standing]:
    """Where every card stands that was ever reviewed or brought forward; both as they were kept, the oldest first.

    The last override of a card holds until the card is next reviewed, and can only bring it forward. A moment after
    `now` is the word of a clock that was wrong.
    """
    by_card: dict[str, list[Review]] = {}
    for review in reviews:
        by_card.setdefault(review.card, []).append(review)
    found = {card: _standing(card, replay(log, now, zone), len(log), zone) for card, log in by_card.items()}
    made = [_made_by_now(override, now) for override in overrides]
    for override in holding(made, last_reviewed(by_card, now)).values():
        found[override.card] = _brought_forward(found.get(override.card), override)
    return found


def last_reviewed(by_card: Mapping[str, Sequence[Review]], now: datetime) -> dict[str, datetime]:
    """When each card was last reviewed, as far as a clock that was right has told."""
    found: dict[str, datetime] = {}
    for card, log in by_card.items():
        moments = [review.rated_at for review in log]
        right = [moment for moment, is_right in zip(moments, trusted(moments, now), strict=True) if is_right]
        if right:
            found[card] = right[-1]
    return found


def holding(overrides: Iterable[Override], last_reviewed: Mapping[str, datetime]) -> dict[str, Override]:
    """The override that counts for each card: its last, unless the card was reviewed since it was made."""
    last: dict[str, Override] = {}
    for override in overrides:
        if override.card not in last or override.made_at >= last[override.card].made_at:
            last[override.card] = override
    return {
        card: override
        for card, override in last.items()
        if card not in last_reviewed or last_reviewed[card] < override.made_at
    }


def _standing(card: str, state: Card, reviews: int, zone: tzinfo | None) -> Standing:
    due = beginning_of(state.due.date(), zone)
    return Standing(card=card, reviews=reviews, due_at=due, scheduled_for=due, stability=state.stability)


def _made_by_now(override: Override, now: datetime) -> Override:
    if override.made_at <= now:
        return override
    return msgspec.structs.replace(override, made_at=now, due_at=min(override.due_at, now))


def _brought_forward(standing: Standing | None, override: Override) -> Standing:
    if standing is None:
        return Standing(
            card=override.card,
            reviews=0,
            due_at=override.due_at,
            scheduled_for=None,
            stability=None,
            reason=override.reason,
        )
    if override.due_at >= standing.due_at:
        return standing
    return msgspec.structs.replace(standing, due_at=override.due_at, reason=override.reason)
