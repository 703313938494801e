"""The Linux system calls that Python does not offer, as functions that raise `OSError`."""

from __future__ import annotations

import ctypes
import os
import struct
from functools import cache
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 1 << 18, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# Numbers that are the same on every architecture (they are above 423), and the one that is not.
_CLOSE_RANGE, _MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 436, 442, 444, 445, 446
_MADV_COLLAPSE = 25
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


@cache
def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _checked(result: int, name: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else os.fsencode(text)


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    _checked(_libc().prctl(option, *arguments), "prctl")


def unshare(flags: int) -> None:
    """unshare(2)."""
    _checked(_libc().unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """setns(2)."""
    _checked(_libc().setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    result = _libc().mount(_bytes(source), _bytes(target), _bytes(kind), ctypes.c_ulong(flags), _bytes(options))
    _checked(result, f"mount {target}")


def set_read_only(target: str, *, recursive: bool = True, devices: bool = False) -> None:
    """Makes a mount (and those beneath it) read-only, without set-user-id files and, unless `devices`, devices."""
    attributes = struct.pack("=QQQQ", 0x1 | 0x2 | (0 if devices else 0x4), 0, 0, 0)
    flags = 0x8000 if recursive else 0
    result = _libc().syscall(_MOUNT_SETATTR, -100, _bytes(target), flags, attributes, ctypes.c_size_t(len(attributes)))
    _checked(result, f"mount_setattr {target}")


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2)."""
    number = _PIVOT_ROOT[os.uname().machine]
    _checked(_libc().syscall(number, _bytes(new), _bytes(old)), "pivot_root")


def unmount_detached(target: str) -> None:
    """umount2(2) with MNT_DETACH."""
    _checked(_libc().umount2(_bytes(target), MNT_DETACH), f"umount {target}")


def close_range(first: int) -> None:
    """Closes every descriptor from `first` on."""
    _checked(_libc().syscall(_CLOSE_RANGE, first, ctypes.c_uint(0xFFFFFFFF), 0), "close_range")


def collapse(start: int, length: int) -> bool:
    """madvise(2) with MADV_COLLAPSE (Linux 6.1); says whether this memory is in huge pages now."""
    advice = ctypes.c_int(_MADV_COLLAPSE)
    return bool(_libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), advice) == 0)


def drop_capabilities() -> None:
    """capset(2) with every set empty."""
    header = struct.pack("Ii", 0x20080522, 0)
    _checked(_libc().capset(header, bytes(24)), "capset")


def landlock_abi() -> int:
    """The version of Landlock that the kernel speaks; raises where there is none."""
    return _checked(_libc().syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1), "landlock")


def landlock_create(attributes: bytes) -> int:
    """A new ruleset's descriptor."""
    return _checked(
        _libc().syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0), "landlock_create_ruleset"
    )


def landlock_allow_beneath(ruleset: int, descriptor: int, access: int) -> None:
    """Adds one allowance: what may be done at or beneath an open path."""
    rule = struct.pack("=Qi", access, descriptor)
    _checked(_libc().syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0), "landlock_add_rule")


def landlock_restrict(ruleset: int) -> None:
    """Puts this thread, and what it starts, under a ruleset."""
    _checked(_libc().syscall(_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")


def set_filter(program: bytes) -> None:
    """Puts this process under a seccomp filter, for good."""
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(instructions))
    buffer = ctypes.create_string_buffer(header, len(header))
    _checked(_libc().prctl(PR_SET_SECCOMP, 2, buffer, 0, 0), "seccomp")
