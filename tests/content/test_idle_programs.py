"""Programs that compute nothing, a constant or what they were given back, earn nothing in any exercise."""

from __future__ import annotations

from grader.authoring.idle import idle_finding
from grader.authoring.trials import Trials
from grader.course import Exercise
from tests.content.driver import examiner


def test_who_computes_nothing_earns_nothing(exercise: Exercise) -> None:
    assert idle_finding(Trials(examiner(), exercise)).objections == ()
