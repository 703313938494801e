"""A synthetic class through the real `grade class`: time a submission and core, memory at two sizes, the truth."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.batch import fresh_pytest
from bench.rows import Row
from bench.synthetic_class import Made, synthetic_class, write_class
from grader.classroom.store import Store
from grader.course import open_course

_LASTING = 1.0
"""Seconds after which a process is no submission's child."""


@dataclass(frozen=True)
class Run:
    """One run of the command: wall seconds, processor seconds, the peak of all its processes together, what it told."""

    wall: float
    cpu: float
    peak_mb: float
    made: list[Made]
    wrong: int


def class_rows(*, short: bool) -> list[Row]:
    """Start-up is measured with two sizes and taken off: a class pays it once."""
    few, many = (40, 160) if short else (200, 2000)
    large = many if short else 10_000
    workers = max(1, min(os.cpu_count() or 1, 4))
    rows: list[Row] = []
    runs = []
    for name, numbers, goal, times in (
        ("NumPy", runtime_of("numpy"), 10.0, 25.0),
        ("torch", runtime_of("torch"), 25.0, 100.0),
    ):
        small, big = (_run(size, numbers, workers) for size in (few, many))
        runs += [small, big]
        each = 1e3 * (big.cpu - small.cpu) / (many - few)
        clock = 1e3 * workers * (big.wall - small.wall) / (many - few)
        rows.append(Row(f"{name}: a submission and core, processor time", each, "ms", goal, note=f"{few} to {many}"))
        rows.append(
            Row(f"{name}: the same by the clock, {workers} workers", clock, "ms", note=f"{big.wall:.1f} s in all")
        )
        course = open_course()
        fresh = 1e3 * statistics.mean(fresh_pytest(course.exercise(number), 3) for number in numbers)
        told = f"{fresh:.0f} ms each, right ones only"
        rows.append(Row(f"{name}: a fresh pytest / a submission and core", fresh / each, "times", times, True, told))
        if name == "NumPy":
            largest = big if large == many else _run(large, numbers, workers)
            runs += [] if largest is big else [largest]
            # A small class is over after twenty looks: of several, the one whose peak was met counts.
            peak = max(small.peak_mb, *(_run(few, numbers, workers).peak_mb for _ in range(2)))
            growth = largest.peak_mb / peak
            told = f"{peak:.0f} MB at {few}, {largest.peak_mb:.0f} MB at {large}"
            rows.append(Row("peak memory of all processes, large class / small", growth, "times", 1.10, note=told))
    graded, wrong = sum(len(run.made) for run in runs), sum(run.wrong for run in runs)
    rows.append(Row("submissions with another outcome or belief than the known", wrong, "", 0, note=f"of {graded}"))
    return rows


def runtime_of(runtime: str) -> tuple[int, ...]:
    """The numbers of the course's exercises with one runtime."""
    return tuple(exercise.number for exercise in open_course().exercises if exercise.manifest.runtime == runtime)


def _run(size: int, numbers: tuple[int, ...], workers: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder) / "submissions", Path(folder) / "out"
        made = write_class(submissions, synthetic_class(open_course(), size, seed=size, exercises=numbers))
        command = [sys.executable, "-m", "grader", "class", str(submissions), "--out", str(out), "--no-pages",
                   "-j", str(workers)]  # fmt: skip
        started = time.perf_counter()
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        watched = _Watched(process)
        if process.wait() != 0:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        wall = time.perf_counter() - started
        watched.end()
        return Run(wall, watched.cpu, watched.memory / 1e6, made, _wrong(out, made))


class _Watched(threading.Thread):
    """Adds up memory and processor time of a process and all below it, five times a second, and keeps the most.

    Memory is by share (PSS): a page that ten processes share counts once. A submission's own child lives for
    milliseconds and weighs the same in every class; whether a look meets it is chance, so what is younger than a second
    does not count. What a process's ended children spent stands in its own account; what ends unseen at the very end is
    lost, in a small class as in a large one.
    """

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.memory = 0
        self.cpu = 0.0
        self.over = threading.Event()
        self.start()

    def run(self) -> None:
        """Look until told that it is over."""
        while not self.over.wait(0.2):
            memory, cpu = _spent(self.process)
            self.memory, self.cpu = max(self.memory, memory), max(self.cpu, cpu)

    def end(self) -> None:
        """Look no more."""
        self.over.set()
        self.join()


def _spent(process: psutil.Process) -> tuple[int, float]:
    memory, cpu = 0, 0.0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0, 0.0
    now = time.time()
    for each in family:
        try:
            times = each.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            if now - each.create_time() > _LASTING:
                memory += each.memory_full_info().pss
        except psutil.Error:
            continue  # it ended meanwhile
    return memory, cpu


def _wrong(out: Path, made: list[Made]) -> int:
    """How many got another outcome, or another belief named, than they were made to."""
    with Store.open(out / "class.sqlite3") as store:
        told = {
            (result.submission.learner, result.submission.exercise): (
                result.report.outcome,
                [belief.id for diagnosis in result.report.diagnosis for belief in diagnosis.beliefs],
            )
            for result in store.results()
        }
    truth = {(one.learner, one.exercise.id): (one.outcome, [one.belief] if one.belief else []) for one in made}
    return sum(told.get(place) != what for place, what in truth.items())
