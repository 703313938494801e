"""docs/diagnosis.md counts the programs that are kept, and what it says of them follows from what was told."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from bench.diagnosis import PAGE, Counts, page, rows_of, told_of, verdict, wilson
from grader.results import Belief, Diagnosis, Report
from grader.text import Text
from tests.content.driver import course, grade, variant
from tests.content.programs import right_programs, wrong_programs
from tests.content.sheaves import Program

SAID = Text({"en": "-"})
ROWS = rows_of(PAGE.read_text(encoding="utf-8"))


def test_every_exercise_has_a_row() -> None:
    assert list(ROWS) == [exercise.id for exercise in course().exercises]


@pytest.mark.parametrize("slug", [exercise.id for exercise in course().exercises])
def test_a_row_counts_the_programs_that_are_kept(slug: str) -> None:
    """Out of step? `python -m bench.diagnosis <exercise>` grades them anew."""
    row, wrong = ROWS[slug], wrong_programs(slug)
    assert (row.right, row.wrong) == (len(right_programs(slug)), len(wrong))
    assert row.unlisted == sum(bool(program.others) for program in wrong)
    assert (row.passed, row.refused, row.listed) == (row.right, row.wrong, row.wrong - row.unlisted)


def test_the_rest_of_the_page_follows_from_its_rows() -> None:
    assert page(ROWS) == PAGE.read_text(encoding="utf-8")


def test_a_row_is_read_as_it_was_written() -> None:
    rows = {"some": Counts(20, 19, 56, 55, *range(5, 12)), "other": Counts(right=4)}
    assert rows_of(page(rows)) == rows


@pytest.mark.parametrize(("of", "all_"), [(0, 1), (0, 37), (1, 50), (33, 40), (50, 50)])
def test_bounds_are_those_of_wilson(of: int, all_: int) -> None:
    known = binomtest(of, all_).proportion_ci(0.95, method="wilson")
    assert wilson(of, all_) == pytest.approx((known.low, known.high), abs=1e-12)


@pytest.fixture(scope="module")
def told_both() -> Report:
    """Somebody with two beliefs who is told both."""
    return grade("adam_step", variant("adam_step", "only_m_corrected", "betas_swapped"), 3)


@pytest.mark.parametrize(
    ("listed", "others", "expected"),
    [
        ({"only_m_corrected", "betas_swapped"}, (), "named"),
        ({"only_m_corrected", "betas_swapped", "epsilon_hat"}, (), "part"),
        ({"only_m_corrected"}, (), "false"),
        ({"only_m_corrected", "betas_swapped"}, ("a typo",), "true_beside"),
        ({"betas_swapped"}, ("a typo",), "false_beside"),
        (set(), ("a typo",), "false_beside"),
    ],
)
def test_what_is_told_is_held_against_the_slips(
    told_both: Report, listed: set[str], others: tuple[str, ...], expected: str
) -> None:
    assert verdict(Program("one", "", frozenset(listed), others), told_both) == expected


@pytest.mark.parametrize(("others", "expected"), [((), "silent"), (("a typo",), "nothing_beside")])
def test_to_be_told_nothing_is_right_only_of_an_unlisted_slip(others: tuple[str, ...], expected: str) -> None:
    report = grade("adam_step", course().exercise("adam_step").reference, 3)
    assert verdict(Program("one", "", frozenset({"betas_swapped"}), others), report) == expected


@pytest.mark.parametrize(("slips", "told"), [({"b"}, {"b"}), ({"c", "d", "e"}, {"c", "d"}), ({"z"}, {"a"})])
def test_of_several_alternatives_one_has_to_be_true(slips: set[str], told: set[str]) -> None:
    beliefs = [Belief(id=name, kind="misconception", belief=SAID, explanation=SAID, question=SAID) for name in "abcd"]
    several = Diagnosis(kind="one_of", beliefs=tuple(beliefs), alternatives=(("a",), ("b",), ("c", "d")))
    assert told_of([several], frozenset(slips)) == told
