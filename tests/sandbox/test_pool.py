"""A pool is warm once, forks many, says what holds, and outlives the death of its zygote."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

import grader.sandbox
from grader.errors import IsolationError
from grader.sandbox import Limits, Opaque, Pool, Program, Raised, Returned, TimedOut
from tests.sandbox.conftest import linux

PLUS_ONE = Program("def f(x):\n    return x + 1\n", "answer.py", ("f",))
LIMITS = Limits()


def test_exported_names() -> None:
    """The face of the package is exactly this."""
    names = {
        "Died",
        "Ended",
        "Interrupted",
        "Limits",
        "Line",
        "Opaque",
        "Pool",
        "Program",
        "Raised",
        "Returned",
        "Session",
        "TimedOut",
    }
    assert set(grader.sandbox.__all__) == names
    assert all(getattr(grader.sandbox, name) for name in names)
    with pytest.raises(AttributeError):
        _ = grader.sandbox.nothing_of_the_kind


def test_versions_are_the_zygotes(pool: Pool) -> None:
    """Versions come from the far side, and a NumPy pool has no torch."""
    assert set(pool.versions) == {"python", "numpy"}
    assert pool.versions["python"] == sys.version.split()[0]


def test_numpy_pool_never_imports_torch(pool: Pool) -> None:
    """Nothing on the far side of a NumPy pool has loaded torch, the checker or the course."""
    source = "import sys\ndef f():\n    return sorted(n for n in sys.modules if n.startswith(('torch', 'grader')))\n"
    with pool.open(Program(source, "a.py", ("f",)), LIMITS, 0) as session:
        ended = session.call("f")
    assert isinstance(ended, Returned)
    roots = {name.split(".")[1] for name in ended.value if "." in name}
    assert roots == {"magics", "sandbox"}  # the former knows what a notebook's shell lines look like


def test_sessions_do_not_share_a_process(pool: Pool) -> None:
    """What one session changes in NumPy or in modules, another does not see, even at the same time."""
    breaks = Program("import numpy\ndef f(x):\n    numpy.ones = None\n    return x\n", "a.py", ("f",))
    uses = Program("import numpy\ndef f(x):\n    return numpy.ones(x).sum()\n", "a.py", ("f",))
    with pool.open(breaks, LIMITS, 0) as one, pool.open(uses, LIMITS, 0) as two:
        assert isinstance(one.call("f", (3,)), Returned)
        assert isinstance(two.call("f", (3,)), Returned)


def test_many_sessions_at_once(pool: Pool) -> None:
    """Threads may use one pool together."""
    results: list[object] = []

    def work(number: int) -> None:
        with pool.open(PLUS_ONE, LIMITS, 0) as session:
            results.append(session.call("f", (number,)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended.value for ended in results if isinstance(ended, Returned)) == list(range(1, 13))


def test_many_sessions_one_after_the_other(pool: Pool) -> None:
    """A pool forks more children in its life than it has slots."""
    for number in range(150):
        with pool.open(PLUS_ONE, LIMITS, 0) as session:
            assert session.call("f", (number,)) == Returned(number + 1, (number,))


@linux
def test_spare_children_wait(pool: Pool) -> None:
    """With children in reserve, sessions of the same and of other limits work."""
    with Pool("numpy", spares=2) as spare:
        for limits in (LIMITS, LIMITS, Limits(memory_mb=300), LIMITS, LIMITS):
            with spare.open(PLUS_ONE, limits, 0) as session:
                assert session.call("f", (1,)) == Returned(2, (1,))


@linux
def test_pool_started_on_a_thread_that_ends() -> None:
    """The zygote lives on when the thread that made the pool does not."""
    made: list[Pool] = []
    thread = threading.Thread(target=lambda: made.append(Pool("numpy")))
    thread.start()
    thread.join()
    time.sleep(0.1)
    with made[0] as pool, pool.open(PLUS_ONE, LIMITS, 0) as session:
        assert session.call("f", (1,)) == Returned(2, (1,))


@linux
def test_dead_zygote_is_replaced() -> None:
    """When the zygote is killed, open sessions and new ones go on with another."""
    with Pool("numpy", spares=1) as pool, pool.open(PLUS_ONE, LIMITS, 0) as session:
        for number in range(3):
            os.kill(pool.process, signal.SIGKILL)
            assert session.call("f", (number,)) == Returned(number + 1, (number,))
            with pool.open(PLUS_ONE, LIMITS, 0) as other:
                assert other.call("f", (number,)) == Returned(number + 1, (number,))


@linux
def test_zygote_whose_end_is_not_seen_yet_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its nanny may hold the line a moment longer than the children live, and those in reserve are dead as well."""
    with Pool("numpy", spares=2) as pool:
        for _ in range(2):
            with pool.open(PLUS_ONE, LIMITS, 0) as session:
                assert session.call("f", (1,)) == Returned(2, (1,))
        monkeypatch.setattr("grader.sandbox.near.family.Zygote.lives", lambda _: True)
        with pool.open(PLUS_ONE, LIMITS, 0) as session:
            os.kill(pool.process, signal.SIGKILL)
            time.sleep(0.5)
            assert session.call("f", (1,)) == Returned(2, (1,))


def test_closed_pool_says_so() -> None:
    """A closed pool opens nothing and says why."""
    pool = Pool("numpy")
    pool.close()
    pool.close()
    with pytest.raises(IsolationError):
        pool.open(PLUS_ONE, LIMITS, 0)


@linux
def test_silent_zygote_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zygote that stands still is an error in the end, not a wait without end."""
    monkeypatch.setattr("grader.sandbox.near.family._PATIENCE", 1)
    monkeypatch.setattr("grader.sandbox.near.session._READY_SECONDS", 1)
    with Pool("numpy", without=("private_root", "cgroup")) as pool:
        assert pool.versions
        os.kill(pool.process, signal.SIGSTOP)
        with pytest.raises(IsolationError):
            pool.open(
                Program("def f():\n    while True: pass\nf()\n", "a.py", ("f",)), Limits(call_seconds=0.1), 0
            ).call("f")
        os.kill(pool.process, signal.SIGCONT)


@linux
def test_pool_closes_before_it_is_warm() -> None:
    """Closing at once does not wait for the zygote to boot, and leaves no process."""
    started = time.monotonic()
    with Pool("torch") as warm:
        assert warm.versions
        whole = time.monotonic() - started
    pool = Pool("torch")
    process = pool.process
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < whole / 2
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@linux
def test_trusted_pool_has_limits_and_no_wall(tmp_path: Path) -> None:
    """Course code has deadlines, and reads its files."""
    (tmp_path / "table.txt").write_text("7", encoding="utf-8")
    source = f"def f(loop):\n    while loop: pass\n    return open({str(tmp_path / 'table.txt')!r}).read()\n"
    with Pool("numpy", trusted=True) as pool:
        assert pool.isolation.tier == "trusted"
        with pool.open(Program(source, "a.py", ("f",)), Limits(call_seconds=0.3), 0) as session:
            assert session.call("f", (False,)) == Returned("7", (False,))
            assert session.call("f", (True,)) == TimedOut(0.3, "call")


@linux
def test_masked_file_inside_the_packages_is_invisible(tmp_path: Path) -> None:
    """A course that lies where Python looks for modules is masked there, and its neighbours are not."""
    packages = tmp_path / "site-packages"
    (packages / "course" / "solutions").mkdir(parents=True)
    (packages / "course" / "solutions" / "answer.py").write_text("ANSWER = 42\n", encoding="utf-8")
    (packages / "neighbour.py").write_text("WORD = 'here'\n", encoding="utf-8")
    source = (
        "import os\n"
        f"HERE = {str(packages)!r}\n"
        "def neighbour():\n    import neighbour\n    return neighbour.WORD\n"
        "def read():\n    return open(HERE + '/course/solutions/answer.py').read()\n"
        "def look():\n    return os.listdir(HERE + '/course')\n"
        "def load():\n    import course.solutions.answer as a\n    return a.ANSWER\n"
    )
    sys.path.append(str(packages))
    try:
        with (
            Pool("numpy", masked=(packages / "course",)) as pool,
            pool.open(Program(source, "a.py", ("neighbour", "read", "look", "load")), LIMITS, 0) as session,
        ):
            assert session.call("neighbour") == Returned("here")
            for name in ("read", "load"):
                assert isinstance(session.call(name), Raised)
            assert session.call("look") == Returned([]) or isinstance(session.call("look"), Raised)
    finally:
        sys.path.remove(str(packages))


@linux
def test_engine_itself_is_invisible(pool: Pool) -> None:
    """Learner code cannot read the package that grades it, nor import what the zygote did not."""
    source = (
        "import grader\n"
        "def read():\n    return open(grader.__file__).read()\n"
        "def load():\n    import grader.checker\n    return str(grader.checker)\n"
    )
    with pool.open(Program(source, "a.py", ("read", "load")), LIMITS, 0) as session:
        assert isinstance(session.call("read"), Raised)
        assert isinstance(session.call("load"), Raised)


def test_opaque_values_compare_by_name() -> None:
    """Two values that did not cross are equal when their types' names are."""
    assert Opaque("set") == Opaque("set") != Opaque("range")
