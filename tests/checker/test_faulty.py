"""No faulty submission passes, each gets the outcome it should, and the next honest one is graded as if nothing had been."""  # noqa: E501

from __future__ import annotations

import msgspec
import pytest

from grader.results import Outcome, Report
from tests.checker.faulty import FAULTY, LOOPS, TORCH, Faulty
from tests.content import driver

SEED = 21


def in_turn(slug: str, members: list[Faulty]) -> dict[str, tuple[Report, Report]]:
    """Each faulty submission and the honest one after it, as one class."""
    exercise = driver.course().exercise(slug)
    sources = [source for member in members for source in (member.source, exercise.reference)]
    reports = driver.grade_many(slug, sources, SEED)
    return {member.name: pair for member, pair in zip(members, pairwise(reports), strict=True)}


def pairwise(reports: list[Report]) -> list[tuple[Report, Report]]:
    return list(zip(reports[::2], reports[1::2], strict=True))


@pytest.fixture(scope="module")
def looping() -> dict[str, tuple[Report, Report]]:
    """Those that would take all their time have little; the honest one after each has the usual."""
    exercise = driver.course().exercise("adam_step")
    usual = exercise.manifest
    limits = msgspec.structs.replace(usual.limits, call_seconds=0.7, total_seconds=2.0)
    found = {}
    for member in LOOPS:
        exercise.manifest = msgspec.structs.replace(usual, limits=limits)
        faulty = driver.examiner().grade(exercise, member.source.encode(), seed=SEED)
        exercise.manifest = usual
        found[member.name] = faulty, driver.examiner().grade(exercise, exercise.reference.encode(), seed=SEED)
    return found


@pytest.fixture(scope="module")
def on_numpy() -> dict[str, tuple[Report, Report]]:
    return in_turn("adam_step", FAULTY)


@pytest.fixture(scope="module")
def on_torch() -> dict[str, tuple[Report, Report]]:
    return in_turn("sgd_step", TORCH)


def is_told_rightly(member: Faulty, report: Report) -> None:
    """It does not pass, whatever it computed is all it earns, and both languages say why."""
    failure = report.first_failure
    assert failure is not None
    assert failure.message is not None
    assert report.outcome.value in member.outcomes, str(failure.message)
    assert report.points < report.max_points
    assert member.words in failure.message["en"]
    assert failure.message["es"] != failure.message["en"]


def is_as_if_nothing_had_been(honest: Report, first: Report) -> None:
    assert (honest.outcome, honest.points, honest.output) == (Outcome.PASSED, 20, "")
    assert honest.checks == first.checks
    assert honest.isolation == first.isolation


def test_there_are_enough_of_them() -> None:
    names = [member.name for member in (*LOOPS, *FAULTY, *TORCH)]
    assert len(set(names)) == len(names) >= 40


@pytest.mark.parametrize("member", LOOPS, ids=lambda member: member.name)
def test_a_submission_that_never_answers(member: Faulty, looping: dict[str, tuple[Report, Report]]) -> None:
    report, honest = looping[member.name]
    is_told_rightly(member, report)
    is_as_if_nothing_had_been(honest, looping[LOOPS[0].name][1])
    assert report.diagnosis == ()


@pytest.mark.parametrize("member", FAULTY, ids=lambda member: member.name)
def test_a_faulty_submission_on_numpy(member: Faulty, on_numpy: dict[str, tuple[Report, Report]]) -> None:
    report, honest = on_numpy[member.name]
    is_told_rightly(member, report)
    is_as_if_nothing_had_been(honest, on_numpy[FAULTY[0].name][1])


@pytest.mark.parametrize("member", TORCH, ids=lambda member: member.name)
def test_a_faulty_submission_on_torch(member: Faulty, on_torch: dict[str, tuple[Report, Report]]) -> None:
    report, honest = on_torch[member.name]
    is_told_rightly(member, report)
    is_as_if_nothing_had_been(honest, on_torch[TORCH[0].name][1])


def test_a_flood_is_kept_within_bounds(on_numpy: dict[str, tuple[Report, Report]]) -> None:
    assert 1_000 < len(on_numpy["floods"][0].output) < 80_000


@pytest.mark.parametrize("name", ["leaves with success", "returns a string", "asks for input", "is a coroutine"])
def test_what_is_not_a_belief_is_not_named(name: str, on_numpy: dict[str, tuple[Report, Report]]) -> None:
    assert on_numpy[name][0].diagnosis == ()
