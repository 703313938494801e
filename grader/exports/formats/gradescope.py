"""A report becomes Gradescope's ``results.json``, with every word in the course's language."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any

import msgspec

from grader.errors import GraderError
from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Written
from grader.exports.wording import check_output, plain, summary
from grader.locale import say
from grader.results import CheckResult, Outcome, Report


def write(report: Report, language: str) -> bytes:
    """One submission's results; text formats throughout, so nothing a learner's program printed is read as markup.

    Raises GraderError for a report of a grader's fault: without a file Gradescope says that the autograder failed,
    which is true, where a file would be read as a zero.
    """
    if report.outcome is Outcome.GRADER_ERROR:
        raise GraderError(
            say("This submission could not be graded, through no fault of the learner; no result was written."),
            say("Grade it again; if it stays, the report's message says why."),
        )
    results = {
        "score": report.points,
        "execution_time": round(report.seconds, 2),
        "output": summary(report).in_language(language),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(number, check, language) for number, check in enumerate(report.checks, start=1)],
        "extra_data": _extra(report),
    }
    return msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n"


def missing(file: str, max_points: float, language: str) -> bytes:
    """The results of a submission that does not hold the file that was asked for."""
    said = say(
        "Hand in {file}: there is no such file here, so nothing was graded. It is worth {points} points.",
        file=file,
        points=f"{max_points:g}",
    )
    results = {
        "score": 0.0,
        "output": said.in_language(language),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }
    return msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n"


def _test(number: int, check: CheckResult, language: str) -> dict[str, Any]:
    return {
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.outcome is Outcome.PASSED else "failed",
        "name": plain(check.claim).in_language(language),
        "number": str(number),
        "output": check_output(check).in_language(language),
        "tags": [check.outcome.value],
        "visibility": "visible",
        "extra_data": {"id": check.id},
    }


def _extra(report: Report) -> dict[str, Any]:
    """What replays this grading, and what the system keeps for nobody's eyes but the instructor's."""
    return {
        "exercise": report.exercise.id,
        "outcome": report.outcome.value,
        "seed": report.seed,
        "sha256": report.submission.sha256,
        "isolation": report.isolation.tier,
        "beliefs": [belief.id for found in report.diagnosis for belief in found.beliefs],
        "versions": report.versions,
    }


def _write(report: Report | None, asked: Asked) -> Written:
    if report is None:
        exercise = asked.course.exercise(asked.options["missing"])
        return Written(missing(exercise.manifest.file, exercise.max_points, asked.language))
    return Written(write(report, asked.language))


FORMAT = Format(
    _("Gradescope's results.json, of one report."),
    "results.json",
    "report",
    _write,
    (
        Option(
            "missing",
            _("Say that nothing was handed in for this exercise."),
            metavar=_("EXERCISE"),
            stands_in=True,
        ),
    ),
)
