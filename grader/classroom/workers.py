"""Where batches are graded: processes of this machine, or a Dask cluster, both as executors."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from grader.errors import UsageError
from grader.locale import say

_PR_SET_PDEATHSIG = 1


@contextmanager
def local_workers(count: int) -> Iterator[Executor]:
    """`count` processes of this machine, which die with this one, however it ends."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_die_with, initargs=(os.getpid(),)) as executor:
        yield executor


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a `dask.distributed` cluster at ``tcp://host:port`` (or ``tls://``).

    The installed package must be on every worker. Raises `UsageError` where the extra is not installed or nobody
    answers at the address.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(
            say("Grading on a cluster needs the package distributed."),
            say('Install it: pip install "descenso[cluster]"'),
        ) from None
    connect: Any = distributed.Client  # it carries no types
    try:
        client = connect(address, timeout="20s")
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            say("No Dask scheduler answers at {address} ({problem}).", address=address, problem=type(error).__name__),
            say("Check the address, and that `dask scheduler` runs there."),
        ) from None
    with client:
        yield client.get_executor(retries=3, pure=False)


def core_count() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _die_with(parent: int) -> None:
    """A worker whose parent is killed ends too, instead of waiting for ever; Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
