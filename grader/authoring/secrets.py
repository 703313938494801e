"""What stands in a course's solutions, searched for in what its learners get.

A secret is a line of code that the starter does not have. In the exercise's own folder none may stand; elsewhere, in
the quizzes above all, a single formula is a legitimate answer, but two successive lines of a solution are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from grader.authoring.findings import Finding
from grader.course import Exercise
from grader.locale import say, say_many

LEAST_LETTERS = 16
"""Shorter lines are everybody's: `t = t + 1`, `p.grad = None`."""

# What opens a module or a block says nothing of how the exercise is solved.
_COMMON = re.compile(r"(import|from)\b.*|(for|while|if|elif|else|try|except|finally|with)\b.*:|return \w+")


class Leak(msgspec.Struct, frozen=True):
    """A released file, the solution's file it gives away, and the line of that."""

    file: str
    of: str
    text: str


def secrets_finding(exercise: Exercise) -> Finding:
    """Whether the exercise's folder keeps what its solution holds to itself."""
    names = sorted(path for path in exercise.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    released = {
        f"exercises/{exercise.folder.name}/{path.relative_to(exercise.folder).as_posix()}": path.read_bytes()
        for path in names
    }
    found = list(leaks([exercise], released))
    return Finding(
        question="secrets",
        title=say("secrets"),
        summary=say_many(
            "{number} line of the solution is nowhere in the exercise",
            "{number} lines of the solution are nowhere in the exercise",
            sum(len(lines) for lines in _secrets(exercise).values()),
        ),
        objections=tuple(
            say("{file} gives away a line of {of}: {text}", file=leak.file, of=leak.of, text=leak.text)
            for leak in found
        ),
    )


def leaks(exercises: list[Exercise], released: Mapping[str, bytes]) -> Iterator[Leak]:
    """Every secret of these exercises in these files, which go by their path within the course."""
    texts = {name: _flat(content.decode(errors="replace")) for name, content in released.items()}
    for exercise in exercises:
        own = f"exercises/{exercise.folder.name}/"
        for source, lines in _secrets(exercise).items():
            successive = [f"{first} {second}" for first, second in pairwise(lines)]
            for name, text in texts.items():
                sought = lines if name.startswith(own) else successive
                yield from (Leak(name, source, secret) for secret in sought if secret in text)


def _secrets(exercise: Exercise) -> dict[str, list[str]]:
    """The secret lines of each file of a solution, and of the edits in its catalogue."""
    known = set(_lines(exercise.starter.decode()))
    paths = [path for path in sorted(exercise.solution.rglob("*.py")) if "__pycache__" not in path.parts]
    found = {
        f"solutions/{exercise.solution.name}/{path.relative_to(exercise.solution).as_posix()}": _lines(
            path.read_text(encoding="utf-8")
        )
        for path in paths
    }
    edits = [edit.after for entry in exercise.misconceptions for edit in entry.edit]
    found[f"solutions/{exercise.solution.name}/misconceptions.toml"] = [
        line for edit in edits for line in _lines(edit) if "=" in line
    ]
    return {name: [line for line in lines if _is_secret(line, known)] for name, lines in found.items()}


def _is_secret(line: str, known: set[str]) -> bool:
    return len(line) >= LEAST_LETTERS and line not in known and not _COMMON.fullmatch(line)


def _lines(source: str) -> list[str]:
    """Lines of code with their comments and their spaces taken out of account."""
    return [flat for line in source.splitlines() if (flat := _flat(line.partition("#")[0]))]


def _flat(text: str) -> str:
    return " ".join(text.split())


def read_all(root: Path, paths: list[Path]) -> dict[str, bytes]:
    """The content of files by their path within `root`, written with `/`."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}
