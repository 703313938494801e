"""The reference solution as something that answers calls, and remembers its answers for a whole class."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import deepcopy
from inspect import signature
from types import ModuleType
from typing import Any

import numpy as np

from grader.course import Exercise
from grader.errors import CourseError
from grader.locale import say
from grader.sandbox import Ended, Limits, Pool, Program, Returned, Session

MOST_ANSWERS = 4096


def reference_callee(exercise: Exercise, trusted_pool: Callable[[], Pool], seed: int) -> Remembering:
    """What answers for an exercise's reference, each question once; to be closed."""
    if exercise.manifest.runtime == "numpy":
        return Remembering(InProcess(exercise))
    return Remembering(InTrustedInterpreter(exercise, trusted_pool, seed))


class InProcess:
    """A NumPy reference in this process: it is course code, and quicker than any message."""

    def __init__(self, exercise: Exercise) -> None:
        self._entry_points = exercise.manifest.entry_points
        self._module = _module("reference", exercise.reference, exercise.manifest.file)
        self._harness = _module("harness", exercise.harness, "harness.py")

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The reference's answer on copies of the arguments, which come back as the call left them."""
        own_args, own_kwargs = deepcopy(args), deepcopy(kwargs or {})
        if function in self._entry_points:
            value = getattr(self._module, function)(*own_args, **own_kwargs)
        else:
            driver = getattr(self._harness, function)
            handed = [
                getattr(self._module, name) for name in signature(driver).parameters if name in self._entry_points
            ]
            value = driver(*handed, *own_args, **own_kwargs)
        return Returned(value=value, arguments=own_args, keywords=own_kwargs)

    def close(self) -> None:
        """Nothing is open: the answers come from this process."""


class InTrustedInterpreter:
    """A torch reference in the interpreter for course code, so that the grader's process never imports torch."""

    def __init__(self, exercise: Exercise, pool: Callable[[], Pool], seed: int) -> None:
        self._exercise = exercise
        self._pool = pool
        self._seed = seed
        self._session: Session | None = None

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The reference's answer; raises `CourseError` where it does not give one."""
        if self._session is None:
            manifest = self._exercise.manifest
            program = Program(
                source=self._exercise.reference,
                filename=manifest.file,
                entry_points=manifest.entry_points,
                harness=self._exercise.harness,
            )
            self._session = self._pool().open(program, Limits(total_seconds=3600.0), self._seed)
        ended = self._session.call(function, args, kwargs)
        if not isinstance(ended, Returned):
            raise CourseError(
                say(
                    "The reference of exercise {number} does not answer {function}: {problem}",
                    number=self._exercise.number,
                    function=function,
                    problem=repr(ended)[:500],
                )
            )
        return ended

    def close(self) -> None:
        """End the child that answered; another call starts a new one."""
        if self._session is not None:
            self._session.close()
            self._session = None


class Remembering:
    """Answers each question once: for a class, every submission is asked the same questions."""

    def __init__(self, callee: InProcess | InTrustedInterpreter) -> None:
        self._callee = callee
        self._answers: dict[Hashable, Ended] = {}

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The remembered answer, or the callee's. Its arrays are read-only: every submission is held against them."""
        key = (function, _key(args), _key(kwargs or {}))
        if key not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            # A copy, since what was returned may be the reference's own state.
            self._answers[key] = _read_only(deepcopy(self._callee.call(function, args, kwargs)))
        return self._answers[key]

    def close(self) -> None:
        """End what answers; the answers stay."""
        self._callee.close()


def _read_only(ended: Ended) -> Ended:
    """The same answer, in which writing to an array raises: a check that does so is at fault, and must be told."""
    if isinstance(ended, Returned):
        _freeze((ended.value, ended.arguments, ended.keywords))
    return ended


def _freeze(value: Any) -> None:
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | list):
        for part in value:
            _freeze(part)
    elif isinstance(value, dict):
        for part in value.values():
            _freeze(part)


def _key(value: Any) -> Hashable:
    """Something equal for equal questions only: arrays count by dtype, shape and bytes."""
    if isinstance(value, np.ndarray):
        return ("array", value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, tuple | list):
        return (type(value).__name__, *(_key(part) for part in value))
    if isinstance(value, dict):
        return ("dict", *((_key(name), _key(part)) for name, part in value.items()))
    return (type(value).__name__, repr(value))


def _module(name: str, source: str, filename: str) -> ModuleType:
    module = ModuleType(f"_course_{name}")
    exec(compile(source, filename, "exec"), module.__dict__)  # the trusted course's own code
    return module
