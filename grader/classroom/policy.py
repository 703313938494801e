"""Several attempts of a learner at an exercise turned into the one that counts, and what its lateness costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Literal

import msgspec

from grader.classroom.rows import Kept, KeptResult
from grader.locale import say
from grader.results import Outcome
from grader.text import Text

SECONDS_A_DAY = 86_400.0


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Which attempt counts, and what happens to a late one.

    `due` is a moment that makes later submissions late; without it the system's own mark counts. A late attempt
    loses `penalty` percent of its points for each day begun, or does not count at all where `late` is ``refuse``.
    """

    attempts: Literal["best", "last"] = "best"
    late: Literal["accept", "refuse"] = "accept"
    penalty: float = 0.0
    due: datetime | None = None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The attempt that counts for one learner at one exercise.

    `points` is after the penalty; None where nothing may count: not gradable, or every attempt refused as late.
    """

    learner: str
    exercise: str
    points: float | None
    result: KeptResult
    attempts: int
    late: bool
    lost: float = 0.0


def counted(results: Iterable[KeptResult], policy: Policy) -> list[Counted]:
    """One `Counted` a learner and exercise, in the order of their names. A grader error never stands for a zero:
    another attempt counts instead, and where there is none, nothing does."""
    tries: defaultdict[tuple[str, str], list[KeptResult]] = defaultdict(list)
    for result in results:
        tries[result.submission.learner, result.submission.exercise].append(result)
    return [_counted(attempts, policy) for _, attempts in sorted(tries.items())]


def lateness(submission: Kept, due: datetime | None) -> float:
    """Seconds after the due moment; 0 where in time. A system's mark without a time counts as one second."""
    if due is not None and submission.submitted_at is not None:
        return max(0.0, (submission.submitted_at - due).total_seconds())
    if submission.late_seconds is not None:
        return max(0.0, submission.late_seconds)
    return 1.0 if submission.late else 0.0


def without_effect(submissions: Iterable[Kept], policy: Policy) -> Text | None:
    """What of the policy changes nothing, as the system told no times; None where all of it can count."""
    every = list(submissions)
    if policy.due is not None:
        undated = sum(each.submitted_at is None and each.late_seconds is None for each in every)
        if not undated:
            return None
        return say(
            "{number} of {all} submissions do not say when they came: --due changes nothing for them.",
            number=undated,
            all=len(every),
        )
    is_strict = policy.late == "refuse" or policy.penalty > 0
    if is_strict and not any(each.late or each.late_seconds for each in every):
        return say("No submission is marked as late, so --late and --penalty change nothing; --due says what is late.")
    return None


def days_late(seconds: float) -> int:
    """How many days were begun."""
    return ceil(seconds / SECONDS_A_DAY)


def _counted(attempts: list[KeptResult], policy: Policy) -> Counted:
    attempts.sort(key=lambda result: result.submission.attempt)
    eligible = [result for result in attempts if _points(result, policy) is not None]
    if not eligible:
        chosen = attempts[-1]
    elif policy.attempts == "last":
        chosen = eligible[-1]
    else:
        chosen = max(eligible, key=lambda result: (_points(result, policy) or 0.0, -result.submission.attempt))
    points = _points(chosen, policy)
    return Counted(
        learner=chosen.submission.learner,
        exercise=chosen.submission.exercise,
        points=points,
        result=chosen,
        attempts=len(attempts),
        late=lateness(chosen.submission, policy.due) > 0,
        lost=0.0 if points is None else chosen.report.points - points,
    )


def _points(result: KeptResult, policy: Policy) -> float | None:
    if result.report.outcome is Outcome.GRADER_ERROR:
        return None
    seconds = lateness(result.submission, policy.due)
    if seconds and policy.late == "refuse":
        return None
    share = max(0.0, 1.0 - policy.penalty / 100.0 * days_late(seconds))
    return result.report.points * share
