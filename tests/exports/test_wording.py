"""What a report says in plain sentences, in both languages."""

from __future__ import annotations

import msgspec
import pytest

from grader.exports import wording
from grader.locale import LANGUAGES
from grader.results import Diagnosis, Outcome, Report
from grader.text import Text
from tests.exports.samples import EVERY, FAILED, HOSTILE, NOT_GRADABLE, PASSED, check


@pytest.mark.parametrize("report", [*EVERY, NOT_GRADABLE])
def test_every_ending_is_told_in_every_language_without_latex(report: Report) -> None:
    said = wording.summary(report)
    assert set(said) == set(LANGUAGES)
    assert all(sentence.strip() and "$" not in sentence for sentence in said.values())


def test_a_pass_is_one_line() -> None:
    assert wording.summary(PASSED)["en"] == "Passed: all 2 checks hold."


def test_the_first_failure_the_belief_and_the_question_follow() -> None:
    assert wording.summary(FAILED)["en"].splitlines() == [
        "1 of 2 checks pass.",
        "Not yet so: It is even, as mₜ says.",
        "`m` is 1, expected 2.",
        "Your numbers are exactly what this belief would give",
        "“I use m as it is.”",
        "To think about: What is m₁?",
    ]


def test_what_cannot_be_told_apart_is_said_to_be_one_of_several() -> None:
    (found,) = FAILED.diagnosis
    one_of = msgspec.structs.replace(found, kind="one_of", beliefs=found.beliefs * 2)
    lines = [line["en"] for line in wording.explained(one_of)]
    assert lines[0] == "Your numbers are what one of these beliefs would give"
    assert lines[3] == "or else"
    assert len(lines) == 6


def test_a_summary_without_a_belief_is_told() -> None:
    found = Diagnosis(kind="shape", summary=Text({"en": "A factor of $2$.", "es": "Un factor $2$."}))
    assert [line["es"] for line in wording.explained(found)] == [
        "Ninguna idea equivocada conocida encaja, pero la diferencia tiene una forma",
        "Un factor 2.",
    ]


def test_what_hides_or_turns_text_is_made_visible() -> None:
    said = wording.plain(Text({"en": "\u202eabc\x00", "es": "x"}))
    assert "\u202e" not in said["en"]
    assert "abc" in said["en"]


def test_a_failed_check_names_the_learners_lines_and_a_passed_one_says_nothing() -> None:
    assert "line 3, in <b>]]>" in wording.check_output(HOSTILE.checks[0])["en"]
    assert wording.check_output(check("small", Outcome.PASSED))["en"] == ""
