"""Puts the zygote into a pid namespace, which only a fork can enter, and waits outside for its end.

The nanny is the process the pool started. When it is told to end, or its own parent dies, it kills the zygote,
with which the kernel kills everything in that namespace, and removes what processes cannot remove themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import NoReturn

from grader.sandbox.wall import groups, kernel

OWN_NUMBERS = kernel.CLONE_NEWPID


def enter(own_user: bool, flags: int, group: groups.Group | None) -> None:
    """Returns in a new process, by default number 1 of a pid namespace; the calling one never returns.

    `own_user`: also a user namespace, in which an ordinary user may do what the other layers need.
    `flags` may be 0, for a nanny that only removes the group.
    """
    parent = os.getppid()
    user, primary = os.getuid(), os.getgid()
    if flags := flags | (kernel.CLONE_NEWUSER if own_user else 0):
        kernel.unshare(flags)
    if own_user:
        map_user(user, primary)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    zygote = os.fork()
    if zygote == 0:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        return
    _wait(parent, zygote, group)


def map_user(user: int, group: int) -> None:
    """In a new user namespace: the same user and group, and no other."""
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def _wait(parent: int, zygote: int, group: groups.Group | None) -> NoReturn:
    # The zygote alone holds the line: when it ends, the pool sees the line close.
    os.close(3)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(zygote, signal.SIGKILL))
    # Instead of the SIGKILL that has stood there since the start.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(zygote, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    try:
        if group is not None:
            # From here, while the zygote imports: the kernel takes its time.
            with contextlib.suppress(OSError):
                groups.admit(group, zygote)
        os.waitpid(zygote, 0)
        if group is not None:
            groups.remove(group)
    finally:
        os._exit(0)
