"""Two beliefs of the shipped catalogues are told together; correct ways, starters and silence hold none.

That each belief is named as itself is among what every exercise promises: `tests/content/test_promises.py`.
"""

from __future__ import annotations

import pytest

from grader.checker import Checked, checked
from grader.course import Exercise
from grader.diagnosis import Replayer, diagnose, pairs
from grader.results import Outcome, Report
from tests.content import driver
from tests.content.programs import right_programs
from tests.content.promises import named

EXERCISES = driver.course().exercises


def told(report: Report) -> list[tuple[str, ...]]:
    return [(diagnosis.kind, *(belief.id for belief in diagnosis.beliefs)) for diagnosis in report.diagnosis]


PAIRS = [
    ("backward_pass", 3),
    ("sgd_step", 3),
    ("adam_step", 5),
    ("zero_grad_bug", 2),
    ("warmup_schedule", 5),
]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "count"), PAIRS)
def test_a_pair_is_named_as_both_or_as_one_of(slug: str, count: int) -> None:
    """Spread over all pairs that compose; never as a single other belief that it is not."""
    every = list(pairs(driver.course().exercise(slug)))
    chosen = every[:: max(1, len(every) // count)][:count]
    reports = driver.grade_many(slug, [pair.source for pair in chosen], seed=2)
    for pair, report in zip(chosen, reports, strict=True):
        ids = {belief.id for diagnosis in report.diagnosis for belief in diagnosis.beliefs}
        assert report.outcome is not Outcome.PASSED, pair.ids
        assert named(report) == set(pair.ids) or set(pair.ids) & ids, (pair.ids, told(report))


def calls_of(exercise: Exercise, sources: list[str]) -> list[Checked]:
    found = dict(
        checked(
            exercise,
            [source.encode() for source in sources],
            pool=lambda: driver.examiner().pool(exercise.manifest.runtime),
            reference=lambda: driver.examiner().reference(exercise, 3),
            seed=3,
        )
    )
    return [found[index] for index in range(len(sources))]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_correct_way_is_never_diagnosed_even_when_it_is_asked_for(exercise: Exercise) -> None:
    """A pass is not diagnosed at all; here the search is made to look at the answers of right solutions."""
    ways = right_programs(exercise.id)
    assert ways
    with Replayer(lambda: driver.examiner().pool(exercise.manifest.runtime, trusted=True), 3) as replayer:
        for way, checked in zip(ways, calls_of(exercise, [way.source for way in ways]), strict=True):
            assert all(result.outcome is Outcome.PASSED for result in checked.results), way.name
            assert diagnose(exercise, checked.calls, replayer) == (), way.name


UNWRITTEN = [exercise for exercise in EXERCISES if b"NotImplementedError" in exercise.starter]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", UNWRITTEN, ids=lambda exercise: exercise.id)
def test_what_is_not_written_yet_is_never_diagnosed(exercise: Exercise) -> None:
    starter = exercise.starter.decode()
    for source in (starter, starter + "# mine\n", starter.replace("raise NotImplementedError", "raise SystemExit")):
        assert driver.grade(exercise.id, source, 0).diagnosis == ()


def test_the_starter_that_runs_and_trains_badly_holds_the_belief_it_is_about() -> None:
    report = driver.grade("zero_grad_bug", driver.course().exercise("zero_grad_bug").starter + b"# mine\n", 0)
    assert report.outcome is Outcome.FAILED
    assert len(named(report)) == 1


def test_neither_side_of_a_numpy_exercise_has_torch() -> None:
    report = driver.grade("adam_step", driver.variant("adam_step", "no_bias_correction"), 0)
    assert "torch" not in report.versions
    for trusted in (False, True):
        assert "torch" not in driver.examiner().pool("numpy", trusted=trusted).versions
