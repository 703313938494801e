"""Turns `rules.toml` into one seccomp program an architecture, by libseccomp: run once, by who changes the rules.

python -m grader.sandbox.wall.filters.export
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

# SCMP_ARCH_* are AUDIT_ARCH_* of the kernel: machine number, 64 bits, little endian.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_MASKED_EQUAL = 7
_OPTIMIZE = 8  # SCMP_FLTATR_CTL_OPTIMIZE: 2 makes a binary tree of the calls


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("equals", ctypes.c_uint64),
    )


def _library() -> Any:
    library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison)
    ]  # fmt: skip
    return library


class Export:
    """One filter under construction for one architecture."""

    def __init__(self, architecture: str) -> None:
        self._library = _library()
        self._token = ctypes.c_uint32(ARCHITECTURES[architecture])
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(_ERRNO | errno.EPERM)))
        native = ctypes.c_uint32(self._library.seccomp_arch_native())
        if native.value != self._token.value:
            self._checked(self._library.seccomp_arch_add(self._context, self._token))
            self._checked(self._library.seccomp_arch_remove(self._context, native))
        self._checked(self._library.seccomp_attr_set(self._context, _OPTIMIZE, ctypes.c_uint32(2)))

    def add(self, action: int, call: str, comparisons: list[_Comparison]) -> None:
        """One rule, unless the architecture has no such call."""
        # libseccomp takes this machine's own numbers and translates them to the filter's architecture.
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number == -1:
            raise ValueError(f"libseccomp knows no system call named {call}")
        array = (_Comparison * max(1, len(comparisons)))(*comparisons)
        self._checked(self._library.seccomp_rule_add_array(self._context, action, number, len(comparisons), array))

    def program(self) -> bytes:
        """The finished program, as the kernel takes it."""
        with tempfile.TemporaryFile() as file:
            self._checked(self._library.seccomp_export_bpf(self._context, file.fileno()))
            file.seek(0)
            return file.read()

    @staticmethod
    def _checked(result: int) -> None:
        if result < 0:
            raise OSError(-result, f"libseccomp: {os.strerror(-result)}")


def export(architecture: str) -> bytes:
    """The program for one architecture."""
    rules = tomllib.loads((FOLDER / "rules.toml").read_text("utf-8"))
    building = Export(architecture)
    for call in rules["allow"]:
        building.add(_ALLOW, call, [])
    for call in rules["missing"]:
        building.add(_ERRNO | errno.ENOSYS, call, [])
    for rule in rules["when"]:
        for comparisons in _alternatives(rule):
            building.add(_ALLOW, rule["call"], comparisons)
    return building.program()


def _alternatives(rule: dict[str, Any]) -> list[list[_Comparison]]:
    if "one_of" in rule:
        return [[_comparison(rule["argument"], 0xFFFFFFFF, value)] for value in rule["one_of"]]
    return [[_comparison(**condition) for condition in rule["conditions"]]]


def _comparison(argument: int, mask: int, equals: int) -> _Comparison:
    return _Comparison(argument, _MASKED_EQUAL, mask, equals)


def main() -> None:
    """Writes a program beside the rules for each architecture."""
    for architecture in ARCHITECTURES:
        (FOLDER / f"{architecture}.bpf").write_bytes(export(architecture))


if __name__ == "__main__":
    main()
