"""Classroom 50's result.json, held against its schema and the rules that a schema cannot say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError, UsageError
from grader.exports.formats import classroom50
from grader.results import Outcome, Report
from tests.exports.samples import EVERY, FAILED, NOT_GRADABLE, check, report

SCHEMA = json.loads((Path(__file__).parent / "result-v1.schema.json").read_text(encoding="utf-8"))
MOMENT = datetime(2026, 11, 20, 23, 59, 59, 999_999, timezone(timedelta(hours=1)))
ENVIRONMENT = {
    "CLASSROOM": "optim",
    "ASSIGNMENT": "adam",
    "USERNAME": "ana",
    "SUBMISSION_TAG": "submit/2026-11-20T22-59-59Z-abc",
    "COMMIT_URL": "…/commit/abc",
    "RELEASE_URL": "…/releases/tag/submit",
}


def result(graded: Report, language: str = "en", **environment: str) -> dict[str, Any]:
    submitted = classroom50.submitted_from(ENVIRONMENT | environment, MOMENT)
    found = json.loads(classroom50.write(graded, submitted, datetime(2026, 11, 21, tzinfo=UTC), language))
    jsonschema.validate(found, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert found["score"] <= found["max-score"]
    assert all(test["score"] <= test["max-score"] for test in found["tests"])
    return dict(found)


def test_not_gradable_is_no_score() -> None:
    with pytest.raises(GraderError, match="no result was written"):
        result(NOT_GRADABLE)


@pytest.mark.parametrize("graded", EVERY)
def test_every_ending_fits_the_schema(graded: Report) -> None:
    assert result(graded)["score"] == graded.points


def test_moments_are_utc_to_the_second_and_submitted_is_not_graded() -> None:
    found = result(FAILED)
    assert (found["datetime"], found["graded_at"]) == ("2026-11-20T22:59:59Z", "2026-11-21T00:00:00Z")


def test_a_moment_without_a_zone_is_refused() -> None:
    submitted = classroom50.submitted_from(ENVIRONMENT, datetime(2026, 11, 20))
    with pytest.raises(UsageError, match="no time zone"):
        classroom50.write(FAILED, submitted, MOMENT, "en")


@given(st.lists(st.tuples(st.integers(1, 40_000), st.booleans()), min_size=1, max_size=4))
def test_scores_are_whole_and_keep_their_shares(points: list[tuple[int, bool]]) -> None:
    """Points come in ten-thousandths here, the finest that is kept."""
    checks = [
        check(f"c{number}", Outcome.PASSED if passed else Outcome.FAILED, amount / 10_000)
        for number, (amount, passed) in enumerate(points)
    ]
    graded = report(*checks)
    found = result(graded)
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert found["score"] / found["max-score"] == pytest.approx(graded.points / graded.max_points, abs=1e-12)


def test_whole_points_stay_as_they_are() -> None:
    assert (result(FAILED)["score"], result(FAILED)["max-score"]) == (5, 20)


def test_names_speak_the_language_that_was_asked_for() -> None:
    assert result(FAILED, "es")["tests"][1]["test-name"] == "Es even, como dice mₜ"


def test_what_the_runner_does_not_say_is_named() -> None:
    with pytest.raises(UsageError, match="ASSIGNMENT, COMMIT_URL"):
        classroom50.submitted_from(ENVIRONMENT | {"ASSIGNMENT": "", "COMMIT_URL": ""}, MOMENT)


@pytest.mark.parametrize(("name", "value"), [("SUBMISSION_TAG", "v1"), ("MODE", "crowd")])
def test_a_value_that_its_collector_would_refuse_is_refused_here(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=value):
        result(FAILED, **{name: value})


def test_the_review_is_the_commit_where_there_is_none() -> None:
    assert result(FAILED)["review"] == ENVIRONMENT["COMMIT_URL"]
    assert result(FAILED, REVIEW_URL="…/compare")["review"] == "…/compare"
    assert result(FAILED, MODE="group")["assignment_type"] == "group"
