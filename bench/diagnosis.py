"""`python -m bench.diagnosis [EXERCISE...]`: grade the kept programs, write docs/diagnosis.md: is a slip named?

Exercises that are not asked for keep the rows they have on the page.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from grader.results import Diagnosis, Outcome, Report
from tests.content.driver import course, grade_many
from tests.content.programs import REFUSED, right_programs, wrong_programs
from tests.content.sheaves import Program

PAGE = Path(__file__).parents[1] / "docs" / "diagnosis.md"
SEED = 0
Z95 = 1.959963984540054

INTRODUCTION = """\
# How often a slip is named

Written by `python -m bench.diagnosis`, which grades the programs in `tests/content/correct` and
`tests/content/programs` at one seed. They are no edits of a reference, and whoever wrote a wrong one said which slips
are in it: *listed* where each is an entry of the exercise's catalogue, otherwise *unlisted*. Of the right ones it
counts how many passed and were told no belief, of the wrong ones how many were refused.

A wrong program with listed slips alone is *named* when all its slips are told and nothing else; *in part* when some
are, and nothing else; *not at all* when no belief is told; *falsely* when a belief is told that is not among its slips.
With an unlisted slip, to be told *nothing* is right, and so is a *true* name of a listed slip beside it. Where one of
several beliefs is told, which its inputs cannot tell apart, one of them has to be true. Bounds are Wilson's, at 95 %.
"""
COUNTS_HEAD = """
## Counts

| | right | wrong | listed | named | in part | not at all | falsely | unlisted | true | nothing | falsely |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""
SHARES_HEAD = """
## Shares

| | listed and named | listed and told falsely | all wrong and told falsely |
|---|---|---|---|
"""
ROW = re.compile(r"^\| (\w+) \| (\d+)/(\d+) \| (\d+)/(\d+) \| (\d+(?: \| \d+){8}) \|$", re.MULTILINE)


class Counts(NamedTuple):
    """What became of one exercise's programs."""

    right: int = 0
    passed: int = 0
    wrong: int = 0
    refused: int = 0
    named: int = 0
    part: int = 0
    silent: int = 0
    false: int = 0
    true_beside: int = 0
    nothing_beside: int = 0
    false_beside: int = 0

    @property
    def listed(self) -> int:
        """Wrong programs all of whose slips are in the catalogue."""
        return self.named + self.part + self.silent + self.false

    @property
    def unlisted(self) -> int:
        """Wrong programs with a slip that is not."""
        return self.true_beside + self.nothing_beside + self.false_beside

    def __add__(self, other: tuple[object, ...]) -> Counts:
        """Both together."""
        assert isinstance(other, Counts)
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def counted(slug: str) -> Counts:
    """One exercise's programs graded and weighed."""
    right, wrong = right_programs(slug), wrong_programs(slug)
    of_right = grade_many(slug, [program.source for program in right], SEED)
    of_wrong = grade_many(slug, [program.source for program in wrong], SEED)
    found = Counter(verdict(program, report) for program, report in zip(wrong, of_wrong, strict=True))
    return Counts(
        right=len(right),
        passed=sum(report.outcome is Outcome.PASSED and not report.diagnosis for report in of_right),
        wrong=len(wrong),
        refused=sum(report.outcome in REFUSED for report in of_wrong),
        **found,
    )


def verdict(program: Program, report: Report) -> str:
    """Which of the counts a wrong program's report belongs to."""
    told = told_of(report.diagnosis, program.listed)
    beside = "_beside" if program.others else ""
    if told - program.listed:
        return f"false{beside}"
    if program.others:
        return "true_beside" if told else "nothing_beside"
    return ("named" if told == program.listed else "part") if told else "silent"


def told_of(diagnoses: Iterable[Diagnosis], slips: frozenset[str]) -> frozenset[str]:
    """The ids of every belief told; of several alternatives the one that is true, or the first where none is."""
    told = frozenset[str]()
    for diagnosis in diagnoses:
        ids = frozenset(belief.id for belief in diagnosis.beliefs)
        if diagnosis.kind == "one_of":
            alternatives = [frozenset(one) for one in diagnosis.alternatives] or [frozenset({name}) for name in ids]
            ids = max((one for one in alternatives if one <= slips), key=len, default=alternatives[0])
        told |= ids
    return told


def page(rows: dict[str, Counts]) -> str:
    """The whole page; every share follows from the counts."""
    rows = {**rows, "together": sum(rows.values(), Counts())}
    counts = "".join(_count_line(slug, row) for slug, row in rows.items())
    shares = "".join(_share_line(slug, row) for slug, row in rows.items() if row.wrong)
    return f"{INTRODUCTION}{COUNTS_HEAD}{counts}{SHARES_HEAD}{shares}"


def _count_line(slug: str, row: Counts) -> str:
    figures = (row.listed, row.named, row.part, row.silent, row.false)
    beside = (row.unlisted, row.true_beside, row.nothing_beside, row.false_beside)
    written = " | ".join(str(figure) for figure in (*figures, *beside))
    return f"| {slug} | {row.passed}/{row.right} | {row.refused}/{row.wrong} | {written} |\n"


def _share_line(slug: str, row: Counts) -> str:
    named, false = share(row.named, row.listed), share(row.false, row.listed)
    return f"| {slug} | {named} | {false} | {share(row.false + row.false_beside, row.wrong)} |\n"


def share(of: int, all_: int) -> str:
    """A share in per cent with its bounds, for a reader."""
    if not all_:
        return "—"
    low, high = wilson(of, all_)
    return f"{100 * of / all_:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def wilson(of: int, all_: int) -> tuple[float, float]:
    """Wilson's interval of a share, at 95 % (Wilson 1927); never outside 0 to 1."""
    middle = (of + Z95**2 / 2) / (all_ + Z95**2)
    half = Z95 / (all_ + Z95**2) * math.sqrt(of * (all_ - of) / all_ + Z95**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def rows_of(written: str) -> dict[str, Counts]:
    """The rows that a page has, without their sum."""
    return {found[1]: _row(found) for found in ROW.finditer(written) if found[1] != "together"}


def _row(found: re.Match[str]) -> Counts:
    passed, right, refused, wrong = (int(found[place]) for place in range(2, 6))
    _, named, part, silent, false, _, *beside = map(int, found[6].split(" | "))
    return Counts(right, passed, wrong, refused, named, part, silent, false, *beside)


def main() -> None:
    """Grade what is asked for, keep the other rows, write the page."""
    slugs = [exercise.id for exercise in course().exercises]
    parser = argparse.ArgumentParser(prog="python -m bench.diagnosis", description=__doc__)
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help=f"all, or some of: {', '.join(slugs)}")
    asked = parser.parse_args().exercises or slugs
    if unknown := set(asked) - set(slugs):
        parser.error(f"the course has no {', '.join(sorted(unknown))}")
    known = rows_of(PAGE.read_text(encoding="utf-8")) if PAGE.is_file() else {}
    rows = {slug: counted(slug) if slug in asked else known.get(slug, Counts()) for slug in slugs}
    PAGE.write_text(page(rows), encoding="utf-8")
    for slug in asked:
        print(_count_line(slug, rows[slug]), end="")


if __name__ == "__main__":
    main()
