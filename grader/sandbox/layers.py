"""The wall, one named function a layer: each is applied after the fork, in the child, by system calls alone.

Nothing is imported here after the fork, and every function does its whole layer or raises `OSError`.
"""

from __future__ import annotations

import os
import resource
import signal

from grader.sandbox import kernel


def own_session(channel: int, output: int) -> None:
    """Leaves the terminal and keeps four descriptors: nothing to read, the output twice, the channel as 3."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    channel, output = os.dup(channel), os.dup(output)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target, inheritable=False)
    if channel != 3:
        os.dup2(channel, 3, inheritable=False)
    os.setsid()


def close_descriptors() -> None:
    """Closes every inherited descriptor above the channel."""
    kernel.close_range(4)


def default_signals() -> None:
    """Forgets the zygote's handlers and mask; a full pipe or file is an error, not a death."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if number < signal.SIGRTMIN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def limit_resources(memory_mb: int, cpu_seconds: int, warm_bytes: tuple[int, int]) -> None:
    """Bounds memory above what the warm process has (address space, data), processor time, files and cores."""
    memory = memory_mb << 20
    address_space, data = warm_bytes
    # Address space is reserved far more freely than it is used (thread stacks, arenas): leave it room.
    _limit(resource.RLIMIT_AS, address_space + memory + (1 << 30))
    _limit(resource.RLIMIT_DATA, data + memory)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, 64 << 20)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    _limit(resource.RLIMIT_SIGPENDING, 64)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def no_new_privileges() -> None:
    """No later exec can gain a privilege; Landlock and seccomp demand it."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def die_with_zygote(zygote: int) -> None:
    """SIGKILL when the zygote ends. `zygote` is 0 where a pid namespace hides it (and its end is ours there)."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if zygote and os.getppid() != zygote:
        os._exit(1)


def undumpable() -> None:
    """No core, no ptrace, no /proc/PID/mem for processes of the same user."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def dumpable() -> None:
    """Gives /proc/self back to this process's user, which writing identity maps needs."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
