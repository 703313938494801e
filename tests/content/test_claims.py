"""No number and no formula of the course goes unchecked: each place has facts behind it, or a reason for none."""

from __future__ import annotations

import pytest

from tests.content.claims import facts, must_have_a_row, numbers_in, stated, table

AGAIN = "look at it, name the facts, and take `seen` from python -m tests.content.claims"


def test_every_place_that_states_a_number_or_a_formula_is_accounted_for():
    """By a row of claims.toml, or a test called after it; a row whose place is gone goes too.

    An exercise without any row is one to come.
    """
    missing = sorted(place for place in stated().keys() - table().keys() if must_have_a_row(place, table()))
    assert missing == [], AGAIN
    assert sorted(table().keys() - stated().keys()) == [], "these places state nothing any more: delete their rows"


def test_what_a_place_states_is_what_was_looked_at():
    """`seen` is its hash; another number in the text is another claim."""
    changed = [place for place, seen in stated().items() if table().get(place, {"seen": seen})["seen"] != seen]
    assert changed == [], AGAIN


def test_the_first_twelve_exercises_are_begun():
    """So that none of them can leave the table whole."""
    assert {place[:2] for place in table() if place[0].isdigit()} >= {f"{number:02}" for number in range(1, 13)}


def test_each_row_names_facts_that_run_or_says_why_there_is_nothing_to_run():
    """One of the two, and every test that is named exists."""
    without = [place for place, row in table().items() if bool(row.get("facts")) is bool(row.get("given"))]
    assert without == []
    named = {fact for row in table().values() for fact in row.get("facts", [])}
    assert sorted(named - facts()) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("about 74% off", ["74"]),
        ("one of 101,770 parameters", ["101,770"]),
        ("in exercise 4, with `w1` and <<b1>>", []),
        ("at 1e-8 and 0.5.", ["1", "8", "0.5"]),
        (r"by $1 - \beta^t$", ["1", r"1 - \beta^t"]),
        ("thirty times too long", []),
    ],
)
def test_numerals_and_formulas_are_found(sentence, found):
    """Numbers in words are not: they are for the reader, and stand beside a numeral where they matter."""
    assert numbers_in(sentence) == found
