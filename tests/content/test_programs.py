"""Programs nobody made from the reference: every right one passes, every wrong one is refused.

One seed where somebody waits; `.ci/run` asks for twenty with `--seeds 20`.
"""

from __future__ import annotations

from grader.course import Exercise
from grader.results import Outcome, overall_outcome
from tests.content.checked import check_many
from tests.content.driver import grade_many
from tests.content.programs import REFUSED, right_programs, wrong_programs

LEAST_RIGHT = 40
LEAST_WRONG = 50
FIRST = {"backward_pass": 15}
"""Older than the rule: how many right ones each began with."""
OLDER = {*FIRST, "sgd_step", "adam_step", "zero_grad_bug", "warmup_schedule"}
"""Their wrong ones stand in their own tests."""


def test_enough_programs_are_tried(exercise: Exercise) -> None:
    assert len(right_programs(exercise.id)) >= FIRST.get(exercise.id, LEAST_RIGHT)
    assert len(wrong_programs(exercise.id)) >= (0 if exercise.id in OLDER else LEAST_WRONG)


def test_every_right_program_passes_and_is_told_no_belief(exercise: Exercise, each_seed: int) -> None:
    programs = right_programs(exercise.id)
    reports = grade_many(exercise.id, [program.source for program in programs], each_seed)
    found = {program.name: report for program, report in zip(programs, reports, strict=True)}
    assert {name: report.first_failure for name, report in found.items() if report.outcome is not Outcome.PASSED} == {}
    assert {name: report.diagnosis for name, report in found.items() if report.diagnosis} == {}


def test_every_wrong_program_is_refused(exercise: Exercise, each_seed: int) -> None:
    """Not one passes; one that cannot even be loaded would prove nothing."""
    programs = wrong_programs(exercise.id)
    found = check_many(exercise.id, [program.source for program in programs], each_seed)
    outcomes = {
        program.name: overall_outcome(checked.results) for program, checked in zip(programs, found, strict=True)
    }
    assert {name: outcome for name, outcome in outcomes.items() if outcome not in REFUSED} == {}
