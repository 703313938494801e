"""Finds which layers this machine offers, by trying each whole sequence in a process that is thrown away.

Some systems let a sequence begin and break it half-way, so no single call is taken for a promise.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
from collections.abc import Callable

from grader.sandbox.wall import kernel, layers, nanny
from grader.sandbox.wall.filters import load_filter
from grader.sandbox.wall.order import highest_user, users_from
from grader.sandbox.wall.visible import Visible

ALWAYS = frozenset({"rlimits", "close_range", "pdeathsig", "undumpable", "capabilities", "cgroup"})


def standing_layers(visible: Visible, without: frozenset[str]) -> frozenset[str]:
    """The layers that hold here, of those that are wanted."""
    root = os.getuid() == 0
    attempts: dict[str, Callable[[], None]] = {
        "private_root": lambda: _try_private_root(visible, own_user=not root),
        "landlock": lambda: _try_landlock(visible),
        "seccomp": _try_seccomp,
    }
    if root:
        attempts |= {"uid": _try_user, "namespaces": _try_namespaces}
    found = {name for name, attempt in attempts.items() if name not in without and _holds(attempt)}
    if "private_root" in found and not root:
        found.add("namespaces")
    if _holds(lambda: _try_user_namespace(own_user="uid" in found)):
        found.add("user_namespace")
    return frozenset(found | ALWAYS) - without


def _holds(attempt: Callable[[], None]) -> bool:
    """Whether a sequence goes through to its end, in a child."""
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    return status == 0


def _try_private_root(visible: Visible, *, own_user: bool) -> None:
    user, group = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWPID | (kernel.CLONE_NEWUSER if own_user else 0))
    if own_user:
        nanny.map_user(user, group)
    if not _holds(lambda: _try_as_zygote(visible)):
        raise OSError("no private root")


def _try_as_zygote(visible: Visible) -> None:
    numbers = os.open("/proc/self/ns/pid", os.O_RDONLY)
    layers.own_network()
    layers.private_root(visible)
    for _ in range(2):
        layers.own_process_numbers(numbers)
        if not _holds(layers.own_queues):
            raise OSError("no namespaces")


def _try_namespaces() -> None:
    layers.own_network()
    layers.own_queues()


def _try_landlock(visible: Visible) -> None:
    layers.no_new_privileges()
    layers.landlock(layers.landlock_ruleset(visible))
    try:
        os.open("/proc/self/status", os.O_RDONLY)
    except PermissionError:
        return
    raise OSError("landlock does not hold")


def _try_seccomp() -> None:
    layers.no_new_privileges()
    layers.system_calls(load_filter(platform.machine()))
    try:
        socket.socket()
    except PermissionError:
        return
    raise OSError("seccomp does not hold")


def _try_user_namespace(*, own_user: bool) -> None:
    # Root may make one where another user may not, and learner code is another user.
    if own_user:
        _become_user()
    layers.own_user_namespace()


def _try_user() -> None:
    """A child becomes another user, whom this process must still be able to kill."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(5)
            _become_user()
            os.write(tell, b"!")
            signal.pause()
        finally:
            os._exit(1)
    os.close(tell)
    became = os.read(told, 1)
    os.kill(pid, signal.SIGKILL)
    if not became:
        raise OSError("no other user")


def _become_user() -> None:
    layers.own_user(users_from(os.getpid(), highest_user())[0])
