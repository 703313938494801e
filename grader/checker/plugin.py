"""A pytest plugin that turns hidden checks and a batch of submissions into check results.

pytest collects the checks once; the fixture `submission` is parametrized over the batch, so that all checks of
one submission run in turn, in one child process, and its results leave as soon as the last has run. A check may
ask for `learner` and `reference` (proxies), `rng` (inputs from the run's seed and the check's name, the same for every
submission) and `expect` (assertions with the exercise's tolerance).
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.checker.expect import Expect
from grader.checker.judging import Run, unanswered, unjudged
from grader.checker.judging import result as result_of
from grader.checker.learner import Callee, CallFailed, Proxy, callable_names, subjects
from grader.checker.mismatches import CheckFailed
from grader.checker.submissions import Checked, Prepared, everywhere, limits_of, program_of
from grader.course import Check, Exercise
from grader.errors import CourseError, GraderError, IsolationError
from grader.locale import say
from grader.results import CheckResult, Outcome
from grader.sandbox import Pool

_BREAKS = (Exception, SystemExit, pytest.fail.Exception, pytest.skip.Exception)
"""What may end a check otherwise than its author meant."""


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
        self._is_called_off = False
        manifest = exercise.manifest
        self._checks = {f"test_{check.id}": check for check in manifest.check}
        self._functions = callable_names(manifest.entry_points, exercise.harness)
        self._subjects = subjects(manifest.entry_points, exercise.harness)
        self._reference = Proxy(reference, self._functions, keeps_all=False)
        self._expect = Expect(manifest.tolerance)
        self._limits = limits_of(exercise)
        self._run: Run | None = None

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
            self._hand_over(index, everywhere(self.exercise, Outcome.GRADER_ERROR, error.message))
            yield
            return
        with session:
            run = self._run = Run(
                session, Proxy(session, self._functions, subjects=self._subjects), self.exercise.manifest.file
            )
            yield
        self._run = None
        if self._is_called_off:  # half a result is none
            return
        results = tuple(run.results.get(check.id) or unjudged(check) for check in self.exercise.manifest.check)
        seconds = time.perf_counter() - started
        self._hand_over(index, Checked(results, run.proxy.calls, run.load_message, session.output, seconds))

    def _hand_over(self, index: int, checked: Checked) -> None:
        try:
            self.on_checked(index, checked)
        except Exception as error:  # the caller's own: it wants no more results, and wants this back
            self.fault = self.fault or error
            self._is_called_off = True

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Stop where nobody takes the results any more."""
        if self._is_called_off:
            raise KeyboardInterrupt

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
        except _NotRun as not_run:
            run.results[check.id] = not_run.result
            return True
        except CheckFailed as failed:
            found = result_of(check, Outcome.FAILED, failed.message, mismatch=failed.mismatch)
        except CallFailed as failed:
            found = unanswered(check, failed)
        except IsolationError as error:
            found = result_of(check, Outcome.GRADER_ERROR, error.message)
        except _BREAKS as error:
            found = self._odd(check, pyfuncitem, error)
        else:
            found = result_of(check, Outcome.PASSED)
        run.keep(check, found)
        return True

    # pytest looks only at names that begin with its own.
    @pytest.hookimpl(tryfirst=True, specname="pytest_pyfunc_call")
    def pytest_leave_out_what_cannot_be_answered(self, pyfuncitem: pytest.Function) -> object:
        """A check that would only wait, or ask a file that did not load, is not run."""
        run = self._run
        if run is None:
            return True
        known = run.not_to_be_asked(self._checks[_name(pyfuncitem)])
        if known is not None:
            raise _NotRun(known)
        return None

    def _odd(self, check: Check, item: pytest.Function, error: BaseException) -> CheckResult:
        """An exception in the check itself: the learner's value was unusable, unless the reference fails as well."""
        if self._passes_on_reference(item):
            message = say(
                "What the functions returned could not be used ({problem}). Read the expected types in the brief.",
                problem=type(error).__name__,
            )
            return result_of(check, Outcome.FAILED, message)
        message = say(
            "The check itself broke ({problem}): not your fault, and no points are lost.", problem=repr(error)
        )
        return result_of(check, Outcome.GRADER_ERROR, message)

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
        except _BREAKS:  # whatever it is, the check cannot be trusted
            return False
        return True

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    # Faults

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A checks module that cannot be collected is the course's fault."""
        self._note(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """So is what fails outside a check's own call: it asked for a fixture that does not exist."""
        self._note(report)

    def _note(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.failed and self.fault is None:
            place, problem = _last_words(str(report.longrepr), self.exercise.checks_path)
            self.fault = CourseError(say("{path} cannot be run: {problem}", path=place, problem=problem))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the exception; printing it is the caller's affair."""
        self.fault = self.fault or excinfo.value
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep the interruption, of which pytest would make an exit code."""
        self._is_called_off = True
        self.fault = self.fault or excinfo.value


class _NotRun(Exception):
    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.id)
        self.result = result


def _name(item: Any) -> str:
    return str(getattr(item, "originalname", None) or item.name)


def _last_words(told: str, path: Path) -> tuple[str, str]:
    """Of pytest's account of a failure, the last place in the checks, and the exception's own line."""
    places = re.findall(rf'{re.escape(path.name)}(?::|", line )(\d+)', told)
    words = [line[1:].strip() for line in told.splitlines() if re.match("E +\\S", line)]
    return f"{path}:{places[-1]}" if places else str(path), (words or told.splitlines() or ["?"])[-1][:300]
