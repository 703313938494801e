"""Puts the layers in their order: some once in the zygote, the others in each child, from outside inwards."""

from __future__ import annotations

import os
import platform

from grader.sandbox.wall import layers
from grader.sandbox.wall.filters import load_filter
from grader.sandbox.wall.visible import Visible
from grader.sandbox.wire.control import Fork

# The ruleset of Landlock waits in this descriptor, the first that a child closes after use.
RULESET = 4
THREADS = 64
SLOTS = 64

# Users of learner code: far above any that a system gives, one for each zygote and slot.
_FIRST_USER = 1 << 30


class Wall:
    """The layers that stand on this machine, ready to be put around a child.

    `standing` names them, as in `control.LAYERS`. `serial` tells zygotes of one machine apart.
    """

    def __init__(
        self, standing: frozenset[str], visible: Visible | None, warm_bytes: tuple[int, int], serial: int
    ) -> None:
        self.standing = standing
        self._warm_bytes = warm_bytes
        self._handled = layers.handled_signals()
        self._users = users_from(serial, highest_user())
        self._filter = load_filter(platform.machine()) if "seccomp" in standing else b""
        self._numbers = os.open("/proc/self/ns/pid", os.O_RDONLY) if "private_root" in standing else -1
        if "namespaces" in standing:
            layers.own_network()
        if "private_root" in standing and visible is not None:
            layers.private_root(visible)
        if "landlock" in standing and visible is not None:
            os.dup2(layers.landlock_ruleset(visible), RULESET, inheritable=False)
        if "undumpable" in standing:
            layers.undumpable()

    def before_fork(self) -> None:
        """What must be done in the zygote for each child."""
        if self._numbers >= 0:
            layers.own_process_numbers(self._numbers)

    def build(self, order: Fork, channel: int, printed: int, zygote: int, slot: int) -> None:
        """Everything between the fork and the first byte of learner code."""
        on = self.standing
        layers.own_session(channel, printed)
        if "close_range" in on:
            layers.close_descriptors(RULESET + 1)
        layers.default_signals(self._handled)
        if "rlimits" in on:
            layers.limit_resources(order.memory_mb, order.cpu_seconds, self._warm_bytes)
        if "namespaces" in on:
            layers.own_queues()
        if "uid" in on:
            layers.own_user(self._users[slot])
        if "user_namespace" in on:
            layers.own_user_namespace()
        if on & {"uid", "user_namespace"} and "rlimits" in on:
            layers.limit_processes(THREADS)
        layers.no_new_privileges()
        if "landlock" in on:
            layers.landlock(RULESET)
        os.close(RULESET)
        if "capabilities" in on:
            layers.no_capabilities()
        # After the changes of user, which clear it.
        if "pdeathsig" in on:
            layers.die_with(0 if self._numbers >= 0 else zygote)
        if "undumpable" in on:
            layers.undumpable()

    def seal(self) -> None:
        """The last layer, when nothing but the submission is left to do."""
        if "seccomp" in self.standing:
            layers.system_calls(self._filter)


def users_from(serial: int, highest: int) -> range:
    """The user ids of one zygote's slots, below the `highest` that this process's user namespace can name."""
    span = min(_FIRST_USER, highest // 2)
    first = (_FIRST_USER if highest > 2 * _FIRST_USER else highest - span) + serial * SLOTS % (span - SLOTS)
    return range(first, first + SLOTS)


def highest_user() -> int:
    """One more than the greatest user id there is here: rootless containers have only 65536."""
    try:
        with open("/proc/self/uid_map", encoding="ascii") as ranges:
            return max(int(first) + int(count) for first, _, count in map(str.split, ranges))
    except (OSError, ValueError):
        return 1 << 32
