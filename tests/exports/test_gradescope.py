"""Gradescope's results.json, held against what its documentation allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from grader.errors import GraderError
from grader.exports.formats import gradescope
from grader.results import Report
from tests.exports.samples import BLOCKED, EVERY, FAILED, HOSTILE, NOT_GRADABLE, NOT_STARTED, PASSED

SCHEMA = json.loads((Path(__file__).parent / "results.schema.json").read_text(encoding="utf-8"))


def results(report: Report, language: str = "en") -> dict[str, Any]:
    found = json.loads(gradescope.write(report, language))
    jsonschema.validate(found, SCHEMA, cls=jsonschema.Draft202012Validator)
    return dict(found)


def test_not_gradable_writes_nothing_as_anything_written_would_be_a_score() -> None:
    with pytest.raises(GraderError, match="no fault of the learner") as caught:
        gradescope.write(NOT_GRADABLE, "en")
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("report", EVERY)
def test_every_ending_fits_the_schema_and_its_tests_add_up(report: Report) -> None:
    found = results(report)
    assert found["score"] == sum(test["score"] for test in found["tests"]) == report.points
    assert [test["number"] for test in found["tests"]] == ["1", "2"][: len(report.checks)]


def test_only_a_passed_check_is_passed() -> None:
    assert [test["status"] for test in results(PASSED)["tests"]] == ["passed", "passed"]
    assert [test["status"] for test in results(BLOCKED)["tests"]] == ["failed", "failed"]
    assert results(NOT_STARTED)["score"] == 0


def test_nothing_is_hidden_as_one_hidden_test_hides_the_total() -> None:
    found = results(FAILED)
    assert {test["visibility"] for test in found["tests"]} == {"visible"} == {found["visibility"]}


def test_every_word_is_in_the_language_that_was_asked_for() -> None:
    found = results(FAILED, "es")
    assert found["tests"][0]["name"] == "Es small, como dice mₜ"
    assert found["output"].splitlines() == [
        "Pasan 1 de 2 pruebas.",
        "Aún no se cumple: Es even, como dice mₜ.",
        "`m` vale 1.",
        "Tus números son justo los que daría esta idea",
        "«Uso m tal cual.»",
        "Para pensar: ¿Cuánto vale m₁?",
    ]


def test_what_a_program_printed_or_raised_is_text_and_no_markup() -> None:
    found = results(HOSTILE)
    assert {found["output_format"], found["test_output_format"], found["test_name_format"]} == {"text"}
    assert "\x07" not in found["output"]
    assert "died" in found["output"]
    assert "\x1b" not in json.dumps(found)


def test_points_that_are_not_whole_stay_as_they_are() -> None:
    checks = tuple(msgspec.structs.replace(each, points=0.1, max_points=0.1) for each in PASSED.checks)
    found = results(msgspec.structs.replace(PASSED, checks=checks, points=0.2, max_points=0.2))
    assert [test["score"] for test in found["tests"]] == [0.1, 0.1]


def test_a_missing_file_is_said_with_its_name() -> None:
    found = json.loads(gradescope.missing("adam_step.py", 20, "es"))
    jsonschema.validate(found, SCHEMA)
    assert found["score"] == 0
    assert "adam_step.py" in found["output"]
