"""Where nothing can be forked, a fresh process a submission gives the same outcomes, with time limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox import Died, Limits, Pool, Program, Raised, Returned, TimedOut

SOURCE = """
import numpy as np
def f(x):
    print("called")
    x += 1
    return {"twice": 2 * x, "who": (None, True, "ñ")}
def loop():
    while True: pass
def leave(): import os; os._exit(3)
def forge():
    import os
    for n in range(3, 20):
        try: os.write(n, b"noise" * 10)
        except OSError: pass
    return 1
def ask(): return input()
def large(x): return x
"""
NAMES = ("f", "loop", "leave", "forge", "ask", "large")
PROGRAM = Program(SOURCE, "answer.py", NAMES)


@pytest.fixture(scope="module")
def spawning() -> Iterator[Pool]:
    """A pool as macOS and Windows have it."""
    with Pool("numpy", without=("fork",)) as pool:
        yield pool


def test_outcomes_are_the_same(spawning: Pool) -> None:
    """Values, exceptions, deaths and output come back as they do from a forked child."""
    with spawning.open(PROGRAM, Limits(), 0) as session:
        ended = session.call("f", (np.zeros(2),))
        assert isinstance(ended, Returned)
        np.testing.assert_array_equal(ended.value["twice"], [2, 2])
        assert ended.value["who"] == (None, True, "ñ")
        np.testing.assert_array_equal(ended.arguments[0], [1, 1])
        raised = session.call("ask")
        assert isinstance(raised, Raised)
        assert raised.advice is not None
        assert session.call("leave") == Died("exit", "3")
        assert session.call("f", (1.0,)) == Returned({"twice": 4.0, "who": (None, True, "ñ")}, (1.0,))
    assert session.output == "called\ncalled\n"


def test_loop_times_out_and_the_next_call_works(spawning: Pool) -> None:
    """A loop is killed, and a new process takes its place."""
    with spawning.open(PROGRAM, Limits(call_seconds=5, total_seconds=30), 0) as session:
        assert isinstance(session.load, Returned)
    with spawning.open(PROGRAM, Limits(call_seconds=2, total_seconds=30), 0) as session:
        assert session.call("loop") == TimedOut(2, "call")
        assert isinstance(session.call("f", (1.0,)), Returned)


def test_noise_is_not_an_answer(spawning: Pool) -> None:
    """Bytes written into whatever is open are a broken protocol, not a value."""
    with spawning.open(PROGRAM, Limits(), 0) as session:
        ended = session.call("forge")
    assert ended == Returned(1) or isinstance(ended, Died)


def test_large_values_cross_both_ways(spawning: Pool) -> None:
    """Eight megabytes go there and back through pipes that hold 64 kB."""
    with spawning.open(PROGRAM, Limits(), 0) as session:
        ended = session.call("large", (np.arange(1_000_000.0),))
    assert isinstance(ended, Returned)
    np.testing.assert_array_equal(ended.value, np.arange(1_000_000.0))


def test_nothing_is_promised(spawning: Pool) -> None:
    """The tier is F, and the versions are known all the same."""
    assert spawning.isolation.tier == "F"
    assert spawning.versions["numpy"] == np.__version__


def test_spares_wait_and_leave_nothing() -> None:
    """Processes in reserve are used, and end with the pool; so do their files."""
    before = (
        {name for name in os.listdir(Path("/tmp")) if name.startswith("descenso-")} if Path("/tmp").exists() else set()
    )
    with Pool("numpy", without=("fork",), spares=1) as pool:
        for _ in range(2):
            with pool.open(PROGRAM, Limits(), 0) as session:
                assert isinstance(session.call("f", (1.0,)), Returned)
    if Path("/tmp").exists():
        assert {name for name in os.listdir(Path("/tmp")) if name.startswith("descenso-")} <= before
