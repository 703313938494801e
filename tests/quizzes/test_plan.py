"""What is asked, and in which order: due first, then new, and a term not twice in a row where that can be helped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from grader.errors import UsageError
from grader.quizzes.deck import Asked, Deck
from grader.quizzes.generated import NAMING
from grader.quizzes.plan import plan
from grader.quizzes.schedule import Standing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def standing(card: str, hours: float) -> Standing:
    due = NOW + timedelta(hours=hours)
    return Standing(card=card, reviews=1, due_at=due, scheduled_for=due, stability=1.0)


def planned(deck: Deck, known: dict[str, float] | None = None, *, seed: int = 1, **options: Any) -> tuple[Asked, ...]:
    standings = {card: standing(card, hours) for card, hours in (known or {}).items()}
    wanted: dict[str, Any] = {"limit": 5, "new": 5} | options
    return plan(deck, deck.cards, standings, NOW, Random(seed), **wanted)


def cards(asked: tuple[Asked, ...]) -> list[str]:
    return [one.card for one in asked]


def test_with_nothing_known_and_nothing_new_wanted_nothing_is_asked(deck: Deck) -> None:
    assert planned(deck, new=0) == ()
    assert planned(deck, due_only=True) == ()


def test_what_is_due_comes_first_most_overdue_before_all(deck: Deck) -> None:
    known = {"item:text-1": -1, "term:l1": -50, "item:true-1": -9, "term:adamw": 20}
    assert cards(planned(deck, known))[:3] == ["term:l1", "item:true-1", "item:text-1"]


def test_only_due_means_only_due(deck: Deck) -> None:
    assert cards(planned(deck, {"item:code-1": -1, "term:l1": 5}, due_only=True)) == ["item:code-1"]


@pytest.mark.parametrize("new", [0, 1, 3])
def test_no_more_new_cards_than_wanted(new: int, deck: Deck) -> None:
    known = {"item:code-1": -1.0, "term:l1": -2.0}
    fresh = [card for card in cards(planned(deck, known, new=new, limit=9)) if card not in known]
    assert len(fresh) == new


@pytest.mark.parametrize("limit", [1, 4, 1000])
def test_no_more_questions_than_the_limit(limit: int, deck: Deck) -> None:
    assert len(planned(deck, limit=limit, new=1000)) == min(limit, len(deck.cards))


def test_when_nothing_is_due_and_nothing_new_the_soonest_is_practised_ahead(deck: Deck) -> None:
    known = {card: float(place) + 1 for place, card in enumerate(deck.cards)}
    assert sorted(cards(planned(deck, known, limit=2))) == sorted(deck.cards[:2])


def test_no_card_is_asked_twice(deck: Deck) -> None:
    asked = cards(planned(deck, limit=100, new=100))
    assert len(set(asked)) == len(asked) == len(deck.cards)


def test_terms_do_not_follow_themselves(deck: Deck) -> None:
    for seed in range(20):
        asked = cards(planned(deck, limit=10, new=10, seed=seed))
        for one, other in pairwise(asked):
            assert deck.terms_of(one)[0] != deck.terms_of(other)[0]


def test_the_same_seed_plans_the_same_and_another_something_else(deck: Deck) -> None:
    assert planned(deck, seed=3) == planned(deck, seed=3)
    assert len({planned(deck, seed=seed) for seed in range(10)}) > 1


def test_reverse_asks_for_terms(deck: Deck) -> None:
    asked = planned(deck, limit=100, new=100, reverse=True)
    for one in asked:
        if one.card.startswith("term:"):
            assert one.item.rpartition("/")[2] in NAMING


def test_early_exercises_come_before_later_ones(deck: Deck) -> None:
    asked = planned(deck, limit=1, new=1)
    assert deck.exercise_of(asked[0].card) == 3


class TestTopics:
    """What a quiz can be about."""

    @pytest.mark.parametrize("wanted", ["", "nothing", "99", "adamm", "../optimizers"])
    def test_an_unknown_topic_names_those_there_are(self, wanted: str, deck: Deck) -> None:
        with pytest.raises(UsageError) as caught:
            deck.topic(wanted)
        assert caught.value.hint is not None
        assert "optimizers, basics" in str(caught.value.hint)

    @pytest.mark.parametrize(
        ("wanted", "held", "other"),
        [
            ("basics", "item:one-1", "term:adam"),
            ("optimizers", "term:adam", "item:one-1"),
            ("Lo Basico", "item:one-1", "term:adam"),
            ("the basics", "item:one-1", "term:adam"),
            ("3", "item:one-1", "item:true-1"),
            ("03_adam_step", "term:adam", "item:true-1"),
            ("SGD", "item:true-1", "term:adam"),
            ("tasa de aprendizaje", "item:text-1", "term:adam"),
        ],
    )
    def test_a_file_a_group_an_exercise_or_a_term_is_a_topic(
        self, wanted: str, held: str, other: str, deck: Deck
    ) -> None:
        assert held in deck.topic(wanted)
        assert other not in deck.topic(wanted)
