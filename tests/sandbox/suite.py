"""Runs every hostile submission and prints how each ended, as JSON; `tests.sandbox.settings` sets the stage."""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from grader.sandbox import Died, Ended, Limits, Opaque, Pool, Program, Raised, Returned, Session, TimedOut
from tests.sandbox.hostile import Hostile
from tests.sandbox.hostile.attack import ATTACK
from tests.sandbox.hostile.exhaust import EXHAUST
from tests.sandbox.hostile.forge import FORGE
from tests.sandbox.hostile.read import READ

HOSTILE: list[Hostile] = [*FORGE.members, *READ.members, *EXHAUST.members, *ATTACK.members]
LIMITS = Limits(call_seconds=10.0, total_seconds=30.0, memory_mb=128, output_kb=16)
# For those that will not end: long enough to do harm, short enough to wait for.
IMPATIENT = Limits(call_seconds=0.7, total_seconds=3.0, memory_mb=128, output_kb=16)
# The key of the shared memory that some of them try to leave; other programs have segments of their own.
SEGMENT = "4242"
TOKEN = ("the-secret-of-", "the-checks-4711")

HONEST = """
import numpy as np
def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
"""


def inputs(seed: int) -> tuple[Any, ...]:
    """Arguments of one Adam step."""
    draw = np.random.default_rng(seed)
    return draw.normal(size=3), draw.normal(size=3), draw.normal(size=3), draw.random(3), 3


def answer(arguments: tuple[Any, ...]) -> Any:
    """What the exercise wants."""
    scope: dict[str, Any] = {}
    exec(HONEST, scope)
    return scope["adam_step"](*arguments)


def describe(ended: Ended, want: Any) -> str:
    """How a call ended, in the words that `Hostile.ends` uses."""
    match ended:
        case Returned(value=value):
            return _describe_value(value, want)
        case Raised(type=kind):
            return f"raised {kind}"
        case TimedOut():
            return "timed out"
        case Died(reason=reason, detail=detail):
            return f"died {reason} {detail}"


def _describe_value(value: Any, want: Any) -> str:
    if type(value) is tuple and len(value) == 2 and value[0] in ("got", "refused"):
        return f"{value[0]} {value[1]}"
    if _holds_opaque(value):
        return "opaque"
    with contextlib.suppress(Exception):
        if len(value) == 3 and all(
            np.shape(a) == np.shape(b) and np.allclose(a, b) for a, b in zip(value, want, strict=True)
        ):
            return "right"
    return f"wrong {str(value)[:80]}"


def _holds_opaque(value: Any) -> bool:
    if isinstance(value, Opaque):
        return True
    if isinstance(value, list | tuple):
        return any(_holds_opaque(item) for item in value)
    return isinstance(value, dict) and any(_holds_opaque(item) for item in value.values())


def attempt(session: Session) -> str:
    """How a submission ends over two calls with different inputs."""
    if not isinstance(session.load, Returned):
        how = describe(session.load, None)
        return f"did not load: {how}" if how.startswith("raised") else how
    first = describe(session.call("adam_step", inputs(1)), answer(inputs(1)))
    if first == "timed out":
        return first
    second = describe(session.call("adam_step", inputs(2)), answer(inputs(2)))
    if "right" in (first, second):
        return "right" if first == second else "right once"
    return second if first.startswith(("wrong", "opaque")) and second.startswith("died protocol") else first


def run(pool: Pool, places: dict[str, str], members: list[Hostile]) -> list[dict[str, Any]]:
    """Every submission, and after each an honest one."""
    results = []
    honest = Program(HONEST, "adam_step.py", ("adam_step",))
    for member in members:
        started = time.monotonic()
        limits = IMPATIENT if "timed out" in member.ends else LIMITS
        with pool.open(Program(member.program(places), "adam_step.py", ("adam_step",)), limits, 0) as session:
            end = attempt(session)
        hostile_seconds = time.monotonic() - started
        started = time.monotonic()
        with pool.open(honest, LIMITS, 0) as session:
            after = attempt(session)
        results.append(
            {
                "name": f"{member.family}/{member.name}",
                "end": end,
                "after": after,
                "seconds": round(hostile_seconds, 3),
                "after_seconds": round(time.monotonic() - started, 3),
                "output": len(session.output),
            }
        )
    return results


def lay_out_course(folder: Path, *, private: bool) -> dict[str, str]:
    """A course with a secret, and another learner's file; `private`: only their owner may read them."""
    course, others = folder / "course", folder / "others"
    for place in (course, others):
        place.mkdir()
    (course / "checks.py").write_text(f"SECRET = {''.join(TOKEN)!r}\n", encoding="utf-8")
    (others / "ana.py").write_text("def adam_step(): ...\n", encoding="utf-8")
    for place in (folder, course, others):
        place.chmod(0o700 if private else 0o755)
    return {
        "COURSE": str(course),
        "CHECKS": str(course / "checks.py"),
        "OTHERS": str(others / "ana.py"),
        "PARENT": str(os.getpid()),
        "USERNAME": _user(),
        "TOKEN_A": TOKEN[0],
        "TOKEN_B": TOKEN[1],
    }


def _user() -> str:
    with contextlib.suppress(Exception):
        return getpass.getuser()
    return "root"


def remains() -> dict[str, list[str]]:
    """What is there now and would show that something was left behind."""
    here = [
        f
        for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/")
        for f in _names(folder)
        if "left" in f or "fill" in f
    ]
    segments = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()
    # `os.walk` passes over a folder that another's pool removes meanwhile; a glob does not.
    below = ((at, name) for at, names, _ in os.walk("/sys/fs/cgroup") for name in names)
    own_groups = [f"{at}/{name}" for at, name in below if name.startswith(f"descenso-{os.getpid()}")]
    return {
        "children": _children(),
        "mounts": Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines(),
        "files": here,
        "groups": own_groups,
        "segments": [line for line in segments if line.split()[0] == SEGMENT],
    }


def settled(before: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is there once all that was killed has had time to end: a process takes its milliseconds to go."""
    give_up = time.monotonic() + 10
    while set((after := remains())["children"]) - set(before["children"]) and time.monotonic() < give_up:
        time.sleep(0.02)
    return after


def _names(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []


def _children() -> list[str]:
    """Processes whose parent this one is, by birth or because their own parent died."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            # A zombie is a process that has ended; who adopts it reaps it.
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.append(status.parent.name)
    return found


def adopt_orphans() -> None:
    """Processes that lose their parent come to this one, so that none can slip away."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def main() -> None:
    """Arguments: the setting this runs in, and optionally a part of the names to run."""
    setting, *part = sys.argv[1:]
    adopt_orphans()
    members = [member for member in HOSTILE if not part or part[0] in f"{member.family}/{member.name}"]
    os.environ["DESCENSO_SECRET"] = "".join(TOKEN)
    with tempfile.TemporaryDirectory() as folder:
        places = lay_out_course(Path(folder), private=setting == "container_without_landlock")
        before = remains()
        masked = Path(places["COURSE"]), Path(places["OTHERS"]).parent
        # The next submission's child waits while a hostile one runs, as it does in a class.
        with Pool("numpy", masked=masked, spares=1) as pool:
            tier, summary = pool.isolation.tier, str(pool.isolation.summary)
            results = run(pool, places, members)
        report = {"tier": tier, "summary": summary, "results": results, "before": before, "after": settled(before)}
    json.dump(report, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
