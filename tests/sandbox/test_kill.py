"""Whoever is killed, and whenever: no process or control group is left, and the next grading is right."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Died, Limits, Pool, Program, Returned, TimedOut
from tests.sandbox.conftest import linux
from tests.sandbox.stage import REPOSITORY

pytestmark = [linux, pytest.mark.slow]

MOMENTS = int(os.environ.get("SANDBOX_KILLS", "60"))
OURS = "descenso-"
PROGRAM = Program("def f(loop):\n    while loop: pass\n    return 7\n", "answer.py", ("f",))
GRADER = """
from grader.sandbox import Limits, Pool, Program
program = Program("def f(loop):\\n    while loop: pass\\n    return 7\\n", "answer.py", ("f",))
print("starting", flush=True)
with Pool("numpy", spares=1) as pool:
    while True:
        with pool.open(program, Limits(call_seconds=0.02), 0) as session:
            session.call("f", (False,))
            session.call("f", (True,))
"""


@pytest.fixture(autouse=True)
def adopt() -> Iterator[None]:
    """Orphans come to this process, so that none can slip away unseen."""
    libc = ctypes.CDLL(None)
    libc.prctl(36, 1, 0, 0, 0)
    yield
    libc.prctl(36, 0, 0, 0, 0)


def parents() -> dict[int, int]:
    """Each living process and its parent; zombies among our own orphans are reaped on the way."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            pid, parent = int(status.parent.name), int(fields[1])
            if fields[0] == "Z" and parent == os.getpid():
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            elif fields[0] != "Z":
                found[pid] = parent
    return found


def descendants(ancestor: int) -> list[int]:
    """The processes that come from one, youngest last."""
    tree = parents()
    found, frontier = [], [ancestor]
    while frontier:
        frontier = [pid for pid, parent in tree.items() if parent in frontier]
        found += frontier
    return found


def left_of(before: list[int], seconds: float = 10) -> list[int]:
    """Descendants that are still there, and were not before, when there has been time to end."""
    give_up = time.monotonic() + seconds
    while (left := sorted(set(descendants(os.getpid())) - set(before))) and time.monotonic() < give_up:
        time.sleep(0.005)
    return left


def groups() -> set[str]:
    """The control groups of pools whose process has ended."""
    # `os.walk` passes over a folder that is removed meanwhile; a glob does not.
    found = (Path(at, name) for at, names, _ in os.walk("/sys/fs/cgroup") for name in names if name.startswith(OURS))
    return {str(path) for path in found if not Path("/proc", path.name.removeprefix(OURS)).exists()}


def grades_right(pool: Pool) -> bool:
    with pool.open(PROGRAM, Limits(), 0) as session:
        return session.call("f", (False,)) == Returned(7, (False,))


def test_killed_checker_leaves_nothing() -> None:
    """SIGKILL of the grader at random moments, from its first instant on: all that it started ends."""
    moments = random.Random(1)
    before, groups_before = descendants(os.getpid()), groups()
    for _ in range(MOMENTS // 2):
        grader = subprocess.Popen(
            [sys.executable, "-c", GRADER], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
        assert grader.stdout is not None
        grader.stdout.readline()
        time.sleep(moments.random() * 0.5)
        grader.kill()
        grader.wait()
        grader.stdout.close()
        assert left_of(before) == []
    give_up = time.monotonic() + 5
    while groups() - groups_before and time.monotonic() < give_up:
        time.sleep(0.01)
    assert groups() <= groups_before
    with Pool("numpy") as pool:
        assert grades_right(pool)


@pytest.mark.parametrize("victim", ["nanny", "zygote", "learner"])
def test_killed_child_is_replaced(victim: str) -> None:
    """SIGKILL of one of the processes at random moments of a grading: its end is known, and the next is right."""
    moments = random.Random(2)
    before = descendants(os.getpid())
    with Pool("numpy") as pool:
        for _ in range(MOMENTS // 6 + 1):
            assert grades_right(pool)
            with pool.open(PROGRAM, Limits(call_seconds=0.1), 0) as session:
                family = [pool.process, *descendants(pool.process)]
                chosen = {"nanny": family[0], "zygote": family[min(1, len(family) - 1)], "learner": family[-1]}[victim]
                time.sleep(moments.random() * 0.01)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chosen, signal.SIGKILL)
                ended = session.call("f", (moments.random() < 0.5,))
            assert isinstance(ended, Returned | TimedOut | Died), ended
            assert grades_right(pool)
    assert left_of(before) == []


@pytest.mark.parametrize("without", [(), ("pdeathsig",)], ids=["with", "without"])
def test_children_die_with_a_zygote_that_has_no_namespace(without: tuple[str, ...]) -> None:
    """Where no pid namespace ends them, a looping child dies with its zygote by PDEATHSIG, and by nothing else."""
    with Pool("numpy", without=("private_root", "namespaces", "user_namespace", "cgroup", *without)) as pool:
        session = pool.open(PROGRAM, Limits(call_seconds=0.05, total_seconds=20), 0)
        child = descendants(pool.process)[-1]
        # A child that is reading ends when its channel does; one that is stopped can only be killed.
        os.kill(child, signal.SIGSTOP)
        os.kill(pool.process, signal.SIGKILL)
        time.sleep(0.3)
        lives = child in parents()
        if lives:
            os.kill(child, signal.SIGKILL)
        session.close()
    assert lives == bool(without)
