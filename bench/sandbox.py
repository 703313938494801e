"""What the wall costs: whole submissions of ten calls, from a bare fork to every layer, on NumPy and on torch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np

from bench.rows import Row, print_rows
from grader.course import open_course
from grader.sandbox import Limits, Pool, Program, Returned
from grader.sandbox.wire.control import LAYERS, Runtime

_ADAM = """
import numpy as np
def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
"""
_PROGRAM = Program(_ADAM, "adam_step.py", ("adam_step",))
# A bare fork still has a session of its own and nothing else.
_BARE = LAYERS
_GOALS = {"numpy": 10.0, "torch": 20.0}


def sandbox_rows(*, short: bool) -> list[Row]:
    """Medians over submissions that take turns on the pools compared, so that noise hits them alike."""
    rounds = 15 if short else 100
    runtimes: tuple[Runtime, ...] = ("numpy", "torch")
    return [row for runtime in runtimes for row in _rows(runtime, rounds)]


def _rows(runtime: Runtime, rounds: int) -> Iterator[Row]:
    masked = (open_course().root,)
    with ExitStack() as stack:
        walled = stack.enter_context(Pool(runtime, masked=masked))
        bare = stack.enter_context(Pool(runtime, masked=masked, without=_BARE))
        spare = stack.enter_context(Pool(runtime, masked=masked, spares=1))
        note = f"tier {walled.isolation.tier}"
        taken: dict[str, list[float]] = {"walled": [], "bare": [], "spare": []}
        for _ in range(rounds + 3):
            for name, pool in (("walled", walled), ("bare", bare), ("spare", spare)):
                taken[name].append(_submission(pool))
                # The time in which a checker judges what came back, and a spare child is forked.
                time.sleep(0.03)
    walled_ms, bare_ms, spare_ms = (statistics.median(taken[name][3:]) for name in ("walled", "bare", "spare"))
    paired = [one - other for one, other in zip(taken["walled"][3:], taken["bare"][3:], strict=True)]
    yield Row(f"{runtime}: a submission of ten calls", walled_ms, "ms", _GOALS[runtime], note=note)
    yield Row(f"{runtime}: the same from a spare child", spare_ms, "ms", 5.0)
    yield Row(f"{runtime}: what the wall adds to a bare fork", statistics.median(paired), "ms", 6.0)
    yield Row(f"{runtime}: walled against bare", walled_ms / bare_ms, "times")


def _submission(pool: Pool) -> float:
    """Milliseconds from the source to the tenth answer and the end of the process's use."""
    arguments = (np.ones(10), np.ones(10), np.zeros(10), np.zeros(10), 1)
    started = time.perf_counter()
    with pool.open(_PROGRAM, Limits(), 0) as session:
        for _ in range(10):
            ended = session.call("adam_step", arguments)
    taken = (time.perf_counter() - started) * 1000
    assert isinstance(ended, Returned)
    return taken


if __name__ == "__main__":
    print_rows("The sandbox", sandbox_rows(short=False))
