"""Whatever is killed while `grade class` runs, the database ends as if nothing had been.

A kill of each kind belongs to the suite; `CLASS_KILLS=25 python -m pytest tests/classroom/test_kills.py` is the
series of a hundred.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from bench.synthetic_class import synthetic_class, write_class
from grader.classroom.store import Store
from grader.results import to_json
from grader.sandbox.far import zygote
from tests.classroom.conftest import Postgres
from tests.content import driver

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CLASS_KILLS", "1"))
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred submissions of every kind, which take seconds to grade."""
    folder = tmp_path_factory.mktemp("class")
    write_class(folder, synthetic_class(driver.course(), 100, seed=4, exercises=(1, 3, 5)))
    return folder


@pytest.fixture(scope="module")
def calm(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What a run that is left alone keeps."""
    out = tmp_path_factory.mktemp("calm")
    grade(handed_in, out)
    rows = kept(str(out / "class.sqlite3"))
    assert len(rows) == 100
    return rows


def kept(where: str) -> list[tuple[object, ...]]:
    """Every row that a run decides, to the last digit; not when it was made, nor how long that took."""
    with Store.open(where) as store:
        return sorted(
            (
                one.submission.learner,
                one.submission.exercise,
                one.submission.attempt,
                one.submission.sha256,
                msgspec.json.encode(one.edition),
                to_json(msgspec.structs.replace(one.report, seconds=0.0)),
            )
            for one in store.results()
        )


def command(folder: Path, out: Path, *more: str) -> list[str]:
    every = [sys.executable, "-m", "grader", "class", str(folder), "--out", str(out), "--no-pages", "--seed", "77"]
    return [*every, "-j", "2", *more]


def grade(folder: Path, out: Path, *more: str) -> None:
    subprocess.run(command(folder, out, *more), check=True, **QUIET)


def started(folder: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(folder, out, *more), start_new_session=True, **QUIET)


def moments(kind: str, least: float, most: float) -> Iterator[float]:
    """As many moments as there are to be kills of a kind, the same in every run of the suite."""
    rng = random.Random(f"{kind} 7")
    return (rng.uniform(least, most) for _ in range(KILLS))


def test_of_the_grader(handed_in: Path, calm: list[tuple[object, ...]], tmp_path: Path) -> None:
    for number, moment in enumerate(moments("grader", 0.2, 4.0)):
        out = tmp_path / str(number)
        run = started(handed_in, out)
        time.sleep(moment)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert nobody_left(run.pid), "a process outlived the run that started it"
        grade(handed_in, out)
        assert kept(str(out / "class.sqlite3")) == calm, f"killed after {moment:.3f} s"


def test_of_a_zygote(handed_in: Path, calm: list[tuple[object, ...]], tmp_path: Path) -> None:
    """It is replaced, and the run goes on by itself."""
    rng = random.Random(3)
    struck = 0
    for number, moment in enumerate(moments("zygote", 0.0, 1.2)):
        out = tmp_path / str(number)
        run = started(handed_in, out)
        while not zygotes_below(run.pid) and run.poll() is None:
            time.sleep(0.05)
        time.sleep(moment if number else 0.0)  # a later one may come when all is done, the first may not
        struck += strikes(run, rng)
        assert run.wait(timeout=120) == 0
        assert kept(str(out / "class.sqlite3")) == calm, f"killed {moment:.3f} s after it began"
    assert struck > KILLS // 2


def strikes(run: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Kill one zygote, however often it is gone before the blow; whether the run was not over before."""
    while run.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess, IndexError):
            rng.choice(zygotes_below(run.pid)).kill()
            return True
        time.sleep(0.01)
    return False


def zygotes_below(pid: int) -> list[psutil.Process]:
    """What the workers started, nannies among them, and the zygotes under nannies; no child that runs a submission.

    All are forks of one another and are called alike: a zygote under a nanny has process numbers of its own.
    """
    try:
        alike = {each.pid: each for each in psutil.Process(pid).children(recursive=True) if is_zygote(each)}
        started_first = [each for each in alike.values() if each.ppid() not in alike]
        return started_first + [
            each for first in started_first for each in first.children() if numbers_of(each) > numbers_of(first)
        ]
    except (psutil.NoSuchProcess, OSError):
        return []


def numbers_of(process: psutil.Process) -> int:
    """In how many namespaces a process has a number."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return len(status.partition("NSpid:")[2].partition("\n")[0].split())


def is_zygote(process: psutil.Process) -> bool:
    try:
        return any(zygote.__name__ in word for word in process.cmdline())
    except psutil.Error:
        return False


def test_of_postgresql(handed_in: Path, calm: list[tuple[object, ...]], tmp_path: Path, postgres: Postgres) -> None:
    """The grader waits until it is back."""
    for number, moment in enumerate(moments("postgresql", 0.5, 4.0)):
        where = postgres.fresh_database()
        run = started(handed_in, tmp_path / str(number), "--db", where)
        time.sleep(moment)
        os.kill(postgres.postmaster(), signal.SIGKILL)
        postgres.restart_after_kill()
        if run.wait(timeout=120) != 0:  # before its first word with the server it may say that nobody answers
            grade(handed_in, tmp_path / str(number), "--db", where)
        assert kept(where) == calm, f"killed after {moment:.3f} s"


def test_of_a_dask_worker(handed_in: Path, calm: list[tuple[object, ...]], tmp_path: Path) -> None:
    """What it had is given to another; a new one takes its place for the next run."""
    file = tmp_path / "scheduler.json"
    quiet = {**QUIET, "env": os.environ | {"PYTHONWARNINGS": "ignore"}}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    scheduler = subprocess.Popen([*dask, "--no-dashboard", "--scheduler-file", str(file)], **quiet)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        address = wait_for_address(file)
        join = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
        join += ["--host", "127.0.0.1", "--local-directory", str(tmp_path)]
        for number, moment in enumerate(moments("dask", 1.5, 5.0)):
            while len(workers) < 2:
                workers.append(subprocess.Popen(join, start_new_session=True, **quiet))
            out = tmp_path / str(number)
            run = started(handed_in, out, "--scheduler", address)
            time.sleep(moment)
            os.killpg(workers[0].pid, signal.SIGKILL)
            workers.pop(0).wait()
            assert run.wait(timeout=180) == 0
            assert kept(str(out / "class.sqlite3")) == calm, f"killed after {moment:.3f} s"
    finally:
        for process in workers:
            with_group(process)
        scheduler.kill()
        scheduler.wait()


def nobody_left(session: int, patience: float = 20.0) -> bool:
    """Whether every process of a session has ended, given a moment to."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if not any(_session(pid) == session for pid in os.listdir("/proc") if pid.isdecimal()):
            return True
        time.sleep(0.05)
    return False


def _session(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError):
        return -1


def wait_for_address(file: Path) -> str:
    for _ in range(300):
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def with_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
