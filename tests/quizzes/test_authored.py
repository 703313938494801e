"""A seed settles an authored item for ever: parameters, orders and pictures."""

from __future__ import annotations

import pytest

from grader.course import bundled_root
from grader.errors import CourseError
from grader.quizzes import pictures
from grader.quizzes.answers import Verdict, judge
from grader.quizzes.deck import Asked, Deck, load_deck
from grader.quizzes.items import Reading, misconceptions_in
from grader.quizzes.question import Arrange, Choose, Match, Question

from .conftest import NUMERIC, Make


def asked(deck: Deck, item: str, seed: int) -> Question:
    question = deck.question(Asked(f"item:{item}", item, seed))
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (("<<t>> steps", "<<u>> steps"), "no such parameter"),
        (("expr = 'g'", "expr = 'open(g)'"), "not allowed"),
        (("m_raw(g, b1, t)", "m_raw(g, b1)"), "cannot be computed"),
        (("curves = ['diverges']", "curves = ['dances']"), "known curves are"),
    ],
)
def test_an_item_that_cannot_be_asked_says_why(broken: tuple[str, str], reason: str, make_deck: Make) -> None:
    deck = make_deck(replace=broken)
    with pytest.raises(CourseError, match=reason):
        [asked(deck, item, seed) for item in deck.bank.items for seed in range(3)]


@pytest.mark.parametrize("seed", range(10))
def test_the_same_seed_gives_the_same_question(seed: int, make_deck: Make) -> None:
    one, other = make_deck(), make_deck()
    assert [asked(one, item, seed) for item in one.bank.items] == [
        asked(other, item, seed) for item in other.bank.items
    ]


def test_seeds_vary_parameters_and_orders(deck: Deck) -> None:
    assert len({str(asked(deck, "number-1", seed).stem) for seed in range(30)}) == 8
    for item in ("one-1", "order-1", "match-1"):
        assert len({str(asked(deck, item, seed).form) for seed in range(30)}) > 1


@pytest.mark.parametrize("seed", range(20))
def test_what_has_to_be_ordered_is_never_shown_in_order(seed: int, deck: Deck) -> None:
    form, pairs = asked(deck, "order-1", seed).form, asked(deck, "match-1", seed).form
    assert isinstance(form, Arrange)
    assert isinstance(pairs, Match)
    assert form.order != (0, 1, 2)
    assert pairs.partner != (0, 1, 2)


def test_every_item_of_the_course_can_be_asked_at_twenty_seeds() -> None:
    deck = load_deck(bundled_root())
    assert len(deck.bank.items) >= 120
    for item in deck.bank.items:
        for seed in range(20):
            question = asked(deck, item, seed)
            assert "<<" not in str(question)
            if isinstance(question.form, Choose):
                assert any(option.right for option in question.form.options)


def test_parameters_stand_in_formulas_as_powers_of_ten(make_deck: Make) -> None:
    items = NUMERIC.replace("g = [0.2, 0.5]", "g = [2e-7]").replace("t = [2, 3]", "t = [10000000000000000]")
    items = items.replace("03_adam_step:m_raw(g, b1, t)", "g*b1*t")
    stem = asked(make_deck(items=items), "number-1", 0).stem
    assert r"$g=2 \cdot 10^{-7}$" in stem["en"]
    assert "after 1e16 steps" in stem["en"]


def test_numbers_are_shown_as_each_language_writes_them_and_in_code_as_python_does(make_deck: Make) -> None:
    items = NUMERIC.replace("after <<t>> steps", "after <<t>> steps, with `b1=<<b1>>`, that is <<b1>>")
    items = items.replace("tras <<t>> pasos", "tras <<t>> pasos, con `b1=<<b1>>`, es decir, <<b1>>")
    stem = asked(make_deck(items=items.replace("[0.8, 0.9]", "[0.9]")), "number-1", 3).stem
    assert [part in stem["en"] for part in (r"$\beta_1=0.9$", "`b1=0.9`", "is 0.9")] == [True] * 3
    assert [part in stem["es"] for part in (r"$\beta_1=0{,}9$", "`b1=0.9`", "decir, 0,9")] == [True] * 3


def test_items_are_found_by_the_misconceptions_they_name(deck: Deck) -> None:
    assert deck.bank.by_misconception == {"03_adam_step:no_bias_correction": ("one-1", "number-1")}
    assert misconceptions_in(deck.bank.items["true-1"]) == ()


class TestPictures:
    """Curves and their drawings."""

    def test_several_curves_are_lettered_in_order_and_can_be_chosen_by_letter(self) -> None:
        deck = load_deck(bundled_root())
        item = next(
            item for item in deck.bank.items.values() if isinstance(item, Reading) and len(item.picture.curves) > 1
        )
        question = asked(deck, item.id, 7)
        assert isinstance(question.form, Choose)
        assert [option.text["es"] for option in question.form.options] == ["A", "B", "C", "D"][
            : len(item.picture.curves)
        ]
        right = next(option.text["en"] for option in question.form.options if option.right)
        assert judge(question, right.lower(), "en") == Verdict(right=True)

    @pytest.mark.parametrize("name", list(pictures.GENERATORS))
    def test_a_curve_is_finite_positive_and_always_the_same(self, name: str) -> None:
        values = pictures.curve(name)
        assert values == pictures.curve(name)
        assert len(values) == pictures.EPOCHS
        assert all(0 < value < 100 for value in values)

    @pytest.mark.parametrize("name", list(pictures.GENERATORS))
    @pytest.mark.parametrize("width", [16, 40, 70])
    def test_a_drawing_marks_every_column_within_its_width(self, name: str, width: int) -> None:
        lines = pictures.draw(pictures.curve(name), width=width)
        assert all(line.isascii() and len(line) <= width + 7 for line in lines)
        marked = {column for line in lines[:-2] for column, mark in enumerate(line[7:]) if mark == "*"}
        assert marked == set(range(width))

    def test_symptoms_look_like_themselves(self) -> None:
        curves = {name: pictures.curve(name) for name in pictures.GENERATORS}
        assert curves["good"][-1] < 0.1 * curves["good"][0]
        assert curves["diverges"][-1] > 10 * curves["diverges"][0]
        assert 0.8 < curves["too_low"][-1] / curves["too_low"][0] < 1
        turns = sum(
            (one < two) != (two < three)
            for one, two, three in zip(
                curves["oscillates"], curves["oscillates"][1:], curves["oscillates"][2:], strict=False
            )
        )
        assert turns > 30
        assert curves["plateau"][-1] == pytest.approx(curves["plateau"][20], rel=0.01)
