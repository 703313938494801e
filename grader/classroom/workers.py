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
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from grader.errors import UsageError
from grader.locale import say

WORKER_SECONDS = 60
_PR_SET_PDEATHSIG = 1


@contextmanager
def local_workers(count: int) -> Iterator[Executor]:
    """`count` processes of this machine, which die with this one, however it ends; on an error they end at once."""
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(count, mp_context=_Deaf(), initializer=_die_with, initargs=(os.getpid(),))
    try:
        yield executor
        executor.shutdown()
    except BaseException:
        with _uninterrupted():
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            executor.shutdown(cancel_futures=True)
        raise


class _DeafProcess(SpawnProcess):
    """A process that never hears Ctrl-C, not even before it can say so itself, whenever the executor starts it."""

    def start(self) -> None:
        with _uninterrupted():
            super().start()


class _Deaf(SpawnContext):
    Process = _DeafProcess


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits; a process that is started meanwhile starts with it blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its own start lets Ctrl-C through again, here and in all that is started after it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise UsageError(
                say("The scheduler at {address} answers, but no worker has joined it.", address=address),
                say("Start one: dask worker {address} --nthreads 1", address=address),
            ) from None
        yield client.get_executor(retries=3, pure=False)


def core_count() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _die_with(parent: int) -> None:
    """A worker whose parent is killed ends too, instead of waiting for ever; Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
