"""Which attempt counts, and what lateness costs; a grader error is never a zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from grader.classroom.policy import Policy, counted, lateness, without_effect
from grader.classroom.rows import Edition, Kept, KeptResult
from grader.results import Outcome, Report

DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EDITION = Edition("adam_step", 1, "checks", "class:1")


def kept(
    attempt: int, *, hours: float | None = None, late: bool | None = None, late_seconds: float | None = None
) -> Kept:
    moment = None if hours is None else DUE + timedelta(hours=hours)
    return Kept(
        id=attempt,
        learner="ana",
        exercise="adam_step",
        attempt=attempt,
        sha256="0" * 64,
        submitted_at=moment,
        late=late,
        late_seconds=late_seconds,
        origin="",
    )


@pytest.fixture
def result(report: Callable[..., Report]) -> Callable[..., KeptResult]:
    def make(attempt: int, points: float, *, outcome: Outcome = Outcome.FAILED, **when: object) -> KeptResult:
        made = msgspec.structs.replace(report("passed", "failed"), points=points, outcome=outcome)
        return KeptResult(submission=kept(attempt, **when), edition=EDITION, graded_at=DUE, report=made)  # type: ignore[arg-type]

    return make


def test_nothing_gradable_counts_as_nothing_not_as_zero(result: Callable[..., KeptResult]) -> None:
    (one,) = counted([result(1, 0.0, outcome=Outcome.GRADER_ERROR)], Policy())
    assert one.points is None


def test_a_grader_error_does_not_replace_an_earlier_attempt(result: Callable[..., KeptResult]) -> None:
    tries = [result(1, 12.0), result(2, 0.0, outcome=Outcome.GRADER_ERROR)]
    assert counted(tries, Policy(attempts="last"))[0].points == 12.0


@pytest.mark.parametrize(("attempts", "points"), [("best", 15.0), ("last", 9.0)])
def test_the_policy_chooses_the_attempt(result: Callable[..., KeptResult], attempts: str, points: float) -> None:
    tries = [result(2, 15.0), result(3, 9.0), result(1, 4.0)]
    (one,) = counted(tries, Policy(attempts=attempts))  # type: ignore[arg-type]
    assert (one.points, one.attempts) == (points, 3)


def test_the_earliest_of_equal_attempts_counts(result: Callable[..., KeptResult]) -> None:
    assert counted([result(1, 15.0), result(2, 15.0)], Policy())[0].result.submission.attempt == 1


def test_late_attempts_are_refused_where_the_policy_says_so(result: Callable[..., KeptResult]) -> None:
    tries = [result(1, 5.0, hours=-1), result(2, 20.0, hours=1)]
    (one,) = counted(tries, Policy(late="refuse", due=DUE))
    assert (one.points, one.late) == (5.0, False)


def test_only_late_attempts_refused_leave_nothing(result: Callable[..., KeptResult]) -> None:
    (one,) = counted([result(1, 20.0, hours=1)], Policy(late="refuse", due=DUE))
    assert one.points is None
    assert one.late


@pytest.mark.parametrize(
    ("hours", "points"), [(-1, 20.0), (0, 20.0), (1, 18.0), (24, 18.0), (25, 16.0), (24 * 30, 0.0)]
)
def test_each_day_begun_costs_its_share(result: Callable[..., KeptResult], hours: float, points: float) -> None:
    (one,) = counted([result(1, 20.0, hours=hours)], Policy(penalty=10, due=DUE))
    assert one.points == pytest.approx(points)
    assert one.lost == pytest.approx(20.0 - points)


def test_the_best_attempt_is_the_best_after_its_penalty(result: Callable[..., KeptResult]) -> None:
    tries = [result(1, 18.0, hours=-1), result(2, 19.0, hours=1)]
    assert counted(tries, Policy(penalty=10, due=DUE))[0].result.submission.attempt == 1


@pytest.mark.parametrize(
    ("submission", "seconds"),
    [
        (kept(1), 0.0),
        (kept(1, late=False), 0.0),
        (kept(1, late=True), 1.0),
        (kept(1, late_seconds=60.0), 60.0),
        (kept(1, late=True, late_seconds=60.0), 60.0),
        (kept(1, hours=2), 0.0),
    ],
)
def test_without_a_due_moment_the_systems_own_mark_counts(submission: Kept, seconds: float) -> None:
    assert lateness(submission, Policy()) == seconds


def test_learners_and_exercises_are_kept_apart(result: Callable[..., KeptResult]) -> None:
    luis = msgspec.structs.replace(result(1, 3.0), submission=msgspec.structs.replace(kept(1), learner="luis"))
    assert [(one.learner, one.points) for one in counted([luis, result(1, 5.0)], Policy())] == [
        ("ana", 5.0),
        ("luis", 3.0),
    ]


@pytest.mark.parametrize(
    ("policy", "submissions", "said"),
    [
        (Policy(due=DUE), [kept(1), kept(2, hours=1)], "1 of 2 submissions do not say when they came"),
        (Policy(due=DUE, late="refuse"), [kept(1), kept(2)], "2 of 2 submissions do not say"),
        (Policy(due=DUE), [kept(1, hours=-1), kept(2, late_seconds=5.0)], None),
        (Policy(late="refuse"), [kept(1), kept(2, hours=1)], "--late and --penalty change nothing"),
        (Policy(penalty=10.0), [kept(1, late=False)], "--late and --penalty change nothing"),
        (Policy(penalty=10.0), [kept(1, late=True)], None),
        (Policy(), [kept(1)], None),
    ],
)
def test_an_option_that_changes_nothing_is_said_to(policy: Policy, submissions: list[Kept], said: str | None) -> None:
    found = without_effect(submissions, policy)
    assert (found is None) == (said is None)
    assert said is None or said in str(found)
