"""An exercise and a batch of submissions turned into check results: every check asked of every submission in turn."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checker.asked import told_with_call
from grader.checker.collection import Question, questions
from grader.checker.expect import Expect
from grader.checker.judging import Run, put_aside, unanswered, unjudged
from grader.checker.judging import result as result_of
from grader.checker.learner import Callee, CallFailed, Proxy, callable_names, subjects
from grader.checker.mismatches import CheckFailed
from grader.checker.places import Places
from grader.checker.submissions import Checked, Prepared, everywhere, limits_of, prepare, program_of
from grader.course import Check, Exercise
from grader.errors import GraderError, IsolationError
from grader.locale import say
from grader.results import CheckResult, Outcome
from grader.sandbox import Pool, Session

_BREAKS = (Exception, SystemExit, pytest.fail.Exception, pytest.skip.Exception)
"""What may end a check otherwise than its author meant."""


def checked(
    exercise: Exercise,
    contents: Sequence[bytes],
    *,
    pool: Callable[[], Pool],
    reference: Callable[[], Callee],
    seed: int,
    lint: bool = True,
) -> Iterator[tuple[int, Checked]]:
    """What the checks find of every submission, with its index, each as it is known and before the next is opened.

    Those that need not be run come first. Without `lint`, refused shortcuts are let through, as an oracle needs them.
    `pool` and `reference` are asked for only where a submission has to be run. Raises `CourseError` where the checks
    cannot be run, after telling of every submission that needs none.
    """
    runnable: list[tuple[int, Prepared]] = []
    reading: dict[int, float] = {}
    for index, content in enumerate(contents):
        started = time.perf_counter()
        prepared = prepare(exercise, content, lint=lint)
        reading[index] = time.perf_counter() - started
        if isinstance(prepared, Checked):
            yield index, replace(prepared, seconds=reading[index])
        else:
            runnable.append((index, prepared))
    if runnable:
        own_pool = pool()  # it boots while the checks are read
        checking = Checking(exercise, reference(), seed)
        for index, prepared in runnable:
            found = checking.check(prepared, own_pool)
            yield index, replace(found, seconds=found.seconds + reading[index])


def ask_reference(exercise: Exercise, reference: Callee, seed: int) -> None:
    """Ask a reference that remembers its answers all that the checks will ask it."""
    Checking(exercise, reference, seed).ask_reference()


class Checking:
    """One exercise's checks with one seed, ready to be asked of any number of submissions.

    Each is given what it asks for: `learner` and `reference` (proxies), `rng` (inputs from the seed and the check's
    name, the same for every submission) and `expect` (assertions with the exercise's tolerance).
    """

    def __init__(self, exercise: Exercise, reference: Callee, seed: int) -> None:
        manifest = exercise.manifest
        self._exercise = exercise
        self._questions = questions(exercise)
        self._seed = seed
        self._functions = callable_names(manifest.entry_points, exercise.harness)
        self._subjects = subjects(manifest.entry_points, exercise.harness)
        self._reference = Proxy(reference, self._functions, keeps_all=False)
        self._expect = Expect(manifest.tolerance)
        self._limits = limits_of(exercise)
        self._inputs: dict[str, tuple[np.random.Generator, Any]] = {}

    def check(self, prepared: Prepared, pool: Pool) -> Checked:
        """Load one submission in a child of its own and ask it every check."""
        started = time.perf_counter()
        try:
            session = pool.open(program_of(self._exercise, prepared), self._limits, self._seed)
        except GraderError as error:
            return everywhere(self._exercise, Outcome.GRADER_ERROR, error.message)
        with session:
            run = self._asked(session, prepared.places)
        checks = self._exercise.manifest.check
        results = tuple(run.results.get(check.id) or unjudged(check) for check in checks)
        seconds = time.perf_counter() - started
        return Checked(
            results,
            run.proxy.calls,
            run.load_message,
            prepared.notes,
            (*prepared.passed_over, *put_aside(session.load)),
            session.output,
            seconds,
        )

    def ask_reference(self) -> None:
        """Ask the reference every check, as if it were a submission."""
        for question in self._questions:
            self._passes_on_reference(question)

    def _asked(self, session: Session, places: Places) -> Run:
        proxy = Proxy(session, self._functions, subjects=self._subjects)
        run = Run(session, proxy, places)
        for question in self._questions:
            check = question.check
            known = run.not_to_be_asked(check)
            if known is not None:
                run.results[check.id] = known
                continue
            proxy.check = check.id
            run.keep(check, self._judged(question, proxy, places))
        run.settle(self._exercise.manifest.check)
        return run

    def _judged(self, question: Question, proxy: Proxy, places: Places) -> CheckResult:
        """Whatever ends a check, as its result."""
        check = question.check
        try:
            question.ask(self._given(check, proxy))
        except CheckFailed as failed:
            own = [call for call in proxy.calls if call.check == check.id]
            return result_of(check, Outcome.FAILED, told_with_call(failed, own), mismatch=failed.mismatch)
        except CallFailed as failed:
            return unanswered(check, failed, places)
        except IsolationError as error:
            return result_of(check, Outcome.GRADER_ERROR, error.message)
        except _BREAKS as error:
            return self._odd(question, error)
        return result_of(check, Outcome.PASSED)

    def _given(self, check: Check, learner: Proxy) -> dict[str, Any]:
        return {
            "learner": learner,
            "reference": self._reference,
            "rng": self._generator(f"test_{check.id}"),
            "expect": self._expect,
        }

    def _generator(self, name: str) -> np.random.Generator:
        """A check's inputs from their beginning; to set a generator back is quicker than to make one."""
        if name not in self._inputs:
            made = np.random.default_rng([self._seed, zlib.crc32(name.encode())])
            self._inputs[name] = made, made.bit_generator.state
        rng, beginning = self._inputs[name]
        rng.bit_generator.state = beginning
        return rng

    def _odd(self, question: Question, error: BaseException) -> CheckResult:
        """An exception in the check itself: the learner's value was unusable, unless the reference fails as well."""
        if self._passes_on_reference(question):
            message = say(
                "What the functions returned could not be used ({problem}). Read the expected types in the brief.",
                problem=type(error).__name__,
            )
            return result_of(question.check, Outcome.FAILED, message)
        message = say(
            "The check itself broke ({problem}): not your fault, and no points are lost.", problem=repr(error)
        )
        return result_of(question.check, Outcome.GRADER_ERROR, message)

    def _passes_on_reference(self, question: Question) -> bool:
        try:
            question.ask(self._given(question.check, self._reference))
        except _BREAKS:  # whatever it is, the check cannot be trusted
            return False
        return True
