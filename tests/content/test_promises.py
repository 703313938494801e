"""What every exercise promises, asked of each in the course: facts of a single one stand in a file of its own.

One seed where somebody waits; `.ci/run` asks for twenty with `--seeds 20`, and `grade verify` for more.
"""

from __future__ import annotations

from grader.authoring.catalogue import catalogue_finding
from grader.authoring.right import figures_finding
from grader.authoring.trials import Trials
from grader.course import Exercise
from grader.results import Outcome
from tests.content.driver import examiner, grade
from tests.content.promises import failed, margins, variants_at


def test_its_reference_passes_with_every_point(exercise: Exercise) -> None:
    report = grade(exercise.id, exercise.reference, 0)
    assert (report.outcome, report.points) == (Outcome.PASSED, 20), report.first_failure


def test_its_starter_is_not_started(exercise: Exercise) -> None:
    assert grade(exercise.id, exercise.starter, 0).outcome is Outcome.NOT_STARTED


def test_every_edit_can_be_made_of_its_reference(exercise: Exercise) -> None:
    """What an edit replaces stands there once."""
    assert catalogue_finding(exercise).objections == ()
    assert len(exercise.misconceptions) >= 6


def test_every_known_wrong_way_fails_and_is_named_alone(exercise: Exercise, each_seed: int) -> None:
    reports = variants_at(exercise.id, each_seed)
    assert {name: report.outcome for name, report in reports.items()} == dict.fromkeys(reports, Outcome.FAILED)
    told = {
        name: [(found.kind, *(belief.id for belief in found.beliefs)) for found in report.diagnosis]
        for name, report in reports.items()
    }
    assert told == {name: [("misconception", name)] for name in reports}


def test_the_evidence_bears_each_name_out(exercise: Exercise, each_seed: int) -> None:
    for name, report in variants_at(exercise.id, each_seed).items():
        for evidence in (evidence for found in report.diagnosis for evidence in found.evidence):
            assert evidence.entry_point in exercise.manifest.entry_points
            assert 1 <= evidence.separating_call <= evidence.calls
            assert evidence.margin in (None, "inf") or float(evidence.margin) >= 100, name


def test_a_wrong_value_is_off_by_a_hundred_tolerances_at_least(exercise: Exercise, each_seed: int) -> None:
    for name, report in variants_at(exercise.id, each_seed).items():
        for check, margin in margins(report):
            assert margin >= 100, (name, check)


def test_every_check_is_failed_by_some_known_wrong_way(exercise: Exercise, each_seed: int) -> None:
    caught = set().union(*map(failed, variants_at(exercise.id, each_seed).values()))
    assert caught == {check.id for check in exercise.manifest.check}


def test_its_figures_and_its_trace_can_be_drawn(exercise: Exercise) -> None:
    assert exercise.manifest.figure
    assert exercise.manifest.trace
    assert figures_finding(Trials(examiner(), exercise)).objections == ()
