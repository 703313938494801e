"""Who moved between two editions of the checks."""

from __future__ import annotations

import msgspec
import pytest

from grader.classroom.moves import moves
from grader.results import Outcome
from tests.classroom.conftest import ADAM, NOON

STRICTER = msgspec.structs.replace(ADAM, checks_version="checks-2")


@pytest.fixture
def regraded(store, start, arrival, report):
    """Keep one report before and one after for each learner, and give back who moved."""

    def regrade(before, after, edition=STRICTER):
        run = store.begin_run(start, [ADAM, edition])
        names = sorted({*before, *after})
        for name, kept in zip(names, store.keep_submissions(run, [arrival(name) for name in names]), strict=True):
            for told, which in ((before, ADAM), (after, edition)):
                if name in told:
                    store.keep_result(run, kept.id, which, report(*told[name], message=which.checks_version), NOON)
        return {move.submission.learner: move for move in moves(store, ADAM, edition)}

    return regrade


def test_a_learner_whose_outcomes_are_the_same_did_not_move(regraded):
    """Another message alone is no move."""
    assert regraded({"ana": ["passed", "failed"]}, {"ana": ["passed", "failed"]}) == {}


def test_a_learner_graded_once_did_not_move(regraded):
    """A submission that came later, or was not graded again, has nothing to compare."""
    before = {"ana": ["passed"], "eva": ["passed"], "zoe": ["failed"]}
    assert list(regraded(before, {"luis": ["failed"], "eva": ["failed"]})) == ["eva"]


def test_the_check_that_moved_is_named_with_its_new_message(regraded):
    """The move says from what to what, how many points, which check, and why."""
    move = regraded({"ana": ["passed", "passed"]}, {"ana": ["passed", "failed"]})["ana"]
    assert (move.before, move.after, move.points) == (Outcome.PASSED, Outcome.FAILED, -2.0)
    (check,) = move.checks
    assert (check.id, check.before, check.after, check.points) == ("check_2", Outcome.PASSED, Outcome.FAILED, -2.0)
    assert str(check.message) == "checks-2"
    assert str(move.reason) == "the checks changed"


def test_a_check_that_came_or_went_is_a_move(regraded):
    """A new check has no outcome before."""
    move = regraded({"ana": ["passed"]}, {"ana": ["passed", "failed"]})["ana"]
    assert [(check.id, check.before, check.after) for check in move.checks] == [("check_2", None, Outcome.FAILED)]
    back = regraded({"eva": ["passed", "passed"]}, {"eva": ["passed"]})["eva"]
    assert [(check.id, check.after, check.points, check.message) for check in back.checks] == [
        ("check_2", None, -2, None)
    ]


def test_every_cause_is_told(regraded):
    """The exercise, its checks and the seed can change at once."""
    edition = msgspec.structs.replace(STRICTER, exercise_version=2, seed_policy="class:8")
    move = regraded({"ana": ["failed"]}, {"ana": ["passed"]}, edition)["ana"]
    assert move.causes == ("exercise", "checks", "seed")
    assert move.reason["en"] == "the exercise has another version; the checks changed; other inputs were drawn"
