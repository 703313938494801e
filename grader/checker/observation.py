"""One harness function run on a submission and on the reference: what a trace tabulates and a figure draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from grader.checker.judging import outcome_of_call, outcome_of_load
from grader.checker.learner import Call, Callee, driven_entry_points
from grader.checker.submissions import Checked, limits_of, prepare_to_be_seen, program_of
from grader.checker.wording import ending, load_failure
from grader.course import Exercise
from grader.results import Outcome
from grader.sandbox import Pool, Returned
from grader.text import Text


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What both runs returned. `own` is None where the learner's could not be had; `problem` and `outcome` say why."""

    expected: Any
    own: Any = None
    problem: Text | None = None
    outcome: Outcome = Outcome.PASSED


def observe(
    exercise: Exercise,
    content: bytes,
    function: str,
    *,
    pool: Callable[[], Pool],
    reference: Callee,
    seed: int,
) -> Observation:
    """Run a harness function that takes entry points only; the learner's side returns a value, never a verdict."""
    answered = reference.call(function)
    expected = answered.value if isinstance(answered, Returned) else None
    prepared = prepare_to_be_seen(exercise, content)
    if isinstance(prepared, Checked):
        return Observation(expected=expected, problem=prepared.message, outcome=prepared.results[0].outcome)
    with pool().open(program_of(exercise, prepared), limits_of(exercise), seed) as session:
        if not isinstance(session.load, Returned):
            problem = load_failure(session.load, prepared.places)
            return Observation(expected=expected, problem=problem, outcome=outcome_of_load(session.load))
        ended = session.call(function)
    if isinstance(ended, Returned):
        return Observation(expected=expected, own=ended.value)
    driven = ", ".join(driven_entry_points(function, exercise.manifest.entry_points, exercise.harness))
    call = Call(function=function, arguments=(), keywords={}, ended=ended, check="", subject=driven)
    return Observation(expected=expected, problem=ending(call), outcome=outcome_of_call(ended))
