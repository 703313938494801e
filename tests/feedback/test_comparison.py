"""Two values side by side."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from grader.feedback.comparison import MOST_ROWS, mismatch_view
from grader.results import Mismatch, Row
from tests.feedback.examples import MISMATCH


def facts(mismatch: Mismatch) -> dict[str, str]:
    return {fact.name["en"]: fact.value["en"] for fact in mismatch_view(mismatch).facts}


def test_both_numbers_are_split_after_the_digits_they_share_in_each_language() -> None:
    pair = mismatch_view(MISMATCH).pair
    assert pair.is_number
    assert (pair.got["es"].shared, pair.got["es"].own) == ("−0,3", "15228")
    assert (pair.expected["en"].shared, pair.expected["en"].own) == ("−0.3", "99000")


def test_a_sign_alone_is_not_a_shared_beginning() -> None:
    pair = mismatch_view(replace(MISMATCH, got=-2.5, expected=-1.5)).pair
    assert (pair.got["en"].shared, pair.got["en"].own) == ("", "−2.5")


def test_the_place_and_the_step_are_named() -> None:
    view = mismatch_view(replace(MISMATCH, index=(2, 3), step=7))
    assert view.place == "param[2, 3]"
    assert view.step == {"en": "step 7", "es": "paso 7"}
    assert mismatch_view(replace(MISMATCH, index=None, step=None)).place == "param"


def test_the_error_the_allowance_and_the_whole_are_told() -> None:
    assert facts(MISMATCH) == {
        "off by": "0.0838 (21%)",
        "allowed": "4 × 10⁻¹⁰",
        "differing": "400 of 500 values",
        "at most by": "0.413 (216%)",
    }


def test_what_is_not_known_or_not_finite_is_left_out() -> None:
    bare = Mismatch(kind="not_finite", name="m", got="nan", expected=0.5)
    assert facts(bare) == {}
    assert mismatch_view(bare).pair.is_number
    assert facts(replace(MISMATCH, expected="inf", relative_error="inf"))["off by"] == "0.0838"
    assert "allowed" not in facts(replace(MISMATCH, expected="inf"))


def test_types_and_shapes_are_shown_as_they_are() -> None:
    pair = mismatch_view(Mismatch(kind="shape", name="param", got="(5, 1)", expected="(5,)")).pair
    assert not pair.is_number
    assert (pair.got["es"].own, pair.expected["es"].own) == ("(5, 1)", "(5,)")


def test_a_changed_argument_is_shown_before_and_afterwards() -> None:
    view = mismatch_view(Mismatch(kind="changed", name="grad", got="1.5", expected="1.0"))
    assert (view.got_label["en"], view.expected_label["en"]) == ("afterwards", "before")
    assert view.pair.got["es"].shared + view.pair.got["es"].own == "1,5"


def test_few_rows_are_shown_and_none_where_they_are_not_asked_for() -> None:
    many = replace(MISMATCH, rows=tuple(Row(f"m[{i}]", 1.0, 2.0, True) for i in range(50)))
    assert len(mismatch_view(many).rows) == MOST_ROWS
    assert mismatch_view(many, with_rows=False).rows == ()


@pytest.mark.parametrize("kind", ["type", "shape", "dtype", "not_finite", "value", "changed"])
def test_every_kind_of_mismatch_has_a_sentence_in_both_languages(kind: str) -> None:
    lead = mismatch_view(Mismatch(kind=kind, name="m", got="a", expected="b")).lead  # type: ignore[arg-type]
    assert lead["en"] != lead["es"]
