"""Who is stuck, silent or fell back, against a computation of its own over made-up terms."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from grader.classroom.needs import needs
from grader.classroom.rows import Kept, KeptResult
from grader.results import Outcome, Report
from tests.classroom.conftest import ADAM, NOON

Make = Callable[..., list[KeptResult]]
EXERCISES = ["one", "two", "three"]


@pytest.fixture
def tries(report: Callable[..., Report]) -> Make:
    def make(learner: str, *told: tuple[float, str], exercise: str = "one") -> list[KeptResult]:
        return [
            KeptResult(
                submission=Kept(
                    id=number, learner=learner, exercise=exercise, attempt=number, sha256="", submitted_at=None,
                    late=None, late_seconds=None, origin="",
                ),
                edition=ADAM,
                graded_at=NOON,
                report=msgspec.structs.replace(report("passed"), points=points, outcome=Outcome(outcome)),
            )
            for number, (points, outcome) in enumerate(told, 1)
        ]  # fmt: skip

    return make


def found(works: dict[str, dict[str, list[KeptResult]]], absent: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    return [(one.kind, one.learner, one.exercise, one.attempts) for one in needs(works, absent, EXERCISES)]


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ([(5, "failed")] * 2, []),
        ([(5, "failed")] * 3, ["stuck"]),
        ([(5, "failed"), (6, "failed"), (7, "failed")], []),
        ([(5, "failed"), (4, "failed"), (5, "failed")], ["stuck"]),
        ([(5, "failed"), (4, "failed"), (4, "failed")], ["stuck", "fell_back"]),
        ([(5, "failed"), (20, "passed"), (20, "passed")], []),
        ([(20, "passed"), (5, "failed")], ["fell_back"]),
        ([(0, "not_started"), (0, "grader_error"), (5, "failed"), (5, "failed")], []),
        ([(0, "did_not_load")] * 3, ["stuck"]),
    ],
)
def test_attempts_say_who_is_stuck_or_fell_back(tries: Make, told: list[tuple[float, str]], kinds: list[str]) -> None:
    assert [kind for kind, *_ in found({"ana": {"one": tries("ana", *told)}})] == kinds


def test_who_handed_in_nothing_is_silent_and_who_not_the_last_that_most_did(tries: Make) -> None:
    one = [(20.0, "passed")]
    works = {
        "ana": {"one": tries("ana", *one), "two": tries("ana", *one, exercise="two")},
        "ben": {"one": tries("ben", *one)},
        "eva": {"two": tries("eva", *one, exercise="two"), "three": tries("eva", *one, exercise="three")},
        "leo": {"one": tries("leo", *one)},
    }
    assert found(works, ("zoe",)) == [
        ("silent", "zoe", None, 0),
        ("silent", "ben", "two", 0),
        ("silent", "leo", "two", 0),
    ]


def test_a_term_of_three_hundred_gives_what_a_plain_count_gives(tries: Make) -> None:
    rng = random.Random(7)
    works: dict[str, dict[str, list[KeptResult]]] = {}
    expected = set()
    for place in range(300):
        name = f"u{place:03}"
        told = []
        for _ in range(rng.randint(1, 6)):
            points = rng.choice([0.0, 4.0, 12.0, 20.0])
            told.append((points, "passed" if points == 20 else "failed"))
        works[name] = {"one": tries(name, *told)}
        scores = [points for points, _ in told]
        if len(scores) >= 3 and 20.0 not in scores and not any(each > max(scores[:-2]) for each in scores[-2:]):
            expected.add(("stuck", name))
        if any(each > scores[-1] for each in scores):
            expected.add(("fell_back", name))
    assert {(kind, name) for kind, name, *_ in found(works)} == expected
