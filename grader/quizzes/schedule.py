"""Reviews and overrides become when each card is due: a pure function of history, and FSRS-6 is its only rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from grader.journal import Override, Review

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


def replay(reviews: Iterable[Review]) -> Card:
    """The FSRS card that these reviews of one card make, in the order of their time."""
    from fsrs import Card, Rating

    ordered = sorted(reviews, key=lambda review: review.rated_at)
    # Any fixed number will do: left out, it is taken from the clock. FSRS wants its moments in UTC, as reviews are.
    card = Card(card_id=0, due=ordered[0].rated_at)
    for review in ordered:
        card, _ = scheduler().review_card(card, Rating(review.rating), review.rated_at)
    return card


def standings(reviews: Iterable[Review], overrides: Iterable[Override] = ()) -> dict[str, Standing]:
    """Where every card stands that was ever reviewed or brought forward.

    The last override of a card holds until the card is next reviewed, and can only bring it forward.
    """
    by_card: dict[str, list[Review]] = {}
    for review in reviews:
        by_card.setdefault(review.card, []).append(review)
    found = {card: _standing(card, replay(log), len(log)) for card, log in by_card.items()}
    last_reviewed = {card: max(review.rated_at for review in log) for card, log in by_card.items()}
    for override in holding(overrides, last_reviewed).values():
        found[override.card] = _brought_forward(found.get(override.card), override)
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


def _standing(card: str, state: Card, reviews: int) -> Standing:
    return Standing(card=card, reviews=reviews, due_at=state.due, scheduled_for=state.due, stability=state.stability)


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
