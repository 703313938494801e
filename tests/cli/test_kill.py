"""Killed at whatever moment, `grade` leaves no process behind, and the next grading is right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import GRADE, Grade, surroundings
from tests.sandbox.test_kill import adopt, descendants, left_of  # noqa: F401  (the first is a fixture)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"),
]

MOMENTS = 30
LOOPS = "def adam_step(*_, **__):\n    while True: pass\n"


def test_a_killed_grading_leaves_no_process(tmp_path: Path, grade: Grade, reference: bytes) -> None:
    """From the first moment on to well within the learner's endless loop, whose children would loop for ever."""
    (tmp_path / "loops.py").write_text(LOOPS)
    before = descendants(os.getpid())
    moments = random.Random(7)
    met = 0
    for _ in range(MOMENTS):
        process = subprocess.Popen(
            [*GRADE, "exercise", "3", "--file", "loops.py"],
            cwd=tmp_path, env=surroundings(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moments.uniform(0.05, 1.0))
        met += len(descendants(process.pid)) > 0
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left_of(before) == []
    assert met > 0, "none was killed while it had children: the test shows nothing"
    assert grade("exercise", "3", "--file", "-", stdin=reference).code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_every_other_end_leaves_none_either(number: int, tmp_path: Path) -> None:
    (tmp_path / "loops.py").write_text(LOOPS)
    before = descendants(os.getpid())
    process = subprocess.Popen(
        [*GRADE, "exercise", "3", "--file", "loops.py"],
        cwd=tmp_path, env=surroundings(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not descendants(process.pid):
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(number)
    process.wait(timeout=60)
    assert left_of(before) == []
