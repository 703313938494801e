"""Which items tell each other's answers, and that a sitting never asks both."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from grader.course import bundled_root
from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.items import AnyItem, Code, Ordering, ShortText
from grader.quizzes.plan import plan
from grader.quizzes.rivals import Rivals
from grader.text import Text

from .conftest import Make
from .test_plan import NOW, cards, planned, standing


def both(sentence: str) -> Text:
    return Text({"en": sentence, "es": sentence})


def code(name: str, program: str, *accept: str) -> Code:
    return Code(
        id=name, terms=("sgd",), stem=both("Which?"), feedback=both("That."), translated_from="00000000",
        code=program, accept=accept,
    )  # fmt: skip


def said(sentence: str, **more: object) -> AnyItem:
    return ShortText(
        id="said", terms=("sgd",), stem=both(sentence), feedback=both("So."), translated_from="00000000",
        accept={"en": ("a",), "es": ("a",)}, **more,
    )  # fmt: skip


LINE = code("line", "for x in xs:\n    ____\n    optimizer.step()", "loss.backward()")
PART = code("part", "kept = copy.____(weights)", "deepcopy")
STEPS = Ordering(
    id="steps", terms=("sgd",), stem=both("Order."), feedback=both("So."), translated_from="00000000",
    steps=(both("`loss.backward()`"), both("`optimizer.step()`")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "may_meet"),
    [
        (LINE, code("twin", "____\nloss.backward()", "optimizer.zero_grad()"), False),
        (LINE, STEPS, False),
        (LINE, said("What does `loss.backward()` write?"), True),
        (LINE, said("What is `.grad` for?"), True),
        (PART, said("Write `copy.deepcopy(weights)` to keep them."), False),
        (PART, said("A deep copy keeps them."), True),
        (code("few", "loss / ____", "4"), said("It is `4`."), True),
        (said("One?", never_with=("line",)), LINE, False),
    ],
)
def test_items_of_which_one_tells_the_other_may_not_meet(one: AnyItem, other: AnyItem, may_meet: bool) -> None:
    assert Rivals().meet(one, other) is may_meet
    assert Rivals().meet(other, one) is may_meet


@pytest.fixture(scope="module")
def shipped() -> Deck:
    return load_deck(bundled_root())


def test_the_three_items_about_one_loop_never_meet(shipped: Deck) -> None:
    loop = [f"item:{name}" for name in ("gradients-18", "zero-grad-14", "training-loop-11")]
    assert not any(shipped.may_meet(one, other) for one, other in combinations(loop, 2))


@pytest.mark.parametrize("topic", ["4", "training_loop", ""])
def test_no_sitting_of_the_course_asks_two_that_tell_each_other(topic: str, shipped: Deck) -> None:
    """Whatever is due, and in each of many draws."""
    asked_of = shipped.topic(topic) if topic else shipped.cards
    for seed in range(30):
        chance = Random(seed)
        due = {card: standing(card, -1) for card in chance.sample(asked_of, len(asked_of) // 2)}
        asked = cards(plan(shipped, asked_of, due, NOW, chance, limit=40, new=40))
        assert all(shipped.may_meet(one, other) for one, other in combinations(asked, 2))


def test_what_is_passed_over_waits_and_another_takes_its_place(make_deck: Make) -> None:
    deck = make_deck(replace=("terms = ['sgd']\nanswer", "never_with = ['code-1']\nterms = ['sgd']\nanswer"))
    due = {"item:true-1": -9.0, "item:code-1": -5.0, "item:text-1": -1.0}
    assert cards(planned(deck, due, limit=2, new=0)) == ["item:true-1", "item:text-1"]
    assert cards(planned(deck, {"item:code-1": -5.0}, limit=2, new=0)) == ["item:code-1"]


def test_only_items_can_be_rivals(shipped: Deck) -> None:
    assert shipped.may_meet("term:adam", "item:adam-01")


def test_the_names_stand_in_files(shipped: Deck) -> None:
    named = [other for item in shipped.bank.items.values() for other in item.never_with]
    assert named
    assert set(named) <= shipped.bank.items.keys()
    assert (Path(bundled_root()) / "quizzes").is_dir()
