"""Each layer matters: with that one switched off, a submission gets further than with it."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass

import pytest

from grader.sandbox.wire.control import LAYERS
from tests.sandbox.hostile import PREAMBLE
from tests.sandbox.stage import on_stage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's own calls")


@dataclass(frozen=True)
class Need:
    """What one layer alone prevents. `others` are left out in both runs: they would prevent it too."""

    layer: str
    body: str
    setting: str = "root"
    others: tuple[str, ...] = ()
    private: bool = False
    foreign: bool = False
    memory_mb: int = 128


NEEDS = [
    Need("private_root", "return attempt(lambda: os.stat('$CHECKS'))"),
    Need("namespaces", "name = os.uname().nodename\nreturn ('refused', name) if name == 'sandbox' else ('got', name)"),
    Need("landlock", "return attempt(lambda: os.listdir('/'))"),
    Need("landlock", "return attempt(lambda: open('$CHECKS').read())", "user_without_namespaces"),
    Need("seccomp", "import socket\nreturn attempt(lambda: socket.socket(socket.AF_UNIX))"),
    Need("seccomp", "return attempt(lambda: os.waitpid(os.fork() or os._exit(0), 0))"),
    Need("uid", "return attempt(lambda: open('$CHECKS').read())", "container_without_landlock", private=True),
    Need(
        "capabilities",
        "return attempt(lambda: open('$PRIVATE').read())",
        others=("private_root", "landlock", "uid", "user_namespace"),
        foreign=True,
    ),
    Need(
        "user_namespace",
        """
        import threading
        try:
            for _ in range(150):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError as error:
            return ("refused", str(error))
        return ("got", "150 threads")
        """,
        "user",
        memory_mb=2048,
    ),
    Need(
        "cgroup",
        """
        import threading
        threading.stack_size(1 << 16)
        try:
            for _ in range(600):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError as error:
            return ("refused", str(error))
        return ("got", "600 threads")
        """,
        others=("rlimits",),
    ),
    Need(
        "rlimits",
        """
        try:
            kept = [os.pipe() for _ in range(300)]
        except OSError as error:
            return ("refused", str(error))
        return ("got", "600 descriptors")
        """,
    ),
    Need(
        "close_range",
        """
        found = []
        for number in range(4, 64):
            try:
                found.append((number, os.fstat(number)))
            except OSError:
                pass
        return ("got", str(found)) if found else ("refused", "nothing there")
        """,
    ),
    Need(
        "undumpable",
        "parent = os.getppid()\nreturn attempt(lambda: open(f'/proc/{parent}/mem', 'rb'))",
        "user_without_landlock",
        others=("user_namespace",),
    ),
]


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: f"{need.layer}-{need.setting}")
def test_layer_prevents_what_nothing_else_does(need: Need) -> None:
    """With the layer the attempt is refused; without it, and with all the others, it succeeds."""
    if need.layer == "cgroup":
        pytest.importorskip("resource")
    header = "def adam_step(param, grad, m, v, t, **k):\n"
    source = PREAMBLE + header + textwrap.indent(textwrap.dedent(need.body).strip("\n"), "    ")
    order = {
        "source": source,
        "without": [need.others, (*need.others, need.layer)],
        "private": need.private,
        "foreign": need.foreign,
        "memory_mb": need.memory_mb,
    }
    with_it, without_it = on_stage(need.setting, "tests.sandbox.one", json.dumps(order))
    assert with_it.startswith("refused"), with_it
    assert without_it.startswith("got"), without_it


def test_every_layer_has_its_need() -> None:
    """No layer is there that no test misses; the death of the zygote is tried in `test_kill`."""
    assert {need.layer for need in NEEDS} | {"pdeathsig"} == set(LAYERS)
