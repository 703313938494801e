"""What a benchmark measured: a figure, what it is held against, and the goal."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table; `goal` is an upper bound of `value`, or a lower one where `at_least`."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is met; a row without one is for information."""
        return self.goal is None or (self.value >= self.goal if self.at_least else self.value <= self.goal)


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Write a table with the goals beside what was measured."""
    print(f"\n{title}")
    for row in rows:
        goal = "" if row.goal is None else f"goal {'>=' if row.at_least else '<='} {row.goal:g} {row.unit}".rstrip()
        mark = "  " if row.goal is None else ("ok" if row.met else "NO")
        print(f"  {mark} {row.what:<58} {row.value:>9.3g} {row.unit:<10} {goal:<22} {row.note}")


def seconds(commands: Sequence[str], runs: int) -> list[float]:
    """Median wall seconds of whole commands, measured by hyperfine in one go so that noise hits them alike."""
    hyperfine = shutil.which("hyperfine")
    if hyperfine is None:
        sys.exit("hyperfine is not installed: apt-get install hyperfine")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        subprocess.run(
            [hyperfine, "-N", "-i", "--warmup", "1", "--runs", str(runs), "--export-json", str(result), *commands],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        measured = json.loads(result.read_text())["results"]
    return [statistics.median(one["times"]) for one in measured]
