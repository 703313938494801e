"""The reference solution as something that answers calls, and remembers its answers for a whole class."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.course import Exercise
from grader.errors import CourseError
from grader.locale import say
from grader.sameness import digest
from grader.sandbox import Ended, Limits, Pool, Program, Returned, Session

MOST_ANSWERS = 4096
COURSE_LIMITS = Limits(call_seconds=20.0, total_seconds=24 * 3600.0, memory_mb=4096, replies_mb=0)
"""For the course's own code, whatever it does: so a child in reserve serves the reference and a diagnosis alike."""


def reference_callee(exercise: Exercise, trusted_pool: Callable[[], Pool], seed: int) -> Remembering:
    """What answers for an exercise's reference, each question once; to be closed."""
    if exercise.manifest.runtime == "numpy":
        return Remembering(InProcess(exercise))
    return Remembering(InTrustedInterpreter(exercise, trusted_pool, seed))


class InProcess:
    """A NumPy reference in this process: it is course code, and quicker than any message."""

    def __init__(self, exercise: Exercise) -> None:
        self._number = exercise.number
        self._entry_points = exercise.manifest.entry_points
        self._module = _module("reference", exercise.reference, exercise.solution / exercise.manifest.file)
        self._harness = _module("harness", exercise.harness, exercise.folder / "harness.py")

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The reference's answer on copies of the arguments, which come back as the call left them.

        Raises `CourseError` where it does not give one.
        """
        own_args, own_kwargs = deepcopy(args), deepcopy(kwargs or {})
        try:
            value = self._function(function)(*own_args, **own_kwargs)
        except Exception as error:
            raise _silent(self._number, function, f"{type(error).__name__}: {error}") from error
        return Returned(value=value, arguments=own_args, keywords=own_kwargs)

    def _function(self, name: str) -> Callable[..., Any]:
        if name in self._entry_points:
            return getattr(self._module, name)  # type: ignore[no-any-return]
        driver = getattr(self._harness, name)
        return partial(
            driver, *(getattr(self._module, own) for own in signature(driver).parameters if own in self._entry_points)
        )

    def close(self) -> None:
        """Nothing is open: the answers come from this process."""


class CourseChild:
    """One child of the trusted interpreter, for a program of the course's: starts when asked, and is to be closed."""

    def __init__(self, program: Program, pool: Callable[[], Pool], seed: int) -> None:
        self._program = program
        self._pool = pool
        self._seed = seed
        self._session: Session | None = None

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """How one call ended."""
        if self._session is None:
            self._session = self._pool().open(self._program, COURSE_LIMITS, self._seed)
        return self._session.call(function, args, kwargs)

    def close(self) -> None:
        """End the child; another call starts a new one."""
        if self._session is not None:
            self._session.close()
            self._session = None


class InTrustedInterpreter:
    """A torch reference in the interpreter for course code, so that the grader's process never imports torch."""

    def __init__(self, exercise: Exercise, pool: Callable[[], Pool], seed: int) -> None:
        manifest = exercise.manifest
        program = Program(
            source=exercise.reference,
            filename=manifest.file,
            entry_points=manifest.entry_points,
            harness=exercise.harness,
        )
        self._number = exercise.number
        self._child = CourseChild(program, pool, seed)

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The reference's answer; raises `CourseError` where it does not give one."""
        ended = self._child.call(function, args, kwargs)
        if not isinstance(ended, Returned):
            raise _silent(self._number, function, repr(ended))
        return ended

    def close(self) -> None:
        """End the child that answered; another call starts a new one."""
        self._child.close()


class Remembering:
    """Answers each question once: for a class, every submission is asked the same questions."""

    def __init__(self, callee: InProcess | InTrustedInterpreter) -> None:
        self._callee = callee
        self._answers: dict[bytes, Ended] = {}

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """The remembered answer, or the callee's. Its arrays are read-only: every submission is held against them."""
        key = digest((function, args, kwargs or {}))
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


def _silent(number: int, function: str, problem: str) -> CourseError:
    return CourseError(
        say(
            "The reference of exercise {number} does not answer {function}: {problem}",
            number=number,
            function=function,
            problem=problem[:500],
        )
    )


def _module(name: str, source: str, path: Path) -> ModuleType:
    """The trusted course's own code, run in this process; raises `CourseError` where it cannot be."""
    module = ModuleType(f"_course_{name}")
    try:
        exec(compile(source, path.name, "exec"), module.__dict__)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise CourseError(say("{path} cannot be run: {problem}", path=path, problem=problem[:500])) from error
    return module
