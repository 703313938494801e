"""The hidden checks of an exercise as functions that can be called: found once by pytest, closed off from everything.

pytest reads `checks.py`, its parametrized cases and its names. It does not run them: asking nine questions of each of
a thousand submissions, its protocol took longer than the submissions did (docs/decisions/0006).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course import Check, Exercise
from grader.errors import CourseError
from grader.locale import say
from grader.locale.system import problem_of

GIVEN = ("learner", "reference", "rng", "expect")
"""What a check may ask for, besides what it is parametrized over."""

_INI = Path(__file__).parent / "checks.ini"
_UNUSED = (
    "cacheprovider",
    "terminal",
    "capture",
    "junitxml",
    "pastebin",
    "debugging",
    "doctest",
    "nose",
    "unittest",
    "recwarn",
    "warnings",
    "stepwise",
    "faulthandler",
    "logging",
    "setuponly",
    "setupplan",
    "tmpdir",
    "monkeypatch",
    "skipping",
    "threadexception",
    "unraisableexception",
    "reports",
    "legacypath",
)
_MOST_KEPT = 16


class Question(msgspec.Struct, frozen=True):
    """One check as a function, or one case of a parametrized one."""

    check: Check
    function: Callable[..., None]
    wanted: tuple[str, ...]
    case: dict[str, Any]

    def ask(self, given: dict[str, Any]) -> None:
        """Call the check with what it asks for out of `GIVEN`."""
        self.function(**{name: given[name] for name in self.wanted}, **self.case)


_kept: dict[tuple[Path, bytes, tuple[Check, ...]], tuple[Question, ...]] = {}


def questions(exercise: Exercise) -> tuple[Question, ...]:
    """An exercise's checks in the manifest's order, read anew only where the file or the manifest has changed.

    Raises `CourseError` where they cannot be read, or are not those that the manifest names.
    """
    path = exercise.checks_path
    try:
        key = path, path.read_bytes(), tuple(exercise.manifest.check)
    except OSError as error:
        raise CourseError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = _collect(exercise)
    return _kept[key]


def _collect(exercise: Exercise) -> tuple[Question, ...]:
    collector = _Collector(exercise)
    path = exercise.checks_path
    arguments = [
        "-c",
        str(_INI),
        "--rootdir",
        str(path.parent),
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        *(word for name in _UNUSED for word in ("-p", f"no:{name}")),
        str(path),
    ]
    with _closed_off(path):
        code = pytest.main(arguments, plugins=[collector])
    if collector.fault is not None:
        raise collector.fault
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest ended with {code!r} on {path}")
    return tuple(collector.found)


@contextmanager
def _closed_off(path: Path) -> Iterator[None]:
    """No setting from the environment, no plugin of another package, no stale module of another run."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(kept)
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == str(path):
                del sys.modules[name]


class _Collector:
    """A pytest plugin that keeps what was collected, and runs none of it."""

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Have the one option of the plugins left out that pytest 8.0 reads where a file cannot be imported."""
        parser.addoption("--verbosity", dest="verbose", type=int, default=0)

    def __init__(self, exercise: Exercise) -> None:
        self._path = exercise.checks_path
        self._checks = {f"test_{check.id}": check for check in exercise.manifest.check}
        self.found: list[Question] = []
        self.fault: BaseException | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Hold the checks against the manifest, and bring them into its order."""
        named = {_name(item) for item in items}
        if named != set(self._checks):
            odd = ", ".join(sorted(named ^ set(self._checks)))
            raise CourseError(
                say("{path} and the manifest do not name the same checks: {odd}.", path=self._path, odd=odd)
            )
        order = {name: place for place, name in enumerate(self._checks)}
        items.sort(key=lambda item: order[_name(item)])
        self.found = [self._question(item) for item in items if isinstance(item, pytest.Function)]

    def _question(self, item: pytest.Function) -> Question:
        case = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        wanted = [name for name in item.fixturenames if name not in case]
        odd = [name for name in wanted if name not in GIVEN]
        if odd:
            line = item.function.__code__.co_firstlineno
            raise CourseError(
                say(
                    "{path} cannot be run: a check may ask for {given}, and not for {odd}.",
                    path=f"{self._path}:{line}",
                    given=", ".join(GIVEN),
                    odd=", ".join(odd),
                )
            )
        return Question(self._checks[_name(item)], item.obj, tuple(wanted), case)

    def pytest_runtestloop(self) -> bool:
        """There is nothing left for pytest to do."""
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A checks module that cannot be collected is the course's fault."""
        if report.failed and self.fault is None:
            place, problem = _last_words(str(report.longrepr), self._path)
            self.fault = CourseError(say("{path} cannot be run: {problem}", path=place, problem=problem))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the exception; printing it is the caller's affair."""
        self.fault = self.fault or excinfo.value
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep the interruption, of which pytest would make an exit code."""
        self.fault = self.fault or excinfo.value


def _name(item: Any) -> str:
    return str(getattr(item, "originalname", None) or item.name)


def _last_words(told: str, path: Path) -> tuple[str, str]:
    """Of pytest's account of a failure, the last place in the checks, and the exception's own line."""
    places = re.findall(rf'{re.escape(path.name)}(?::|", line )(\d+)', told)
    words = [line[1:].strip() for line in told.splitlines() if re.match("E +\\S", line)]
    return f"{path}:{places[-1]}" if places else str(path), (words or told.splitlines() or ["?"])[-1][:300]
