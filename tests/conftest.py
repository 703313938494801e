"""What every test may ask of the machine: on CI a missing part fails a test, elsewhere it skips it with the reason."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.skips import pytest_sessionfinish, pytest_terminal_summary  # noqa: F401

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a suite in the background; programs under test would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    "sandbox/test_real_exercises.py",
    "sandbox/test_hostile.py",
    "test_watch.py",
    "sandbox/test_kill.py",
    "pages/test_learner_page.py",
    "cli/test_teach.py",
    "diagnosis/test_diagnose.py",
    "pages/test_quiz_pages.py",
    "authoring/test_authoring_page.py",
    "pages/test_class_pages.py",
    "test_wheel.py",
    "classroom/test_kills.py",
)
"""Files that take a minute or so begin first: begun last, one would keep a worker busy while the others are done."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the proofs of the content be longer than the suite's own: `.ci/run` does."""
    parser.addoption(
        "--seeds", type=int, default=1, metavar="N", help="at how many seeds tests/content tries programs (default 1)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files, and nothing within them."""
    root = Path(__file__).parent
    place = {str(root / name): number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(str(item.path), len(LONGEST)))


@pytest.fixture(scope="session")
def need() -> Callable[..., str]:
    """Give the path of a program, or skip with what to install; on CI nothing may be skipped."""

    def find(*programs: str, install: str) -> str:
        for program in programs:
            if path := shutil.which(program):
                return path
        reason = f"{' or '.join(programs)} is not installed: apt-get install {install}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    return find


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings and the journal of whoever runs it."""
    for name in ("GRADE_LANG", "GRADE_COURSE", "GRADE_DEBUG", "NO_COLOR", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
