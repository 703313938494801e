"""The filters in the package are what libseccomp makes of the rules, and say what the rules say."""

from __future__ import annotations

import ctypes.util
import errno
import os
import platform
import struct
import tomllib

import pytest

from grader.sandbox.wall.filters import OWN_PID, export, for_process, load_filter

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EPERM, ENOSYS = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
RULES = tomllib.loads((export.FOLDER / "rules.toml").read_text("utf-8"))

# Numbers of some calls: x86-64, then aarch64.
NUMBERS = {
    "read": (0, 63),
    "openat": (257, 56),
    "mmap": (9, 222),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "prlimit64": (302, 261),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "prctl": (157, 167),
    "execve": (59, 221),
    "ptrace": (101, 117),
    "unshare": (272, 97),
    "mount": (165, 40),
    "memfd_create": (319, 279),
    "io_uring_setup": (425, 425),
    "ftruncate": (77, 46),
    "setuid": (105, 146),
    "sched_setaffinity": (203, 122),
}


def verdict(program: bytes, architecture: str, number: int, *arguments: int) -> int:
    """What a filter answers to a call: an interpreter of the few BPF instructions that libseccomp writes."""
    padded = [argument & 0xFFFFFFFFFFFFFFFF for argument in (*arguments, *[0] * 6)][:6]
    context = struct.pack("<IIQ6Q", number, export.ARCHITECTURES[architecture], 0, *padded)
    accumulator, place = 0, 0
    while True:
        code, true, false, value = struct.unpack_from("<HBBI", program, 8 * place)
        place += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", context, value)
            case 0x54:
                accumulator &= value
            case 0x05:
                place += value
            case 0x06:
                return int(value)
            case 0x15 | 0x25 | 0x35 | 0x45:
                holds = {
                    0x15: accumulator == value,
                    0x25: accumulator > value,
                    0x35: accumulator >= value,
                    0x45: bool(accumulator & value),
                }[code]
                place += true if holds else false
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


@pytest.fixture(params=list(export.ARCHITECTURES))
def machine(request: pytest.FixtureRequest) -> str:
    """Each architecture that has a filter."""
    return str(request.param)


def number_of(call: str, machine: str) -> int:
    return NUMBERS[call][list(export.ARCHITECTURES).index(machine)]


@pytest.mark.skipif(not ctypes.util.find_library("seccomp"), reason="libseccomp2 is not installed")
def test_export_gives_the_kept_filter(machine: str) -> None:
    """Making the filter again gives the kept one, byte for byte or, by another libseccomp, verdict for verdict."""
    kept, made = load_filter(machine), export.export(machine)
    if kept == made:
        return
    samples = [
        (),
        (0, 0, 0, 0),
        (1, 1, 1, 1),
        (OWN_PID, OWN_PID),
        (1, 0x5401, 2, 2),
        (15, 1),
        (0x10000,),
        (0, 0, 0x400643),
    ]
    for number in range(600):
        for arguments in samples:
            assert verdict(kept, machine, number, *arguments) == verdict(made, machine, number, *arguments)


@pytest.mark.parametrize(
    ("call", "arguments", "answer"),
    [
        ("read", (), ALLOW),
        ("openat", (0, 0, os.O_RDONLY | 0o2000000), ALLOW),
        ("openat", (0, 0, os.O_WRONLY), EPERM),
        ("openat", (0, 0, os.O_RDWR), EPERM),
        ("openat", (0, 0, os.O_RDONLY | os.O_CREAT), EPERM),
        ("openat", (0, 0, os.O_RDONLY | os.O_TRUNC), EPERM),
        ("openat", (0, 0, 0x400000), EPERM),
        ("mmap", (0, 0, 0, 2), ALLOW),
        ("mmap", (0, 0, 0, 1), EPERM),
        ("mmap", (0, 0, 0, 3), EPERM),
        ("clone", (0x3D0F00,), ALLOW),
        ("clone", (17,), EPERM),
        ("clone", (0x10000 | 0x10000000,), EPERM),
        ("clone", (0x10000 | 0x00020000,), EPERM),
        ("clone3", (), ENOSYS),
        ("kill", (OWN_PID, 9), ALLOW),
        ("kill", (OWN_PID + 1, 9), EPERM),
        ("kill", (0xFFFFFFFFFFFFFFFF, 9), EPERM),
        ("kill", (0, 9), EPERM),
        ("tgkill", (1, 1, 9), EPERM),
        ("socket", (2, 1), EPERM),
        ("socketpair", (1, 1), ALLOW),
        ("socketpair", (2, 1), EPERM),
        ("prlimit64", (0, 0, 0), ALLOW),
        ("prlimit64", (0, 0, 4096), EPERM),
        ("prlimit64", (0, 0, 1 << 32), EPERM),
        ("fcntl", (1, 1030), ALLOW),
        ("fcntl", (1, 8), EPERM),
        ("fcntl", (1, 1031), EPERM),
        ("ioctl", (1, 0x5401), ALLOW),
        ("ioctl", (1, 0x5412), EPERM),
        ("prctl", (15,), ALLOW),
        ("prctl", (4, 1), EPERM),
        ("prctl", (1, 0), EPERM),
        ("execve", (), EPERM),
        ("ptrace", (), EPERM),
        ("unshare", (), EPERM),
        ("mount", (), EPERM),
        ("memfd_create", (), EPERM),
        ("io_uring_setup", (), EPERM),
        ("ftruncate", (), EPERM),
        ("setuid", (), EPERM),
        ("sched_setaffinity", (), EPERM),
    ],
)
def test_verdicts(machine: str, call: str, arguments: tuple[int, ...], answer: int) -> None:
    """The kept filters allow and refuse, on both architectures, what the rules say."""
    assert verdict(load_filter(machine), machine, number_of(call, machine), *arguments) == answer


def test_other_architecture_is_refused(machine: str) -> None:
    """Calls by another convention, x32 and 32-bit among them, are not even looked at."""
    program = load_filter(machine)
    other = next(name for name in export.ARCHITECTURES if name != machine)
    assert verdict(program, other, number_of("read", machine)) != ALLOW
    if machine == "x86_64":
        assert verdict(program, machine, 0x40000000) != ALLOW


def test_only_its_own_process_number_is_put_in(machine: str) -> None:
    """The place holder gives way to the process id in both rules, and to nothing else."""
    program = for_process(load_filter(machine), 77)
    assert len(program) == len(load_filter(machine))
    for call in ("kill", "tgkill"):
        assert verdict(program, machine, number_of(call, machine), 77, 77, 9) == ALLOW
        assert verdict(program, machine, number_of(call, machine), OWN_PID, OWN_PID, 9) == EPERM


def test_no_call_is_in_two_rules() -> None:
    """A call that is allowed outright has no conditions besides."""
    conditional = [rule["call"] for rule in RULES["when"]]
    names = [*RULES["allow"], *RULES["missing"], *conditional]
    assert len(names) == len(set(names))


def test_unknown_machine_has_no_filter() -> None:
    """A machine without a filter is an error, which the probe takes for a missing layer."""
    with pytest.raises(OSError, match="no system call filter"):
        load_filter("vax")
    assert load_filter("arm64") == load_filter("aarch64")
    if platform.system() == "Linux":
        assert platform.machine() in ("x86_64", "aarch64")
