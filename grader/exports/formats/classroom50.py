"""A report becomes the ``result.json`` of Classroom 50, whose scores are whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from gettext import gettext as _
from typing import Any, Literal

import msgspec

from grader.errors import GraderError, UsageError
from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Written
from grader.exports.wording import plain
from grader.locale import say
from grader.results import Outcome, Report

SCHEMA = "classroom50/result/v1"
# What its runner hands to an autograder in the environment.
VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "owner": "USERNAME",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """What Classroom 50 knows of a submission; `submitted_at` is the commit's moment, which no regrade moves."""

    classroom: str
    assignment: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    assignment_type: Literal["individual", "group", "team"] = "individual"
    submitted_at: datetime


def submitted_from(environment: Mapping[str, str], submitted_at: datetime) -> Submitted:
    """What the runner says of a submission; raises UsageError with the names of what it does not say."""
    told = {field: environment.get(name, "") for field, name in VARIABLES.items()}
    missing = [VARIABLES[field] for field, value in told.items() if not value]
    if missing:
        raise UsageError(
            say("Classroom 50's runner sets {names}, which are not set here.", names=", ".join(missing)),
            say("Run this from an autograder.py of Classroom 50, or set them."),
        )
    if not told["submission"].startswith("submit/"):
        raise UsageError(
            say("SUBMISSION_TAG is {value}; expected one that begins with submit/.", value=told["submission"])
        )
    mode = environment.get("MODE") or "individual"
    if mode not in ("individual", "group", "team"):
        raise UsageError(say("MODE is {value}; expected individual, group or team.", value=mode))
    review = environment.get("REVIEW_URL") or told["commit"]
    return Submitted(**told, review=review, assignment_type=mode, submitted_at=submitted_at)  # type: ignore[arg-type]


def write(report: Report, submitted: Submitted, graded_at: datetime, language: str) -> bytes:
    """One result. Points that are not whole are multiplied, all by the same power of ten, until they are.

    Raises GraderError for a report of a grader's fault: that is no score.
    """
    if report.outcome is Outcome.GRADER_ERROR:
        raise GraderError(
            say("This submission could not be graded, through no fault of the learner; no result was written."),
            say("Grade it again; if it stays, the report's message says why."),
        )
    scale = _scale(report)
    tests = [
        {
            "test-name": plain(check.claim).in_language(language) or check.id,
            "passed": check.outcome is Outcome.PASSED,
            "score": _whole(check.points, scale),
            "max-score": _whole(check.max_points, scale),
        }
        for check in report.checks
    ]
    result: dict[str, Any] = {"schema": SCHEMA}
    for field in (*VARIABLES, "review", "assignment_type"):
        result[field] = getattr(submitted, field)
    result |= {
        "datetime": _moment(submitted.submitted_at),
        "graded_at": _moment(graded_at),
        "score": _whole(report.points, scale),
        "max-score": _whole(report.max_points, scale),
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def _scale(report: Report) -> int:
    """The power of ten that makes every number of points whole, up to a ten-thousandth of a point."""
    every = [report.points, report.max_points]
    every += [points for check in report.checks for points in (check.points, check.max_points)]
    return next((10**k for k in range(4) if all(_exact(points) * 10**k % 1 == 0 for points in every)), 10**4)


def _exact(points: float) -> Decimal:
    return Decimal(f"{points:.4f}")


def _whole(points: float, scale: int) -> int:
    return int(_exact(points) * scale)


def _moment(moment: datetime) -> str:
    """UTC, to the second; a moment without a zone would be a guess, so it is refused."""
    if moment.tzinfo is None:
        raise UsageError(say("{moment} has no time zone.", moment=moment.isoformat()))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(report: Report, asked: Asked) -> Written:
    submitted = submitted_from(asked.environment, asked.options["submitted"] or asked.now)
    return Written(write(report, submitted, asked.now, asked.language))


FORMAT = Format(
    _("Classroom 50's result.json, of one report."),
    "result.json",
    "report",
    _write,
    (
        Option(
            "submitted",
            _("When the report's file was handed in, as in 2026-11-20T23:59:00+0100."),
            metavar=_("MOMENT"),
            kind="moment",
        ),
    ),
)
