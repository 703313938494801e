"""A deck's cards, their standings and a moment become the questions of one quiz, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random

from grader.quizzes.deck import Asked, Deck
from grader.quizzes.schedule import Standing


def plan(
    deck: Deck,
    cards: Sequence[str],
    standings: Mapping[str, Standing],
    now: datetime,
    chance: Random,
    *,
    limit: int,
    new: int,
    due_only: bool = False,
    reverse: bool = False,
) -> tuple[Asked, ...]:
    """At most `limit` questions: what is due, most overdue first, then up to `new` cards never seen.

    Where neither is left, and not only what is due was wanted, the cards that will be due soonest.
    """
    known = [standings[card] for card in cards if card in standings]
    due = sorted((one for one in known if one.is_due(now)), key=lambda one: (one.due_at, one.card))
    chosen = [one.card for one in due]
    if not due_only:
        chosen += _fresh(deck, [card for card in cards if card not in standings], chance)[:new]
        if not chosen:
            chosen = [one.card for one in sorted(known, key=lambda one: (one.due_at, one.card))]
    return _spread(deck, _together(deck, (_asked(deck, card, chance, reverse) for card in chosen), limit))


def _together(deck: Deck, asked: Iterable[Asked | None], limit: int) -> list[Asked]:
    """The first `limit` questions of which none tells the answer of another; what is passed over waits for its turn."""
    kept: list[Asked] = []
    for one in asked:
        if len(kept) == limit:
            break
        if one is not None and all(deck.may_meet(one.card, other.card) for other in kept):
            kept.append(one)
    return kept


def _fresh(deck: Deck, cards: Sequence[str], chance: Random) -> list[str]:
    """Unseen cards, the earliest exercises' first; chance decides within those of one exercise."""
    order = {card: place for place, card in enumerate(chance.sample(cards, len(cards)))}
    return sorted(cards, key=lambda card: (deck.exercise_of(card), order[card]))


def _asked(deck: Deck, card: str, chance: Random, reverse: bool) -> Asked | None:
    forms = deck.forms(card, reverse=reverse)
    return Asked(card, chance.choice(forms), chance.randrange(2**31)) if forms else None


def _spread(deck: Deck, asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """The same questions, moved so that two about one term do not follow each other where that can be helped."""
    waiting, ordered = list(asked), list[Asked]()
    while waiting:
        before = _about(deck, ordered[-1]) if ordered else None
        ordered.append(waiting.pop(_next_place(deck, waiting, before)))
    return tuple(ordered)


def _next_place(deck: Deck, waiting: Sequence[Asked], before: str | None) -> int:
    """The first that is about another term than the last; but a term that fills half of the rest has to go first."""
    terms = [_about(deck, one) for one in waiting]
    crowded = max(terms, key=terms.count)
    if crowded != before and 2 * terms.count(crowded) > len(terms):
        return terms.index(crowded)
    return next((place for place, term in enumerate(terms) if term != before), 0)


def _about(deck: Deck, asked: Asked) -> str:
    return deck.terms_of(asked.card)[0]
