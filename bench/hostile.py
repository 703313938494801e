"""What thirty hostile learners cost a class of three hundred: the whole command, with them and without."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from bench.rows import Row
from bench.synthetic_class import synthetic_class, write_class
from grader.course import open_course
from tests.classroom.test_hostile_learners import grade, write_hostile

HONEST, HOSTILE = 300, 30
# The cheapest exercises, beside which the cost shows most.
EXERCISES = (3, 5)


def hostile_rows(*, short: bool) -> list[Row]:
    """Pairs of runs, and the median of their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        honest, both = Path(folder) / "honest", Path(folder) / "both"
        write_class(honest, synthetic_class(open_course(), HONEST, seed=8, exercises=EXERCISES))
        shutil.copytree(honest, both)
        write_hostile(both, HOSTILE)
        pairs = [(_seconds(honest), _seconds(both)) for _ in range(1 if short else 5)]
    return [
        Row(
            "300 honest and 30 hostile learners / the honest alone",
            statistics.median(with_them / without for without, with_them in pairs),
            "",
            1.5,
            note=", ".join(f"{with_them:.1f} s / {without:.1f} s" for without, with_them in pairs),
        )
    ]


def _seconds(handed_in: Path) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        grade(Path(folder), "class", handed_in, "--out", "results", "--seed", 5, "-j", 2)
        return time.perf_counter() - started
