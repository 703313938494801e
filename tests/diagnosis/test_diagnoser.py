"""A class's diagnoses: what gave the same answers is explained once, and nothing else is taken for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from grader.checker import Call
from grader.course import Exercise
from grader.diagnosis import Diagnoser, Replayer, diagnose
from grader.diagnosis.diagnoser import fingerprint
from grader.results import Diagnosis
from grader.sandbox import Died, Opaque, Pool, Raised, Returned

Asked = Callable[[Exercise, str], list[Call]]
Explained = list[Sequence[Call]]

FORGETS = "def double(x):\n    return 2.0 * x\n"
FORGETS_TOO = "# by another hand\ndef double(z):\n    two = 2.0\n    return two * z\n"
ADDS_UP = "def double(x):\n    return float(x.sum())\n"


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> Explained:
    """The calls of each diagnosis that was really looked for."""
    seen: Explained = []

    def watched(exercise: Exercise, calls: Sequence[Call], replayer: Replayer) -> tuple[Diagnosis, ...]:
        seen.append(calls)
        return diagnose(exercise, calls, replayer)

    monkeypatch.setattr("grader.diagnosis.diagnoser.diagnose", watched)
    return seen


@pytest.fixture
def diagnoser(bend: Callable[..., Exercise], trusted: Pool) -> Iterator[Diagnoser]:
    made = Diagnoser(bend(), lambda: trusted, 0)
    yield made
    made.close()


def test_equal_answers_are_explained_once(diagnoser: Diagnoser, asked: Asked, explained: Explained) -> None:
    first = diagnoser.diagnose(asked(diagnoser.exercise, FORGETS))
    assert [belief.id for belief in first[0].beliefs] == ["no_shift"]
    assert diagnoser.diagnose(asked(diagnoser.exercise, FORGETS_TOO)) == first
    assert len(explained) == 1


def test_other_answers_have_a_diagnosis_of_their_own(diagnoser: Diagnoser, asked: Asked, explained: Explained) -> None:
    first = diagnoser.diagnose(asked(diagnoser.exercise, FORGETS))
    assert diagnoser.diagnose(asked(diagnoser.exercise, FORGETS.replace("2.0", "2.0000001"))) != first
    diagnoser.diagnose(asked(diagnoser.exercise, ADDS_UP))
    assert len(explained) == 3


def test_what_could_not_be_asked_is_asked_the_next_time(
    diagnoser: Diagnoser, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = asked(diagnoser.exercise, FORGETS)
    with monkeypatch.context() as patched:
        patched.setattr("grader.checker.CourseChild.call", lambda *_: Died("signal", "SIGKILL"))
        assert diagnoser.diagnose(calls) == ()
    assert diagnoser.diagnose(calls) != ()


def test_only_so_many_are_remembered(
    diagnoser: Diagnoser, asked: Asked, explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that has not been met for longest goes."""
    monkeypatch.setattr("grader.diagnosis.diagnoser.MOST_REMEMBERED", 2)
    forgets, adds_up = asked(diagnoser.exercise, FORGETS), asked(diagnoser.exercise, ADDS_UP)
    for calls in (forgets, adds_up, forgets, asked(diagnoser.exercise, "def double(x):\n    return -x\n"), forgets):
        diagnoser.diagnose(calls)
    assert len(explained) == 3
    diagnoser.diagnose(adds_up)
    assert len(explained) == 4


def call(ended: Any, *, function: str = "double", check: str = "is_twice") -> Call:
    return Call(function=function, arguments=(1.0,), keywords={}, ended=ended, check=check)


ZEROS = np.zeros(3)
DIFFERENT = [
    call(Returned(ZEROS)),
    call(Returned(ZEROS, (2.0,))),
    call(Returned(ZEROS, (1.0,), {"k": 1})),
    call(Returned(-ZEROS)),
    call(Returned(ZEROS.astype("f4"))),
    call(Returned(ZEROS.reshape(1, 3))),
    call(Returned([0.0, 0.0, 0.0])),
    call(Returned((0.0, 0.0, 0.0))),
    call(Returned(None)),
    call(Returned(Opaque("list"))),
    call(Returned(Opaque("dict"))),
    call(Raised("ValueError", "no", ())),
    call(Raised("ValueError", "never", ())),
    call(Raised("TypeError", "no", ())),
    call(Died("exit", "0")),
    call(Returned(ZEROS), function="halve"),
    call(Returned(ZEROS), check="is_a_number"),
]


def test_whatever_differs_is_told_apart() -> None:
    prints = [fingerprint([one]) for one in DIFFERENT]
    assert None not in prints
    assert len(set(prints)) == len(DIFFERENT)
    assert fingerprint(DIFFERENT[:2]) != fingerprint(DIFFERENT[1::-1])


def test_the_same_is_the_same_whoever_holds_it() -> None:
    assert fingerprint([call(Returned(np.array([1.0, np.nan])))]) == fingerprint(
        [call(Returned(np.array([1.0, np.nan])))]
    )


def test_what_cannot_be_written_down_is_never_the_same() -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    assert fingerprint([call(Returned(deep))]) is None
    assert fingerprint([call(Returned(Opaque("x"), (deep,)))]) is None
