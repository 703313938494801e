"""Starts a fresh interpreter for a zygote, with an empty environment and only the import paths it needs."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from grader.sandbox.wall import kernel
from grader.sandbox.wire.control import Runtime

# A zygote must have one thread, or its children would inherit locks that nobody holds.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
# Without devices in sight, no build of torch starts a thread for each, and every machine grades alike.
_NO_DEVICES = {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""}
ENVIRONMENT = {**_ONE_THREAD, **_NO_DEVICES, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}

# Folders of installed packages, wherever they lie, and those that only a command puts on the path.
_PACKAGES, _SCRIPTS = ("site-packages", "dist-packages"), ("bin", "Scripts")

_PACKAGE_ROOT = str(Path(__file__).resolve().parents[3])


def import_paths(runtime: Runtime) -> list[str]:
    """The directories that an interpreter without `site` needs: the standard library, and the packages'."""
    prefixes = tuple({os.path.join(prefix, "") for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)})
    paths = [path for path in sys.path if path.startswith(prefixes) or os.path.basename(path) in _PACKAGES]
    paths = [path for path in paths if os.path.basename(path) not in _SCRIPTS]
    for package in ("msgspec", "numpy", *(("torch",) if runtime == "torch" else ())):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            folder = str(Path(spec.origin).parents[1])
            paths += [folder] if folder not in paths else []
    return paths


def bootstrap(runtime: Runtime, module: str) -> list[str]:
    """The command line that runs `module.main()` in a fresh interpreter.

    The folder that holds this package is on the path only while the package itself is imported: in a clone
    it holds the course too.
    """
    paths = import_paths(runtime)
    source = (
        f"import sys; sys.path[:] = {[*paths, _PACKAGE_ROOT]!r}; import {module} as entry; "
        f"sys.path[:] = {paths!r}; entry.main()"
    )
    return [sys.executable, "-I", "-S", "-c", source]


def start(command: list[str], line: socket.socket) -> int:
    """The process id of a new interpreter that has `line` as descriptor 3, and the null device as 0, 1 and 2."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, line.fileno(), 3),
    ]
    environment = {**ENVIRONMENT, **inherited()}
    return _on_lasting_thread(lambda: os.posix_spawn(command[0], command, environment, file_actions=actions))


def inherited() -> dict[str, str]:
    """The few variables without which some interpreters do not even start."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}


def hide_memory() -> None:
    """Keeps other processes of this user, learner code among them, out of this one's /proc/PID/mem."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


class _LastingThread:
    """Runs functions one after the other on a thread that ends only with the process.

    The kernel sends PDEATHSIG when the *thread* that started a process ends, so a zygote that a short-lived
    thread started itself would die with that thread.
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="zygotes", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._jobs.get()()

    def run(self, action: Callable[[], int]) -> int:
        done: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()

        def job() -> None:
            try:
                done.put(action())
            except BaseException as error:
                done.put(error)

        self._jobs.put(job)
        result = done.get()
        if isinstance(result, BaseException):
            raise result
        return result


_thread: _LastingThread | None = None
_thread_lock = threading.Lock()


def _on_lasting_thread(action: Callable[[], int]) -> int:
    global _thread  # noqa: PLW0603 - one a process, made when first needed, made again after a fork
    with _thread_lock:
        if _thread is None or _thread.process != os.getpid():
            _thread = _LastingThread()
        thread = _thread
    return thread.run(action)
