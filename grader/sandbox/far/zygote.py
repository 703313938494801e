"""A fresh interpreter, warmed once, that forks one child a submission and holds no secret.

It is started by `grader.sandbox.near.pool` as ``python -I -S -c …`` with an empty environment, and speaks
`grader.sandbox.wire.control` on descriptor 3 until that closes.
"""

from __future__ import annotations

import array
import gc
import os
import select
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec

from grader.sandbox.far import warming, worker
from grader.sandbox.far.huge_pages import HugePages
from grader.sandbox.wall import canary, groups, nanny, probe, visible
from grader.sandbox.wall.layers import die_with
from grader.sandbox.wall.order import RULESET, SLOTS, Wall
from grader.sandbox.wire import control, output
from grader.sandbox.wire.channel import SocketChannel
from grader.sandbox.wire.control import Booted, End, Fault, Findings, Fork, Forked, Reaped, Setup

SETUP_FAILED = 70
_CANARY_SECONDS = 20

# When memory is moved into huge pages: in a pause, one at a time, or between children once there have been a few.
_PAUSE_SECONDS = 0.3
_FEW_CHILDREN = 4
_AT_A_TIME = 4


class Zygote:
    """The warm process: it forks and reaps as it is told."""

    def __init__(
        self,
        line: socket.socket,
        wall: Wall,
        rehearse: Callable[[], None],
        pages: HugePages,
        allowance: groups.Allowance | None = None,
    ) -> None:
        self._line = line
        self._wall = wall
        self._rehearse = rehearse
        self._pages = pages
        self._reaped = 0
        self._allowance = allowance
        self._slots: dict[int, int] = {}
        self._megabytes: dict[int, int] = {}

    def serve(self) -> NoReturn:
        """Forks and reaps until the pool is gone."""
        while True:
            self._use_the_pause()
            packet, descriptors = receive(self._line)
            if not packet:
                os._exit(0)
            order = control.decode_order.decode(packet)
            self._line.send(control.encode(self._obey(order, descriptors)))
            if isinstance(order, End) and self._reaped > _FEW_CHILDREN:
                self._pages.collapse(_AT_A_TIME)

    def _use_the_pause(self) -> None:
        """Cheaper forks are worth the time only to a process that forks often, or that has time."""
        patience = _PAUSE_SECONDS
        while self._pages and not select.select([self._line], [], [], patience)[0]:
            self._pages.collapse(1)
            patience = 0.0

    def _obey(self, order: control.Order, descriptors: list[int]) -> control.Answer:
        if isinstance(order, Fork):
            try:
                channel, printed = descriptors
                return Forked(self.fork(order, channel, printed))
            except OSError as error:
                return Fault(str(error))
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
        if isinstance(order, End):
            return self.reap(order.pid)
        return Fault("unexpected order")

    def fork(self, order: Fork, channel: int, printed: int, explore: tuple[list[str], int] | None = None) -> int:
        """A child behind the wall: it serves a submission, or explores as the canary."""
        zygote = os.getpid()
        slot = next((slot for slot in range(SLOTS) if slot not in self._slots.values()), None)
        if slot is None:
            raise OSError(f"more than {SLOTS} submissions at once")
        if self._allowance is not None:
            self._allowance.cover(sum(self._megabytes.values()) + order.memory_mb)
        self._wall.before_fork()
        pid = os.fork()
        if pid == 0:
            try:
                self._wall.build(order, channel, printed, zygote, slot)
                self._live(zygote, explore, order.rehearse)
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}".encode(errors="replace"))
            finally:
                os._exit(SETUP_FAILED)
        self._slots[pid], self._megabytes[pid] = slot, order.memory_mb
        return pid

    def _live(self, zygote: int, explore: tuple[list[str], int] | None, rehearse: bool) -> None:
        if explore is not None:
            self._wall.seal()
            os.write(3, canary.explore(explore[0], zygote, explore[1]))
            os._exit(0)
        output.redirect(1)
        channel = SocketChannel(socket.socket(fileno=3), blocking=True)
        gc.enable()
        self._wall.seal()
        if rehearse:
            self._rehearse()
        worker.Worker(channel).serve()

    def reap(self, pid: int) -> Reaped:
        """Kills a child, if it still runs, and waits for it."""
        if self._slots.pop(pid, None) is None:
            return Reaped(0)
        del self._megabytes[pid]
        self._reaped += 1
        os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        return Reaped(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)

    def send_canary(self, bait: list[str], checker: int) -> Findings | None:
        """What a child could do from inside; nothing if it did not live to tell."""
        ours, theirs = os.pipe()
        pid = self.fork(Fork(256, 10), theirs, theirs, (bait, checker))
        os.close(theirs)
        told = b""
        while select.select([ours], [], [], _CANARY_SECONDS)[0] and (piece := os.read(ours, 4096)):
            told += piece
        os.close(ours)
        self.reap(pid)
        try:
            return msgspec.msgpack.decode(told, type=Findings)
        except msgspec.MsgspecError:
            return None


def boot(line: socket.socket, setup: Setup) -> tuple[Zygote, Booted]:
    """Warms the runtime, builds what of the wall is built once, and sends the canary."""
    if setup.trusted:
        return _boot_trusted(line, setup)
    hidden = visible.plan(setup.masked, str(Path(__file__).parents[2]))
    standing = probe.standing_layers(hidden, frozenset(setup.without))
    bait = canary.bait(setup.masked)
    serial = os.getpid()
    group = groups.make_group(serial) if "cgroup" in standing else None
    standing -= set() if group else {"cgroup"}
    _enter(standing, group)
    warmth = warming.warm(setup.runtime)
    pages = HugePages()
    allowance = None
    if group is not None:
        standing -= set() if groups.await_admission(group) else {"cgroup"}
        allowance = groups.Allowance(group)
    wall = Wall(standing, hidden, memory_in_use(), serial)
    zygote = Zygote(line, wall, warmth.rehearse, pages, allowance)
    findings = _explored(zygote, wall, bait, setup.parent)
    return zygote, Booted(warmth.versions, tuple(sorted(wall.standing)), findings)


def _enter(standing: frozenset[str], group: groups.Group | None) -> None:
    if "private_root" in standing:
        nanny.enter(os.getuid() != 0, nanny.OWN_NUMBERS, group)
    elif group is not None:
        nanny.enter(False, 0, group)


def _explored(zygote: Zygote, wall: Wall, bait: list[str], parent: int) -> Findings:
    findings = zygote.send_canary(bait, parent)
    # A canary that dies, or cannot import, says that layers which hold by themselves do not hold together, or that
    # another user cannot reach this Python: rather the other layers than none.
    for layer in ("uid", "user_namespace", "namespaces"):
        if findings is not None and findings.imports:
            break
        wall.standing -= {layer}
        findings = zygote.send_canary(bait, parent)
    if findings is None:
        raise OSError("the canary did not return")
    return findings


def _boot_trusted(line: socket.socket, setup: Setup) -> tuple[Zygote, Booted]:
    warmth = warming.warm(setup.runtime)
    wall = Wall(frozenset({"rlimits", "close_range", "pdeathsig"}), None, memory_in_use(), os.getpid())
    return Zygote(line, wall, warmth.rehearse, HugePages()), Booted(warmth.versions, tuple(sorted(wall.standing)))


def memory_in_use() -> tuple[int, int]:
    """Bytes of address space and of data that this process has now; a child starts with the same."""
    with open("/proc/self/status", encoding="ascii") as status:
        sizes = dict(line.split(":", 1) for line in status if line.startswith(("VmSize", "VmData")))
    return int(sizes["VmSize"].split()[0]) << 10, int(sizes["VmData"].split()[0]) << 10


def receive(line: socket.socket) -> tuple[bytes, list[int]]:
    """One control message and the descriptors that came with it."""
    packet, extras, _, _ = line.recvmsg(control.MAX_MESSAGE, socket.CMSG_SPACE(8))
    descriptors = array.array("i")
    for level, kind, content in extras:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) // 4 * 4])
    return packet, list(descriptors)


def main() -> NoReturn:
    """The whole life of a zygote."""
    line = socket.socket(fileno=3)
    # The place of the ruleset, so that nothing else comes to lie there.
    os.dup2(0, RULESET)
    packet, _ = receive(line)
    if not packet:
        os._exit(0)
    setup = control.decode_order.decode(packet)
    assert isinstance(setup, Setup)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()
    os.chdir("/")
    die_with(setup.parent)
    try:
        zygote, booted = boot(line, setup)
    except Exception as error:
        line.send(control.encode(Fault(f"{type(error).__name__}: {error}")))
        os._exit(1)
    line.send(control.encode(booted))
    zygote.serve()
