"""Turns this process into one that stands where a tier stands: refused namespaces, no privilege, no Landlock.

    python -m tests.sandbox.settings SETTING MODULE [ARGUMENT...]

The refusals are the kernel's own: a seccomp filter that answers EPERM or ENOSYS, as a container's does.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import struct
import sys
import tempfile
from pathlib import Path

from grader.sandbox.wall import kernel

# Settings by name: as root or not, what is refused, and the tier that must come of it.
SETTINGS = {
    "root": ("A", True, ()),
    "user": ("A", False, ()),
    "container": ("B", True, ("namespaces",)),
    "user_without_namespaces": ("C", False, ("namespaces",)),
    "container_without_landlock": ("D", True, ("namespaces", "landlock")),
    "user_without_landlock": ("E", False, ("namespaces", "landlock")),
}

ORDINARY = 54321
# CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD,
# AUDIT_WRITE, SETFCAP: what Docker leaves to root.
_CONTAINER_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}

_CALLS = {
    "x86_64": {
        "namespaces": ((272, 308, 165, 166, 155, 442, 428, 429, 430, 431, 432, 433), errno.EPERM),
        "landlock": ((444,), errno.ENOSYS),
    },
    "aarch64": {
        "namespaces": ((97, 268, 40, 39, 41, 442, 428, 429, 430, 431, 432, 433), errno.EPERM),
        "landlock": ((444,), errno.ENOSYS),
    },
}
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


def enter(setting: str) -> None:
    """Changes this process, for good, into one of `SETTINGS`."""
    _, root, refused = SETTINGS[setting]
    if os.getuid() == 0 and (refused or not root):
        make_reachable([sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[2])])
        if root:
            keep_capabilities_of_a_container()
        else:
            become_nobody_special()
    if refused:
        refuse(refused)


def refuse(what: tuple[str, ...]) -> None:
    """From here on the kernel refuses these calls to this process and all that it starts."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.set_filter(refusal(what))


def refusal(what: tuple[str, ...]) -> bytes:
    """A filter that allows everything but these calls."""
    program = [(_LOAD, 0, 0, 0)]
    for name in what:
        numbers, error = _CALLS[platform.machine()][name]
        for number in numbers:
            program += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def keep_capabilities_of_a_container() -> None:
    """Takes from root, from its next program on, what a container's root does not have."""
    drop_from_bounding_set = 24
    for capability in range(64):
        if capability not in _CONTAINER_CAPABILITIES:
            with contextlib.suppress(OSError):
                kernel.prctl(drop_from_bounding_set, capability)


def become_nobody_special() -> None:
    """An ordinary user, for whom root's files are others' files."""
    os.setgroups([])
    os.setresgid(ORDINARY, ORDINARY, ORDINARY)
    os.setresuid(ORDINARY, ORDINARY, ORDINARY)


def make_reachable(paths: list[str]) -> None:
    """Lets other users reach these paths, in a mount namespace of this process: a Python under root's home, say."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    closed = sorted({_closed_ancestor(path) for path in paths} - {""})
    for ancestor in closed:
        inside = [path for path in paths if path.startswith(f"{ancestor}/")]
        aside = tempfile.mkdtemp(dir="/var/tmp")
        kernel.mount("none", aside, "tmpfs", 0, "mode=755")
        for number, path in enumerate(inside):
            Path(aside, str(number)).mkdir()
            kernel.mount(path, f"{aside}/{number}", None, kernel.MS_BIND | kernel.MS_REC)
        kernel.mount("none", ancestor, "tmpfs", 0, "mode=755")
        for number, path in enumerate(inside):
            Path(path).mkdir(parents=True, exist_ok=True)
            kernel.mount(f"{aside}/{number}", path, None, kernel.MS_BIND | kernel.MS_REC)
        kernel.unmount_detached(aside)
        Path(aside).rmdir()


def main() -> None:
    """Enters a setting, while this process has one thread, and becomes a Python that runs a module in it."""
    enter(sys.argv[1])
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[2:]])


def _closed_ancestor(path: str) -> str:
    """The outermost folder on the way to a path that others may not pass through, or nothing."""
    for folder in reversed(Path(path).parents):
        if not folder.stat().st_mode & 0o001:
            return str(folder)
    return ""


if __name__ == "__main__":
    main()
