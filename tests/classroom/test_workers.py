"""Processes that grade beside this one: they end with it, and leave Ctrl-C to it."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from grader.classroom.workers import local_workers


def hears_ctrl_c(pid: int) -> bool:
    """Whether SIGINT would reach this process now: neither blocked nor ignored, by what the kernel says of it."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    kept_off = int(status["SigBlk"], 16) | int(status["SigIgn"], 16)
    return not kept_off & (1 << (signal.SIGINT - 1))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells it in /proc")
def test_no_worker_hears_ctrl_c_from_its_first_moment_on() -> None:
    """An executor starts its processes one by one, as tasks come; each spends a moment importing before it runs any."""
    before = set(multiprocessing.active_children())
    with suppress(KeyboardInterrupt), local_workers(3) as executor:
        for _ in range(3):
            executor.submit(time.sleep, 600)
            started = set(multiprocessing.active_children()) - before
            assert not any(hears_ctrl_c(process.pid or 0) for process in started)
        assert len(started) == 3
        raise KeyboardInterrupt  # or the tasks would be waited for


def interrupted_beside(seconds: float) -> None:
    with local_workers(2) as executor:
        executor.submit(time.sleep, seconds)
        raise KeyboardInterrupt


def test_an_error_ends_local_workers_at_once() -> None:
    """A run that was stopped waits for no batch, and leaves no process behind."""
    before = set(multiprocessing.active_children())
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted_beside(600)
    assert time.monotonic() - started < 300
    assert set(multiprocessing.active_children()) <= before
