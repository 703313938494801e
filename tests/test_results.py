"""A report is one value: it survives JSON, fits its published schema, and its outcome follows from its checks."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from grader.results import (
    SCHEMA,
    CheckResult,
    ExerciseRef,
    Isolation,
    Outcome,
    Report,
    Submission,
    json_schema,
    overall_outcome,
    report_from_json,
    to_json,
)
from grader.text import Text
from tests.content import driver

PUBLISHED = Path(__file__).parent.parent / "docs" / "report.schema.json"
WORDS = Text({"en": "words", "es": "palabras"})


def result(outcome: Outcome) -> CheckResult:
    return CheckResult(id="a", claim=WORDS, outcome=outcome, points=0, max_points=1)


def test_no_checks_at_all_is_the_graders_fault() -> None:
    assert overall_outcome(()) is Outcome.GRADER_ERROR


def test_a_grader_error_comes_before_everything() -> None:
    checks = (result(Outcome.FAILED), result(Outcome.PASSED), result(Outcome.GRADER_ERROR))
    assert overall_outcome(checks) is Outcome.GRADER_ERROR


def test_the_first_check_that_did_not_pass_decides() -> None:
    checks = (result(Outcome.PASSED), result(Outcome.TIMED_OUT), result(Outcome.FAILED))
    assert overall_outcome(checks) is Outcome.TIMED_OUT


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.PASSED])
def test_only_passes_make_a_pass(outcome: Outcome) -> None:
    assert overall_outcome((result(Outcome.PASSED), result(outcome))) is not Outcome.PASSED
    assert overall_outcome((result(Outcome.PASSED), result(Outcome.PASSED))) is Outcome.PASSED


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """Real reports: passed, not started, a named belief, an exception, a file that does not load."""
    exercise = driver.course().exercise("adam_step")
    sources = [
        exercise.reference,
        exercise.starter,
        driver.variant("adam_step", "no_bias_correction"),
        exercise.reference.replace("m_hat = m", "m_hat = absent"),
        "def adam_step(:",
        exercise.reference.replace("return param", "return param * float('nan')"),
    ]
    return driver.grade_many("adam_step", sources, seed=3)


def test_a_report_survives_json(reports: list[Report]) -> None:
    for report in reports:
        assert report_from_json(to_json(report)) == report


def test_a_report_fits_the_published_schema(reports: list[Report]) -> None:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for report in reports:
        validator.validate(json.loads(to_json(report)))


def test_the_published_schema_is_that_of_the_types() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(msgspec.json.encode(json_schema()))


def test_the_schema_is_the_same_whatever_the_release_of_msgspec(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases keep the indentation of a docstring's lines or take it away, and put null first or last."""
    text = {
        "description": "First.\n\n    Second.\n      Deeper.\n    ",
        "properties": {"description": {"type": "string"}},
    }
    either = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Text"}]}
    monkeypatch.setattr(msgspec.json, "schema", lambda kind, schema_hook: {"$defs": {"Text": text, "Either": either}})
    assert json_schema()["$defs"] == {
        "Text": text | {"description": "First.\n\nSecond.\n  Deeper."},
        "Either": {"anyOf": [{"$ref": "#/$defs/Text"}, {"type": "null"}]},
    }


def test_the_schema_refuses_what_is_no_report() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": SCHEMA, "outcome": "perfect"}, json_schema())


def test_a_report_has_the_fields_that_readers_rely_on(reports: list[Report]) -> None:
    seen = json.loads(to_json(reports[2]))
    assert seen["schema"] == "grader/report/1"
    assert seen["exercise"] == {"number": 3, "id": "adam_step"}
    assert set(seen["isolation"]) == {"tier", "summary"}
    assert set(seen["submission"]) == {"sha256"}
    assert seen["seed"] == 3
    check = next(check for check in seen["checks"] if check["outcome"] == "failed")
    assert set(check["claim"]) == set(check["message"]) == {"en", "es"}
    assert check["mismatch"]["kind"] == "value"


def test_half_a_sentence_is_refused() -> None:
    encoded = to_json(empty()).replace(b'"es":"palabras"', b'"es":""')
    with pytest.raises(msgspec.ValidationError):
        report_from_json(encoded)


def empty() -> Report:
    return Report(
        exercise=ExerciseRef(3, "adam_step"),
        outcome=Outcome.FAILED,
        points=0,
        max_points=1,
        checks=(result(Outcome.FAILED),),
        isolation=Isolation("A", WORDS),
        seed=0,
        submission=Submission("0" * 64),
        seconds=0.1,
    )
