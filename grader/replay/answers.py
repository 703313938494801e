"""A source asked the calls of a request: each answered once, within its time, and remembered for the next learner."""

from __future__ import annotations

import signal
import sys
import types
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from grader.replay.request import Answer, Recorded, Request, Room
from grader.sameness import digest
from grader.sameness.values import PLAIN


class TookTooLong(BaseException):
    """A variant that loops is cut off, whatever it catches, and has then answered nothing."""


BREAKS = (Exception, SystemExit, TookTooLong)
ROOM: Room = {"bytes": 2 << 20, "sources": 256}
"""What is remembered where a request does not say: `grade verify`, which asks every pair about every pair, has more.

Of answers, what counts are the many small ones; a large one is worked out as fast as it is compared.
"""


def questions_of(calls: list[Recorded]) -> list[bytes]:
    """What is equal for equal questions only, call by call."""
    return [digest((call["function"], call["arguments"], call["keywords"])) for call in calls]


class Answers:
    """One source's answers to the calls of a request, each worked out once, when it is first wanted.

    What the same source answered in an earlier request is not worked out again where all questions are the same, as
    they are in a class: a variant may remember what it was asked before, and goes on where it was.
    """

    remembered = 0

    def __init__(self, request: Request, source: str, questions: list[bytes]) -> None:
        self._request, self._questions = request, questions
        self._known: dict[int, Answer] = {}
        self._room = request.get("room", ROOM)
        whole = request["filename"], request["harness"], request["seconds"], tuple(questions)
        self._source = _source(self._room["sources"], source, *whole)

    def of(self, index: int) -> Answer:
        """The answer to one call."""
        question = self._questions[index]
        if question in self._source.answers:
            return self._source.answers[question]
        if index not in self._known:
            self._known[index] = self._source.broken or self._ask(self._request["calls"][index])
            self._remember(question, self._known[index])
        return self._known[index]

    def _remember(self, question: bytes, answer: Answer) -> None:
        # One that was cut off may be quicker another time, when the machine is less busy.
        if Answers.remembered < self._room["bytes"] and answer.raised != TookTooLong.__name__:
            self._source.answers[question] = answer
            Answers.remembered += _bytes(answer.whole)

    def _ask(self, call: Recorded) -> Answer:
        arguments, keywords = _copied(call["arguments"]), _copied(call["keywords"])
        try:
            with Deadline(self._request["seconds"]), np.errstate(all="ignore"):
                value = self._function(call["function"])(*arguments, **keywords)
        except BREAKS as error:
            left = () if isinstance(error, TookTooLong) else arguments
            return Answer(raised=type(error).__name__, message=str(error), arguments=left)
        finally:
            _put_back()
        return Answer(value, arguments, keywords)

    def _function(self, name: str) -> Callable[..., Any]:
        module, entry_points = self._source.module, self._request["entry_points"]
        if name in entry_points:
            return getattr(module, name)  # type: ignore[no-any-return]
        driver = getattr(self._source.harness, name)
        handed = [getattr(module, own) for own in signature(driver).parameters if own in entry_points]
        return lambda *arguments, **keywords: driver(*handed, *arguments, **keywords)


class _Source:
    """A source as modules, or why it has none: a mutant may not even load, and then answers everything with that.

    One for each list of questions, with the answers to these.
    """

    def __init__(self, source: str, filename: str, harness: str, seconds: float, _: tuple[bytes, ...]) -> None:
        self.answers: dict[bytes, Answer] = {}
        self.broken: Answer | None = None
        self.module = self.harness = types.ModuleType("submission")
        try:
            with Deadline(seconds):
                # Named as the learner's is: what they return of a class of their own is known by that name.
                self.module = module(filename.rpartition(".")[0] or "submission", source, filename)
                self.harness = module("harness", harness, "harness.py")
        except BREAKS as error:
            self.broken = Answer(raised=type(error).__name__, message=str(error))


_sources: dict[tuple[Any, ...], _Source] = {}


def _source(most: int, *whole: Any) -> _Source:
    """One made before, or a new one; where there are many, as in a search among mutants, none is kept for long."""
    if whole not in _sources:
        if len(_sources) >= most:
            _sources.clear()
            Answers.remembered = 0
        _sources[whole] = _Source(*whole)
    return _sources[whole]


def module(name: str, source: str, filename: str) -> types.ModuleType:
    """Course code as a module of its own."""
    made = types.ModuleType(name)
    exec(_code(source, filename), made.__dict__)
    return made


@cache
def _code(source: str, filename: str) -> types.CodeType:
    """Compiling takes longer than most answers, and every variant has the same harness."""
    return compile(source, filename, "exec")


def _copied(value: Any) -> Any:
    """As `deepcopy`, which is slow over the few kinds of values that most questions are made of."""
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    if kind is list or kind is tuple:
        return kind([_copied(part) for part in value])
    if kind is dict:
        return {name: _copied(part) for name, part in value.items()}
    return value if kind in PLAIN else deepcopy(value)


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return 100 + sum(map(_bytes, value.values()))
    return 100 + sum(map(_bytes, value)) if isinstance(value, tuple | list) else 50


def _put_back() -> None:
    """A variant may leave torch's gradients switched off; the next must not inherit that."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_grad_enabled(True)


class Deadline:
    """Cuts off what runs longer than some seconds, where the system has interval timers."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds if hasattr(signal, "setitimer") else 0.0

    def __enter__(self) -> None:
        if self._seconds:
            signal.signal(signal.SIGALRM, self._expired)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @staticmethod
    def _expired(number: int, frame: types.FrameType | None) -> None:
        raise TookTooLong
