"""The programs that are kept for each exercise: right ones in many hands, and wrong ones with what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from grader.results import Outcome
from tests.content.driver import course
from tests.content.sheaves import Program, SheafError, read_sheaf

HERE = Path(__file__).parent
SHEAVES = HERE / "programs"
FILES = HERE / "correct"
REFUSED = {Outcome.FAILED, Outcome.TIMED_OUT, Outcome.CRASHED}
"""What a wrong program ends with; one that cannot even be loaded proves nothing."""


@cache
def right_programs(slug: str) -> tuple[Program, ...]:
    """Right solutions that are written otherwise than the reference: files of their own, and those of sheaves."""
    files = [Program(path.stem, path.read_text(encoding="utf-8")) for path in sorted((FILES / slug).glob("*.py"))]
    return _apart(slug, [*files, *_in_sheaves(slug, "right*.txt")])


@cache
def wrong_programs(slug: str) -> tuple[Program, ...]:
    """Wrong solutions, each with its slips; a listed one is an entry of the exercise's catalogue."""
    programs = _apart(slug, _in_sheaves(slug, "wrong*.txt"))
    known = {entry.id for entry in course().exercise(slug).misconceptions}
    for program in programs:
        if unknown := program.listed - known:
            raise SheafError(f"{slug}, {program.name}: the catalogue lists no {', '.join(sorted(unknown))}")
    return programs


def _in_sheaves(slug: str, pattern: str) -> Iterable[Program]:
    return (program for path in sorted((SHEAVES / slug).glob(pattern)) for program in read_sheaf(path))


def _apart(slug: str, programs: Iterable[Program]) -> tuple[Program, ...]:
    """The same programs; none may be there twice, by name or by what it says."""
    kept: dict[str, Program] = {}
    sources: dict[str, str] = {}
    for program in programs:
        if program.name in kept:
            raise SheafError(f"{slug}: two programs are called {program.name}")
        if program.source in sources:
            raise SheafError(f"{slug}: {program.name} is {sources[program.source]} once more")
        kept[program.name] = program
        sources[program.source] = program.name
    return tuple(kept.values())
