"""Several attempts of a learner at an exercise turned into the one that counts, and what its lateness costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from typing import Literal

import msgspec

from grader.classroom.rows import Kept, KeptResult
from grader.locale import say
from grader.results import Outcome
from grader.text import Text

DAY_HOURS = 24.0


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """What one learner has beyond the others: a later moment, further attempts."""

    until: datetime | None = None
    attempts: int = 0


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Which attempt counts, and what happens to a late one.

    `due` is a moment that makes later submissions late; without it the system's own mark counts. What is late by no
    more than `grace_minutes` is in time; what is later is late from the due moment on. A late attempt loses `penalty`
    percent of its points for each `step_hours` begun and never more than `most` percent, or does not count at all where
    `late` is ``refuse``. Of each learner the first `allowed` attempts can count, all where it is None. `extensions` are
    by learner and exercise, or by learner and "" for every exercise.
    """

    attempts: Literal["best", "last"] = "best"
    late: Literal["accept", "refuse"] = "accept"
    penalty: float = 0.0
    due: datetime | None = None
    step_hours: float = DAY_HOURS
    most: float = 100.0
    grace_minutes: float = 0.0
    allowed: int | None = None
    extensions: Mapping[tuple[str, str], Extension] = {}

    def extension(self, learner: str, exercise: str) -> Extension:
        """What a learner has beyond the others in one exercise; of two, the one for this exercise alone."""
        return self.extensions.get((learner, exercise)) or self.extensions.get((learner, "")) or Extension()

    def due_for(self, learner: str, exercise: str) -> datetime | None:
        """The moment that counts for one learner; never earlier than everybody's."""
        until = self.extension(learner, exercise).until
        return max((moment for moment in (until, self.due) if moment is not None), default=None)

    def percent_lost(self, seconds: float) -> float:
        """What a lateness costs."""
        return min(self.penalty * self.steps(seconds), self.most, 100.0)

    def steps(self, seconds: float) -> int:
        """How many steps of lateness were begun."""
        return ceil(seconds / (3600.0 * self.step_hours))


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The attempt that counts for one learner at one exercise.

    `points` is after the penalty; None where nothing may count: not gradable, or every attempt refused as late.
    `extended` says that the learner has a date of their own.
    """

    learner: str
    exercise: str
    points: float | None
    result: KeptResult
    attempts: int
    late: bool
    lost: float = 0.0
    extended: bool = False


def counted(results: Iterable[KeptResult], policy: Policy) -> list[Counted]:
    """One `Counted` a learner and exercise, in the order of their names. A grader error never stands for a zero:
    another attempt counts instead, and where there is none, nothing does."""
    tries: defaultdict[tuple[str, str], list[KeptResult]] = defaultdict(list)
    for result in results:
        tries[result.submission.learner, result.submission.exercise].append(result)
    return [_counted(attempts, policy) for _, attempts in sorted(tries.items())]


def lateness(submission: Kept, policy: Policy) -> float:
    """Seconds after the due moment; 0 where in time. A system's mark without a time counts as one second."""
    seconds = _seconds_late(submission, policy)
    return seconds if seconds > 60.0 * policy.grace_minutes else 0.0


def _seconds_late(submission: Kept, policy: Policy) -> float:
    due = policy.due_for(submission.learner, submission.exercise)
    if due is not None and submission.submitted_at is not None:
        return max(0.0, (submission.submitted_at - due).total_seconds())
    if submission.late_seconds is not None:
        longer = (due - policy.due).total_seconds() if due is not None and policy.due is not None else 0.0
        return max(0.0, submission.late_seconds - longer)
    return 1.0 if submission.late else 0.0


def is_beyond(submission: Kept, policy: Policy) -> bool:
    """Whether an attempt is one more than its learner has."""
    if policy.allowed is None:
        return False
    return submission.attempt > policy.allowed + policy.extension(submission.learner, submission.exercise).attempts


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


def _counted(attempts: list[KeptResult], policy: Policy) -> Counted:
    attempts.sort(key=lambda result: result.submission.attempt)
    eligible = [result for result in attempts if _points(result, policy) is not None]
    if not eligible:
        chosen = next((one for one in reversed(attempts) if not is_beyond(one.submission, policy)), attempts[-1])
    elif policy.attempts == "last":
        chosen = eligible[-1]
    else:
        chosen = max(eligible, key=lambda result: (_points(result, policy) or 0.0, -result.submission.attempt))
    points = _points(chosen, policy)
    learner, exercise = chosen.submission.learner, chosen.submission.exercise
    return Counted(
        learner=learner,
        exercise=exercise,
        points=points,
        result=chosen,
        attempts=len(attempts),
        late=lateness(chosen.submission, policy) > 0,
        lost=0.0 if points is None else chosen.report.points - points,
        extended=policy.extension(learner, exercise).until is not None,
    )


def _points(result: KeptResult, policy: Policy) -> float | None:
    if result.report.outcome is Outcome.GRADER_ERROR or is_beyond(result.submission, policy):
        return None
    seconds = lateness(result.submission, policy)
    if seconds and policy.late == "refuse":
        return None
    return result.report.points * (1.0 - policy.percent_lost(seconds) / 100.0)
