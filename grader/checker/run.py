"""An exercise and a batch of submissions turned into check results, by one closed-off run of pytest."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.checker.learner import Callee
from grader.checker.plugin import ChecksPlugin
from grader.checker.submissions import Checked, Prepared, prepare
from grader.course import Exercise
from grader.sandbox import Pool

BATCH = 200
"""Submissions a run of pytest: more gain nothing, and a fault loses fewer."""

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


def run_checks(
    exercise: Exercise,
    contents: Sequence[bytes],
    *,
    pool: Callable[[], Pool],
    reference: Callable[[], Callee],
    seed: int,
    on_checked: Callable[[int, Checked], None],
    lint: bool = True,
) -> None:
    """Check every submission and hand each result, with its index, to `on_checked` as it is known.

    Without `lint`, refused shortcuts are let through, as an oracle needs them. `pool` and `reference` are asked for
    only where a submission has to be run. Raises what the course or the grader did wrong, after every submission that
    could be judged has been.
    """
    runnable: list[tuple[int, Prepared]] = []
    for index, content in enumerate(contents):
        prepared = prepare(exercise, content, lint=lint)
        if isinstance(prepared, Checked):
            on_checked(index, prepared)
        else:
            runnable.append((index, prepared))
    for start in range(0, len(runnable), BATCH):
        part = runnable[start : start + BATCH]
        indexes = [index for index, _ in part]
        plugin = ChecksPlugin(
            exercise,
            [prepared for _, prepared in part],
            pool(),
            reference(),
            seed,
            _renumbered(on_checked, indexes),
        )
        _run_pytest(exercise.checks_path, plugin)


def _renumbered(on_checked: Callable[[int, Checked], None], indexes: list[int]) -> Callable[[int, Checked], None]:
    return lambda place, checked: on_checked(indexes[place], checked)


def _run_pytest(path: Path, plugin: ChecksPlugin) -> None:
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
        code = pytest.main(arguments, plugins=[plugin, plugin.fixtures()])
    if plugin.fault is not None:
        raise plugin.fault
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest ended with {code!r} on {path}")


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
