"""A pytest plugin that turns hidden checks and a batch of submissions into check results.

pytest collects the checks once; the fixture `submission` is parametrized over the batch, so that all checks of
one submission run in turn, in one child process, and its results leave as soon as the last has run. A check may
ask for `learner` and `reference` (proxies), `rng` (inputs from the run's seed and the check's name, the same for every
submission) and `expect` (assertions with the exercise's tolerance).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.checker.expect import Expect
from grader.checker.learner import Callee, CallFailed, Proxy, callable_names
from grader.checker.mismatches import CheckFailed
from grader.checker.submissions import Checked, Prepared, everywhere, limits_of, program_of
from grader.checker.wording import ending, load_failure
from grader.course import Check, Exercise
from grader.errors import CourseError, GraderError
from grader.locale import say
from grader.results import CheckResult, Outcome
from grader.sandbox import Died, Pool, Raised, Returned, Session, TimedOut
from grader.text import Text

_OUTCOME_OF = {Raised: Outcome.FAILED, TimedOut: Outcome.TIMED_OUT, Died: Outcome.CRASHED}

MOST_TIMEOUTS = 2
"""Checks that may run out of time before the others are left alone: a loop in one is a loop in most."""


class ChecksPlugin:
    """Runs one exercise's checks over a batch and hands each submission's results to `on_checked`."""

    def __init__(
        self,
        exercise: Exercise,
        batch: list[Prepared],
        pool: Pool,
        reference: Callee,
        seed: int,
        on_checked: Callable[[int, Checked], None],
    ) -> None:
        self.exercise = exercise
        self.batch = batch
        self.pool = pool
        self.seed = seed
        self.on_checked = on_checked
        self.fault: BaseException | None = None
        manifest = exercise.manifest
        self._checks = {f"test_{check.id}": check for check in manifest.check}
        self._functions = callable_names(manifest.entry_points, exercise.harness)
        self._reference = Proxy(reference, self._functions, keeps_all=False)
        self._expect = Expect(manifest.tolerance)
        self._limits = limits_of(exercise)
        self._run: _Run | None = None

    # Collection

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Ask every check of every submission."""
        metafunc.parametrize("submission", range(len(self.batch)), indirect=True, scope="module")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Hold the checks against the manifest, and run each submission's in the manifest's order."""
        found = {_name(item) for item in items}
        if found != set(self._checks):
            odd = sorted(found ^ set(self._checks))
            raise CourseError(
                say(
                    "{path} and the manifest do not name the same checks: {odd}.",
                    path=self.exercise.checks_path,
                    odd=", ".join(odd),
                )
            )
        order = {name: place for place, name in enumerate(self._checks)}
        items.sort(key=lambda item: (item.callspec.params["submission"], order[_name(item)]))  # type: ignore[attr-defined]

    # Fixtures: pytest wants those that outlive a test to be functions, not methods, so they are made for each run

    def fixtures(self) -> ModuleType:
        """The fixtures as a module, to be registered beside the plugin."""

        @pytest.fixture(scope="module", autouse=True)
        def submission(request: pytest.FixtureRequest) -> Iterator[None]:
            with self._opened(request.param):
                yield

        @pytest.fixture
        def learner() -> Proxy:
            return self._reference if self._run is None else self._run.proxy

        @pytest.fixture
        def reference() -> Proxy:
            return self._reference

        @pytest.fixture
        def rng(request: pytest.FixtureRequest) -> np.random.Generator:
            return self._generator(_name(request.node))

        @pytest.fixture
        def expect() -> Expect:
            return self._expect

        module = ModuleType("checks_fixtures")
        module.__dict__.update(submission=submission, learner=learner, reference=reference, rng=rng, expect=expect)
        return module

    @contextmanager
    def _opened(self, index: int) -> Iterator[None]:
        """One submission, loaded in a child of its own for as long as its checks run."""
        started = time.perf_counter()
        try:
            session = self.pool.open(program_of(self.exercise, self.batch[index]), self._limits, self.seed)
        except GraderError as error:
            self._run = None
            self.on_checked(index, everywhere(self.exercise, Outcome.GRADER_ERROR, error.message))
            yield
            return
        with session:
            run = self._run = _Run(session, Proxy(session, self._functions), self.exercise.manifest.file)
            yield
        self._run = None
        results = tuple(run.results.get(check.id) or _unjudged(check) for check in self.exercise.manifest.check)
        seconds = time.perf_counter() - started
        self.on_checked(index, Checked(results, run.proxy.calls, run.load_message, session.output, seconds))

    # Running

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Turn whatever ends a check into its result, so that pytest sees none fail and prints nothing."""
        check = self._checks[_name(pyfuncitem)]
        run = self._run
        if run is None:  # no child could be had: the whole submission has been answered for
            yield
            return True
        run.proxy.check = check.id
        try:
            yield
        except _Blocked as blocked:
            run.results[check.id] = blocked.result
        except CheckFailed as failed:
            run.results[check.id] = _result(check, Outcome.FAILED, failed.message, mismatch=failed.mismatch)
        except CallFailed as failed:
            run.results[check.id] = _ended(check, failed)
        except Exception as error:
            run.results[check.id] = self._odd(check, pyfuncitem, error)
        else:
            run.results[check.id] = _result(check, Outcome.PASSED)
        run.results |= run.waiting
        return True

    # pytest looks only at names that begin with its own.
    @pytest.hookimpl(tryfirst=True, specname="pytest_pyfunc_call")
    def pytest_block_what_cannot_run(self, pyfuncitem: pytest.Function) -> object:
        """A check whose need did not pass is blocked, whatever it finds; a file that did not load fails none."""
        check = self._checks[_name(pyfuncitem)]
        run = self._run
        if run is None:
            return True
        if run.load_message is not None:
            raise _Blocked(_result(check, run.load_outcome, run.load_message, frames=run.load_frames))
        if sum(result.outcome is Outcome.TIMED_OUT for result in run.results.values()) >= MOST_TIMEOUTS:
            message = say("Not run: too many calls had already gone unanswered.")
            raise _Blocked(_result(check, Outcome.BLOCKED, message))
        needed = run.results.get(check.needs) if check.needs else None
        if needed is not None and needed.outcome is not Outcome.PASSED:
            blocked = _result(check, Outcome.BLOCKED, say("Waits for: {claim}.", claim=needed.claim))
            if needed.outcome in (Outcome.TIMED_OUT, Outcome.CRASHED):
                raise _Blocked(blocked)
            # Its questions are asked all the same: the answers help to tell one belief from another.
            run.waiting[check.id] = blocked
        return None

    def _odd(self, check: Check, item: pytest.Function, error: Exception) -> CheckResult:
        """An exception in the check itself: the learner's value was unusable, unless the reference fails as well."""
        if self._passes_on_reference(item):
            message = say(
                "What the functions returned could not be used ({problem}). Read the expected types in the brief.",
                problem=type(error).__name__,
            )
            return _result(check, Outcome.FAILED, message)
        message = say(
            "The check itself broke ({problem}): not your fault, and no points are lost.", problem=repr(error)
        )
        return _result(check, Outcome.GRADER_ERROR, message)

    def _passes_on_reference(self, item: pytest.Function) -> bool:
        arguments = {
            "learner": self._reference,
            "reference": self._reference,
            "rng": self._generator(_name(item)),
            "expect": self._expect,
        }
        wanted = item.function.__code__.co_varnames[: item.function.__code__.co_argcount]
        try:
            item.function(**{name: arguments[name] for name in wanted})
        except Exception:  # whatever it is, the check cannot be trusted
            return False
        return True

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    # Faults

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A checks module that cannot be collected is the course's fault."""
        if report.failed and self.fault is None:
            self.fault = CourseError(
                say(
                    "{path} cannot be run: {problem}",
                    path=self.exercise.checks_path,
                    problem=str(report.longrepr)[-2000:],
                )
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Anything that fails outside a check's own call is the grader's fault."""
        if report.failed and self.fault is None:
            self.fault = RuntimeError(str(report.longrepr)[-4000:])

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the exception; printing it is the caller's affair."""
        self.fault = self.fault or excinfo.value
        return True


class _Run:
    """What is known of one submission while its checks run."""

    def __init__(self, session: Session, proxy: Proxy, filename: str) -> None:
        self.session = session
        self.proxy = proxy
        self.results: dict[str, CheckResult] = {}
        self.waiting: dict[str, CheckResult] = {}
        ended = session.load
        self.load_message: Text | None = None
        self.load_outcome = Outcome.DID_NOT_LOAD
        self.load_frames = ended.frames if isinstance(ended, Raised) else ()
        if not isinstance(ended, Returned):
            self.load_message = load_failure(ended, filename)
            self.load_outcome = {TimedOut: Outcome.TIMED_OUT, Died: Outcome.CRASHED}.get(
                type(ended), Outcome.DID_NOT_LOAD
            )


class _Blocked(Exception):
    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.id)
        self.result = result


def _name(item: Any) -> str:
    return str(getattr(item, "originalname", None) or item.name)


def _result(check: Check, outcome: Outcome, message: Text | None = None, **more: Any) -> CheckResult:
    return CheckResult(
        id=check.id,
        claim=check.claim,
        outcome=outcome,
        points=check.points if outcome is Outcome.PASSED else 0.0,
        max_points=check.points,
        message=message,
        needs=check.needs,
        **more,
    )


def _ended(check: Check, failed: CallFailed) -> CheckResult:
    ended = failed.call.ended
    frames = ended.frames if isinstance(ended, Raised) else ()
    return _result(check, _OUTCOME_OF[type(ended)], ending(failed.call), frames=frames)


def _unjudged(check: Check) -> CheckResult:
    return _result(check, Outcome.GRADER_ERROR, say("This check was not run: not your fault, and no points are lost."))
