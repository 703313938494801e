"""Findings as JSON: what holds, at every level."""

from __future__ import annotations

import json

import pytest

from grader.authoring.findings import Finding, Verdict, as_json
from grader.text import Text

BOTH = Text({"en": "loops", "es": "bucles"})


def finding(**more: tuple[Text, ...]) -> Finding:
    return Finding(question="files", title=BOTH, summary=BOTH, **more)


def test_an_objection_is_what_stops_a_finding_from_holding() -> None:
    assert not finding(objections=(BOTH,)).holds
    assert finding(notes=(BOTH,)).holds


def test_a_verdict_holds_while_all_its_findings_do() -> None:
    assert not Verdict(number=1, id="a", findings=(finding(), finding(objections=(BOTH,)))).holds
    assert Verdict(number=1, id="a", findings=(finding(), finding())).holds


@pytest.mark.parametrize("where", ["exercise", "quizzes"])
def test_one_objection_anywhere_makes_the_whole_object_not_hold(where: str) -> None:
    faulty = finding(objections=(BOTH,))
    verdict = Verdict(number=1, id="a", findings=(faulty if where == "exercise" else finding(),))
    written = json.loads(as_json([verdict], faulty if where == "quizzes" else finding()))
    assert written["holds"] is False
    assert written["exercises"][0]["holds"] is (where != "exercise")
    assert written["quizzes"]["holds"] is (where != "quizzes")


def test_what_was_not_asked_is_null() -> None:
    written = json.loads(as_json([Verdict(number=1, id="a", findings=(finding(),))], None))
    assert (written["holds"], written["quizzes"]) == (True, None)


def test_every_sentence_is_written_in_both_languages() -> None:
    written = json.loads(as_json([Verdict(number=3, id="a", findings=(finding(objections=(BOTH,)),))], None))
    assert written["schema"] == "grader/verify/1"
    assert written["exercises"][0]["findings"] == [
        {
            "question": "files",
            "title": dict(BOTH),
            "holds": False,
            "summary": dict(BOTH),
            "objections": [dict(BOTH)],
            "notes": [],
        }
    ]
