"""The wall, one named function a layer, each a sequence of system calls that stands whole or raises `OSError`.

The order in which they go is `grader.sandbox.wall.order`'s. Nothing is imported here after the fork.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import stat
import struct

from grader.sandbox.wall import kernel
from grader.sandbox.wall.filters import for_process
from grader.sandbox.wall.visible import DEVICES, Visible, allowances

# --- once a zygote, before it forks -----------------------------------------------------------------------


def private_root(visible: Visible) -> None:
    """A root of its own with what Python needs, bound read-only, and nothing else: no home, no course, no /proc.

    What bubblewrap does, without its exec, which would lose the warm process.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    base = next(path for path in ("/tmp", "/mnt", "/usr") if os.path.isdir(path))
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("none", base, "tmpfs", flags, "mode=755,size=1m")
    for name in ("old", "new"):
        os.mkdir(f"{base}/{name}", 0o755)
    kernel.mount("none", f"{base}/new", "tmpfs", flags, "mode=755,size=1m")
    # First a root in which nothing is hidden by what is being built: a Python may lie under /tmp itself.
    kernel.pivot_root(base, f"{base}/old")
    os.chdir("/new")
    _furnish(visible)
    # Over the new root lies the old one, until it is let go.
    kernel.pivot_root(".", ".")
    kernel.unmount_detached(".")
    os.chdir("/")
    kernel.set_read_only("/", recursive=False)


def _furnish(visible: Visible) -> None:
    for folder in visible.folders:
        os.makedirs(f"/new{folder}", 0o755, exist_ok=True)
        kernel.mount(f"/old{folder}", f"/new{folder}", None, kernel.MS_BIND | kernel.MS_REC)
        kernel.set_read_only(f"/new{folder}")
    for file in (*visible.files, *DEVICES):
        _bind_file(file, device=file in DEVICES)
    for masked in visible.masked:
        _cover(f"/new{masked}")
    for link, target in visible.links:
        if not os.path.lexists(f"/new{link}"):
            os.makedirs(os.path.dirname(f"/new{link}"), 0o755, exist_ok=True)
            os.symlink(target, f"/new{link}")
    os.makedirs("/new/tmp", 0o755, exist_ok=True)


def _bind_file(path: str, *, device: bool) -> None:
    os.makedirs(os.path.dirname(f"/new{path}"), 0o755, exist_ok=True)
    with open(f"/new{path}", "wb"):
        kernel.mount(f"/old{path}", f"/new{path}", None, kernel.MS_BIND)
    kernel.set_read_only(f"/new{path}", recursive=False, devices=device)


def _cover(target: str) -> None:
    if os.path.isdir(target):
        kernel.mount(
            "none", target, "tmpfs", kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV, "mode=000,nr_inodes=1"
        )
    else:
        kernel.mount("/new/dev/null", target, None, kernel.MS_BIND)


def own_network() -> None:
    """A network without a way out, and a host name that says nothing, for the zygote and its children.

    Nobody's process can change either, and nothing in them outlives a process; to make them anew for each child would
    be half of what the wall costs.
    """
    kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWUTS)
    socket.sethostname("sandbox")


def landlock_ruleset(visible: Visible) -> int:
    """A ruleset that allows reading what is visible and nothing else, as a descriptor for `landlock`."""
    abi = min(kernel.landlock_abi(), max(_LANDLOCK_RIGHTS))
    network, scope = (0x3 if abi >= 4 else 0), (0x3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = kernel.landlock_create(struct.pack("=QQQ", _LANDLOCK_RIGHTS[abi], network, scope)[:size])
    for path in (*allowances(visible), *DEVICES):
        _allow_reading(ruleset, path)
    return ruleset


# Every right on files that each version of Landlock knows: what is not handled is not restricted.
_LANDLOCK_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF, 6: 0xFFFF}
_READ_FILE, _READ_FOLDER = 0x4, 0x8


def _allow_reading(ruleset: int, path: str) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        kernel.landlock_allow_beneath(ruleset, descriptor, _READ_FILE | _READ_FOLDER if folder else _READ_FILE)
    finally:
        os.close(descriptor)


def own_process_numbers(zygote_numbers: int) -> None:
    """The next child will be number 1 of a pid namespace of its own. `zygote_numbers` is the zygote's, opened."""
    kernel.setns(zygote_numbers, kernel.CLONE_NEWPID)
    kernel.unshare(kernel.CLONE_NEWPID)


def handled_signals() -> tuple[int, ...]:
    """Those that do not what the system does with them by itself; asking all of them takes too long in each child."""
    own = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
    return tuple(
        int(number) for number in own if number < signal.SIGRTMIN and signal.getsignal(number) != signal.SIG_DFL
    )


# --- in the child -----------------------------------------------------------------------------------------


def own_session(channel: int, output: int) -> None:
    """Leaves the terminal and keeps four descriptors: nothing to read, the output twice, the channel as 3."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    channel, output = os.dup(channel), os.dup(output)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target, inheritable=False)
    if channel != 3:
        os.dup2(channel, 3, inheritable=False)
    os.setsid()


def close_descriptors(first: int) -> None:
    """Closes every inherited descriptor from `first` on."""
    kernel.close_range(first)


def default_signals(handled: tuple[int, ...]) -> None:
    """Forgets the zygote's handlers and mask; a full pipe or file is an error, not a death."""
    for number in handled:
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
    _limit(resource.RLIMIT_STACK, _stack())
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, 64 << 20)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    _limit(resource.RLIMIT_SIGPENDING, 64)


def _stack() -> int:
    """What the stack may grow to, which RLIMIT_DATA does not count: as it is, unless that is without an end."""
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    most = 64 << 20
    return most if soft == resource.RLIM_INFINITY else min(soft, most)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def no_new_privileges() -> None:
    """No later exec can gain a privilege; Landlock and seccomp demand it."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def die_with(parent: int) -> None:
    """SIGKILL when the parent ends. `parent` is 0 where a pid namespace hides it (and its end is ours there)."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:
        os._exit(1)


def undumpable() -> None:
    """No core, no ptrace, no /proc/PID/mem for processes of the same user."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def own_queues() -> None:
    """No other's shared memory and queues, which would outlive the process that made them."""
    kernel.unshare(kernel.CLONE_NEWIPC)


def own_user_namespace() -> None:
    """Nobody's rights over anything that is not of this process alone; without a map, every user is nobody."""
    kernel.unshare(kernel.CLONE_NEWUSER)


def own_user(uid: int) -> None:
    """A user that owns nothing and whom no other child shares, since limits on processes count by user."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit_processes(count: int) -> None:
    """Bounds the threads of a user whom this process has to itself."""
    _limit(resource.RLIMIT_NPROC, count)


def landlock(ruleset: int) -> None:
    """Reads what is visible; writes, makes, removes and connects to nothing."""
    kernel.landlock_restrict(ruleset)


def no_capabilities() -> None:
    """Whatever the user is called, it has no privilege."""
    kernel.drop_capabilities()


def system_calls(program: bytes) -> None:
    """Only the calls of `filters/rules.toml` from here on; the last layer, since it forbids all the others."""
    kernel.set_filter(for_process(program, os.getpid()))
