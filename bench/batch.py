"""A class of submissions through one warm pool, against fresh pytests, nbgrader and the bare checks in process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.bare import run_bare
from bench.notebooks import nbgrader_seconds
from bench.rows import Row
from grader.course import Exercise, open_course
from grader.diagnosis import singles
from grader.diagnosis.mutants import mutants
from grader.grading import Examiner

PLUGIN = Path(__file__).with_name("bare.py")


def batch_rows(*, short: bool) -> list[Row]:
    """Milliseconds a submission on a NumPy and on a torch exercise, and how many times a fresh pytest takes."""
    rows = []
    for number, goal, times in ((3, 10.0, 25.0), (4, 25.0, 100.0)):
        exercise = open_course().exercise(number)
        sources = _class(exercise, 60 if short else 200)
        passing = [exercise.reference.encode()] * len(sources)
        mixed, only_right = _batch(exercise, sources), _batch(exercise, passing)
        fresh = fresh_pytest(exercise, 3 if short else 10)
        bare = _bare(exercise, 5 if short else 20)
        notebook = nbgrader_seconds(exercise, 3 if short else 10)
        name = f"exercise {number} ({exercise.manifest.runtime})"
        plain, grouped = _grouping(exercise, short=short)
        rows += [
            Row(f"{name}: a class with unlisted slips, grouped / not", grouped / plain, "times", 1.10,
                note=f"{plain * 1e3:.1f} ms each without"),
            Row(f"{name}: right submissions, ms each", only_right * 1e3, "ms", goal),
            Row(f"{name}: a mixed class, diagnosed, ms each", mixed * 1e3, "ms"),
            Row(f"{name}: fresh pytest / one of ours", fresh / only_right, "times", times, at_least=True,
                note=f"{fresh * 1e3:.0f} ms each"),
            Row(f"{name}: ours / the bare checks in process", only_right / bare, "times", note=f"{bare * 1e3:.2f} ms"),
        ]  # fmt: skip
        if notebook is not None:
            told = f"{notebook * 1e3:.0f} ms each"
            rows.append(Row(f"{name}: nbgrader / one of ours", notebook / only_right, "times", note=told))
    return rows


def _class(exercise: Exercise, size: int) -> list[bytes]:
    """Two right submissions for each wrong one, and every wrong one of the catalogue in turn."""
    wrong = [variant.source.encode() for variant in singles(exercise)]
    right = exercise.reference.encode()
    return [wrong[i // 3 % len(wrong)] if i % 3 == 0 else right for i in range(size)]


def _batch(exercise: Exercise, sources: list[bytes]) -> float:
    """Seconds a submission once the interpreters are warm."""
    with Examiner(open_course(), spares=1) as examiner:
        list(examiner.reports(exercise, sources[:2], seed=0))
        started = time.perf_counter()
        list(examiner.reports(exercise, sources, seed=1))
        return (time.perf_counter() - started) / len(sources)


def _grouping(exercise: Exercise, *, short: bool) -> tuple[float, float]:
    """Seconds a submission of a class in which one in six has a slip of five that nobody listed, grouped and not."""
    right = exercise.reference.encode()
    unlisted = [mutant.source.encode() for mutant in mutants(exercise.reference)[:: 12 if short else 5]][:5]
    wrong = [variant.source.encode() for variant in singles(exercise)]
    size = 60 if short else 240
    sources = [
        unlisted[place // 6 % len(unlisted)] if place % 6 == 0
        else wrong[place // 3 % len(wrong)] if place % 3 == 0
        else right
        for place in range(size)
    ]  # fmt: skip
    taken: list[list[float]] = [[], []]
    with Examiner(open_course()) as examiner:
        for seed in range(1, 4 if short else 6):
            for way, ask in ((0, examiner.reports), (1, examiner.behaviours)):
                list(ask(exercise, sources[:6], seed=1000 + 2 * seed + way))
                started = time.perf_counter()
                list(ask(exercise, sources, seed=2 * seed + way))
                taken[way].append((time.perf_counter() - started) / size)
    return min(taken[0]), min(taken[1])


def fresh_pytest(exercise: Exercise, runs: int) -> float:
    """Seconds of one pytest process with the same checks, the learner's functions imported beside them."""
    environment = os.environ | {"BENCH_EXERCISE": str(exercise.number), "PYTHONPATH": str(PLUGIN.parent.parent)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "bench.bare", "-p", "no:cacheprovider", "--noconftest",
               "-c", os.devnull, "--rootdir", str(exercise.solution), str(exercise.checks_path)]  # fmt: skip
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            started = time.perf_counter()
            subprocess.run(command, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
            taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def _bare(exercise: Exercise, runs: int) -> float:
    """Seconds of the checks alone, called as functions in this process."""
    run_bare(exercise, 0)
    started = time.perf_counter()
    for seed in range(runs):
        run_bare(exercise, seed)
    return (time.perf_counter() - started) / runs
