"""The seccomp program for this machine, made beforehand from `rules.toml` by `export.py`."""

from __future__ import annotations

import struct
from pathlib import Path

# Stands for the child's own process id in the exported programs.
OWN_PID = 0x7EAD7EAD

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def load_filter(machine: str) -> bytes:
    """The program for a machine as `os.uname` names it; raises `OSError` where none was made."""
    architecture = _ARCHITECTURES.get(machine.lower())
    if architecture is None:
        raise OSError(f"no system call filter for {machine}")
    return (Path(__file__).parent / f"{architecture}.bpf").read_bytes()


def for_process(program: bytes, pid: int) -> bytes:
    """The program in which "itself" is this process."""
    return program.replace(struct.pack("<I", OWN_PID), struct.pack("<I", pid))
