"""The sandbox's own sentences: what the canary found, and what to do instead of what cannot work inside."""

from __future__ import annotations

from collections.abc import Callable

from grader.locale import say
from grader.results import Isolation
from grader.sandbox.control import Findings
from grader.text import Text

ADVICE: dict[str, Callable[[], Text]] = {
    "input": lambda: say("There is nobody to answer `input()` here: take what you need from the arguments."),
    "processes": lambda: say(
        "Programs being graded cannot start processes: use `num_workers=0` in a DataLoader, and plain loops."
    ),
    "files": lambda: say("Programs being graded cannot use files: keep what you need in variables."),
    "own_file": lambda: say("Your file is not on a disk while it is graded, so it cannot open `__file__`."),
    "network": lambda: say("Programs being graded have no network: use the data in the arguments."),
    "threads": lambda: say("Too many threads, or too little memory for one more: use fewer."),
    "compile": lambda: say("`torch.compile` needs a compiler, which is not here: call the function without it."),
    "refused": lambda: say("The sandbox refused an operation on the system that this exercise does not need."),
}


def isolation_of(findings: Findings | None, layers: tuple[str, ...]) -> Isolation:
    """The tier and its sentence."""
    return Isolation("E", say("Weak: a separate process with limits, and no wall yet."))
