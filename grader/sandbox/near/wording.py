"""The sandbox's own sentences: what the canary found, and what to do instead of what cannot work inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from grader.locale import join, say
from grader.results import Isolation
from grader.sandbox.wire.control import Findings
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
    "package": lambda: say(
        "Only Python's own library and the exercise's packages are here while it is graded: do without others."
    ),
    "refused": lambda: say("The sandbox refused an operation on the system that this exercise does not need."),
}

_TIERS: dict[str, Callable[[], Text]] = {
    "A": lambda: say("Full isolation: a process of its own that sees nothing but Python."),
    "B": lambda: say("Strong isolation: another user, and a kernel filter on files and system calls."),
    "C": lambda: say("Strong isolation: a kernel filter on files and system calls; the sizes of files show."),
    "D": lambda: say("Medium isolation: another user, held back by file permissions only."),
    "E": lambda: say("WEAK isolation: learner code can reach what it should not."),
    "F": lambda: say("Process only: a separate process with time limits, and no wall around it."),
    "trusted": lambda: say("No isolation: only the course's own code runs here."),
}

_FOUND: dict[str, Callable[[], Text]] = {
    "reads_checks": lambda: say("read the course's checks"),
    "reads_system": lambda: say("read files of the system"),
    "opens_socket": lambda: say("open a socket"),
    "forks": lambda: say("start a process"),
    "signals_parent": lambda: say("signal the grader"),
    "reads_parent": lambda: say("read the grader's memory"),
    "writes_files": lambda: say("write a file"),
}


@cache
def isolation_of(findings: Findings | None, layers: tuple[str, ...]) -> Isolation:
    """The tier and its sentence, with what the canary could and could not do."""
    tier = tier_of(findings, frozenset(layers))
    if findings is None:
        return Isolation(tier, _TIERS[tier]())
    done = [words() for name, words in _FOUND.items() if getattr(findings, name)]
    refused = [words() for name, words in _FOUND.items() if not getattr(findings, name)]
    sentences = [_TIERS[tier]()]
    if refused:
        sentences.append(say("A test program could not: {what}.", what=join(", ", refused)))
    if done:
        sentences.append(say("It could: {what}.", what=join(", ", done)))
    return Isolation(tier, join(" ", sentences))


def tier_of(findings: Findings | None, layers: frozenset[str]) -> str:
    """The letter that what was found earns; what the layers promise counts only when the canary bears it out."""
    if findings is None:
        return "trusted" if layers else "F"
    if findings.reads_checks or findings.reads_parent or findings.signals_parent:
        return "E"
    walled = not (findings.opens_socket or findings.forks or findings.writes_files)
    if walled and not findings.reads_system:
        if "private_root" in layers and not findings.sees_checks:
            return "A"
        if "landlock" in layers:
            return "B" if "uid" in layers else "C"
    return "D" if "uid" in layers else "E"
