"""A fresh interpreter, warmed once, that forks one child a submission and holds no secret.

It is started by `grader.sandbox.pool` as ``python -I -S -c …`` with an empty environment, and speaks
`grader.sandbox.control` on descriptor 3 until that closes.
"""

from __future__ import annotations

import array
import gc
import os
import signal
import socket
import sys
from typing import NoReturn

from grader.sandbox import control, layers, output, worker
from grader.sandbox.channel import SocketChannel
from grader.sandbox.control import Booted, End, Fault, Fork, Forked, Reaped, Setup

SETUP_FAILED = 70


class Zygote:
    """The warm process: it boots, then forks and reaps as it is told."""

    def __init__(self, line: socket.socket, setup: Setup) -> None:
        self._line = line
        self._setup = setup
        self._off = frozenset(setup.without)
        self._warm_bytes = (0, 0)

    def boot(self) -> Booted:
        """Warms the runtime and says so."""
        versions = warm(self._setup.runtime)
        self._warm_bytes = memory_in_use()
        gc.collect()
        gc.freeze()
        gc.disable()
        layers.undumpable()
        return Booted(versions)

    def serve(self) -> NoReturn:
        """Forks and reaps until the pool is gone."""
        while True:
            packet, descriptors = receive(self._line)
            if not packet:
                os._exit(0)
            order = control.decode_order.decode(packet)
            match order:
                case Fork():
                    answer: control.Answer = self._fork(order, *descriptors)
                case End(pid):
                    answer = reap(pid)
                case _:
                    answer = Fault("unexpected order")
            self._line.send(control.encode(answer))

    def _fork(self, order: Fork, channel: int, printed: int) -> control.Answer:
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            return Fault(str(error))
        finally_close = (channel, printed)
        if pid == 0:
            self._become_child(order, channel, printed, zygote)
        for descriptor in finally_close:
            os.close(descriptor)
        return Forked(pid)

    def _become_child(self, order: Fork, channel: int, printed: int, zygote: int) -> NoReturn:
        try:
            self._build_wall(order, channel, printed, zygote)
            worker.Worker(SocketChannel(socket.socket(fileno=3), blocking=True)).serve()
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}".encode(errors="replace"))
        finally:
            os._exit(SETUP_FAILED)

    def _build_wall(self, order: Fork, channel: int, printed: int, zygote: int) -> None:
        layers.own_session(channel, printed)
        layers.close_descriptors()
        layers.default_signals()
        layers.limit_resources(order.memory_mb, order.cpu_seconds, self._warm_bytes)
        layers.no_new_privileges()
        layers.die_with_zygote(zygote)
        layers.undumpable()
        output.redirect(1)
        gc.enable()


def warm(runtime: control.Runtime) -> dict[str, str]:
    """Imports what submissions will use and runs it once, so that no child pays for it."""
    import site

    import numpy as np

    # An interpreter without `site` lacks `exit` and `quit`, which beginners call.
    site.setquit()
    versions = {"python": sys.version.split()[0], "numpy": np.__version__}
    if runtime == "torch":
        versions["torch"] = warm_torch()
    worker.prepare()
    return versions


def warm_torch() -> str:
    """Imports torch with what its first optimizer step loads, and takes that step."""
    import torch
    import torch._dynamo

    torch.set_num_threads(1)
    # With a CUDA build, autograd starts device threads, which no fork survives.
    if not torch.cuda.is_available():
        model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.zeros(2, 4)).sum().backward()
            optimizer.step()
    return str(torch.__version__)


def memory_in_use() -> tuple[int, int]:
    """Bytes of address space and of data that this process has now; a child starts with the same."""
    with open("/proc/self/status", encoding="ascii") as status:
        sizes = dict(line.split(":", 1) for line in status if line.startswith(("VmSize", "VmData")))
    return int(sizes["VmSize"].split()[0]) << 10, int(sizes["VmData"].split()[0]) << 10


def reap(pid: int) -> Reaped:
    """Kills a child, if it still runs, and waits for it."""
    try:
        os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return Reaped(0)
    return Reaped(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)


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
    packet, _ = receive(line)
    if not packet:
        os._exit(0)
    setup = control.decode_order.decode(packet)
    assert isinstance(setup, Setup)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()
    layers.die_with_zygote(setup.parent)
    zygote = Zygote(line, setup)
    try:
        answer: control.Answer = zygote.boot()
    except Exception as error:
        answer = Fault(f"{type(error).__name__}: {error}")
    line.send(control.encode(answer))
    zygote.serve()
