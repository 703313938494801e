"""One control group a zygote, where this process may make one: bounds memory and processes that rlimits miss."""

from __future__ import annotations

import contextlib
import os
import time

from msgspec import Struct

_MOUNT = "/sys/fs/cgroup"
_PREFIX = "descenso-"
_PROCESSES = 256
# What the warm zygote, its page tables, its children's channels and a child of the usual size may take.
_BASE = 2 << 30


class Group(Struct, frozen=True):
    """The folders of one control group: one in version 2, one a controller in version 1."""

    memory: str
    processes: str
    memory_limit: str

    @property
    def folders(self) -> tuple[str, ...]:
        """Each folder once."""
        return tuple(dict.fromkeys((self.memory, self.processes)))


def make_group(serial: int) -> Group | None:
    """A new group with its limits, or nothing where it cannot be had."""
    for memory, processes, limit in _places():
        group = Group(f"{memory}/{_PREFIX}{serial}", f"{processes}/{_PREFIX}{serial}", limit)
        try:
            sweep(memory, processes)
            for folder in group.folders:
                os.makedirs(folder, exist_ok=True)
            _write(f"{group.memory}/{limit}", str(_BASE))
            _write(f"{group.processes}/pids.max", str(_PROCESSES))
        except OSError:
            remove(group)
            continue
        return group
    return None


class Allowance:
    """The group's limit on memory, which rises when the children at hand may use more; made before /sys is gone."""

    def __init__(self, group: Group) -> None:
        self._file = os.open(f"{group.memory}/{group.memory_limit}", os.O_WRONLY | os.O_CLOEXEC)
        self._bytes = _BASE

    def cover(self, megabytes: int) -> None:
        """Makes room for children that may use this much together."""
        if (wanted := _BASE + (megabytes << 20)) > self._bytes + (1 << 30):
            os.pwrite(self._file, str(wanted).encode(), 0)
            self._bytes = wanted


def admit(group: Group, process: int) -> None:
    """Moves a process, and so its children to come, into the group; the kernel may take ten milliseconds."""
    for folder in group.folders:
        _write(f"{folder}/cgroup.procs", str(process))


def await_admission(group: Group, seconds: float = 2.0) -> bool:
    """Whether this process has been moved into the group, waiting for it a little."""
    name = os.path.basename(group.memory)
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        places = _own_groups().values()
        if sum(place.endswith(name) for place in places) >= len(group.folders):
            return True
        time.sleep(0.001)
    return False


def remove(group: Group) -> None:
    """Removes a group whose processes have ended."""
    for folder in group.folders:
        for _ in range(50):
            try:
                os.rmdir(folder)
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(0.01)
            else:
                break


def sweep(*places: str) -> None:
    """Removes groups that a killed run left: those whose process is no more."""
    for place in places:
        for name in os.listdir(place):
            owner = name.removeprefix(_PREFIX)
            if name.startswith(_PREFIX) and owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
                with contextlib.suppress(OSError):
                    os.rmdir(f"{place}/{name}")


def _places() -> list[tuple[str, str, str]]:
    """Where a group may be made: for memory, for processes, and what the limit on memory is called."""
    own = _own_groups()
    if "memory" in own and "pids" in own:
        return [
            (
                f"{_MOUNT}/memory{own['memory']}".rstrip("/"),
                f"{_MOUNT}/pids{own['pids']}".rstrip("/"),
                "memory.limit_in_bytes",
            )
        ]
    here = f"{_MOUNT}{own.get('', '/')}".rstrip("/")
    # A group with processes cannot also have groups with limits, so this one's parent may have to do.
    return [(place, place, "memory.max") for place in (here, os.path.dirname(here)) if place.startswith(_MOUNT)]


def _own_groups() -> dict[str, str]:
    with open("/proc/self/cgroup", encoding="utf-8") as lines:
        parts = [line.rstrip("\n").split(":", 2) for line in lines]
    return {controller: path for _, controllers, path in parts for controller in controllers.split(",")}


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
