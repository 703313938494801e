"""An exercise's checks, run on its reference, turned into how each goes about it: when it asks, and how it judges."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials
from grader.checker import Proxy, callable_names
from grader.checker.collection import Question, questions
from grader.checker.expect import Expect
from grader.locale import say
from grader.sameness import digest

SEED = 0
OWN = "that"
"""The one assertion that judges by a condition of the check's own; `close`, `shape` and `unchanged` are ours."""


class Manner(NamedTuple):
    """How one check goes about it. `asks_on`: its questions hang on answers; `judged_by`: the assertions it used."""

    check: str
    asks_first: bool
    asks_on: bool
    judged_by: frozenset[str]


def asking_finding(trials: Trials) -> Finding:
    """Questions first, then judgement: which checks do so, which ask on from an answer, which judge by themselves."""
    found = manners(trials)
    notes = []
    if on := _named(found, lambda one: one.asks_on):
        notes.append(say("ask on from an answer: {checks}", checks=on))
    if itself := _named(found, lambda one: OWN in one.judged_by):
        notes.append(say("judge by a condition of their own: {checks}", checks=itself))
    return Finding(
        question="asking",
        title=say("asking"),
        summary=say(
            "{first} of {number} checks ask all before they judge",
            first=sum(one.asks_first for one in found),
            number=len(found),
        ),
        notes=tuple(notes),
    )


def manners(trials: Trials) -> list[Manner]:
    """How each check goes about it, with the reference in a learner's place."""
    return [_manner(trials, question) for question in questions(trials.exercise)]


def _named(found: list[Manner], holds: Callable[[Manner], bool]) -> str:
    return ", ".join(dict.fromkeys(one.check for one in found if holds(one)))


def _manner(trials: Trials, question: Question) -> Manner:
    plain, bent = _Watched(trials, bends=False), _Watched(trials, bends=True)
    for watched in (plain, bent):
        watched.run(question)
    last = max((place for place, event in enumerate(plain.events) if isinstance(event, bytes)), default=-1)
    judged = [event for event in plain.events if isinstance(event, str)]
    other = [event for event in bent.events if isinstance(event, bytes)]
    same = [event for event in plain.events if isinstance(event, bytes)][: len(other)] == other
    asks_first = not any(isinstance(event, str) for event in plain.events[: max(last, 0)])
    return Manner(question.check.id, asks_first, not same, frozenset(judged))


class _Watched:
    """A check run once: each question as a fingerprint, and the name of each assertion, in their order."""

    def __init__(self, trials: Trials, *, bends: bool) -> None:
        self.events: list[bytes | str] = []
        self._trials, self._bends = trials, bends

    def run(self, question: Question) -> None:
        """Nothing is judged, so that every question is asked; answers that were bent may still end the check."""
        exercise = self._trials.exercise
        functions = callable_names(exercise.manifest.entry_points, exercise.harness)
        callee = self._trials.examiner.reference(exercise, SEED)
        expect = Expect(exercise.manifest.tolerance)
        rng = np.random.default_rng([SEED, zlib.crc32(f"test_{question.check.id}".encode())])
        given = {"learner": _Asked(Proxy(callee, functions), self), "reference": Proxy(callee, functions), "rng": rng}
        try:
            question.ask(given | {"expect": _Judge(expect, self)})
        except Exception:
            if not self._bends:
                raise

    def answer(self, value: Any) -> Any:
        """An answer as it is given to the check."""
        return _bent(value) if self._bends else value


class _Asked:
    def __init__(self, proxy: Proxy, watched: _Watched) -> None:
        self._proxy, self._watched = proxy, watched

    def __getattr__(self, name: str) -> Any:
        if name == "last_call":
            return self._proxy.last_call

        def ask(*args: Any, **kwargs: Any) -> Any:
            self._watched.events.append(digest((name, args, kwargs)))
            return self._watched.answer(getattr(self._proxy, name)(*args, **kwargs))

        return ask


class _Judge:
    def __init__(self, expect: Expect, watched: _Watched) -> None:
        self.tolerance, self._watched = expect.tolerance, watched

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: self._watched.events.append(name)


def _bent(value: Any) -> Any:
    """The same structure with every number a little off."""
    if isinstance(value, dict):
        return {name: _bent(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(_bent, value))
    is_real = value.dtype.kind == "f" if isinstance(value, np.ndarray) else isinstance(value, float)
    return value * 1.001 if is_real else value
