"""A real `grade watch` at a terminal of its own, timed from the save of a file to the verdict on the screen."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import Row
from grader.course import Exercise, open_course
from grader.watch import QUIET_MS
from grader.workspace import lay_out

PATIENCE = 60.0
VERDICT = re.compile(rb"\d/20\b")


def watch_rows(*, short: bool) -> list[Row]:
    """The median and the 95th percentile over saves that pass, and that fail for a known and an unknown reason."""
    saves = 20 if short else 100
    times = [time_taken for number in (3, 4) for time_taken in [_saves(open_course().exercise(number), saves)]]
    rows = []
    for number, taken in zip((3, 4), times, strict=True):
        cuts = statistics.quantiles(taken, n=20, method="inclusive")
        quiet = f"{QUIET_MS} ms of quiet taken off"
        rows.append(Row(f"exercise {number}: save to verdict, median", statistics.median(taken), "ms", note=quiet))
        goal = 100.0
        rows.append(Row(f"exercise {number}: save to verdict, p95 of {saves} saves", cuts[18], "ms", goal, note=quiet))
    return rows


def _saves(exercise: Exercise, count: int) -> list[float]:
    """Milliseconds from each save to its verdict, less the quiet time that tells a save is over."""
    edit = exercise.misconceptions[0].edit[0]
    versions = [exercise.reference, exercise.reference.replace(edit.before, edit.after)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        lay_out(open_course().root, copy, datetime.now(UTC))
        file = copy / "exercises" / exercise.folder.name / exercise.manifest.file
        process, screen = pty.fork()
        if process == 0:
            os.chdir(copy)
            environment = {**os.environ, "HOME": folder, "TERM": "xterm"}
            os.execve(sys.executable, [sys.executable, "-m", "grader", "watch", str(exercise.number)], environment)
        try:
            _read_until_verdict(screen)
            return [_one_save(screen, file, f"{versions[n % 2]}\n# save {n}\n") for n in range(count + 5)][5:]
        finally:
            os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)
            os.close(screen)


def _one_save(screen: int, file: Path, text: str) -> float:
    time.sleep(0.5)  # nobody saves faster; the diagnosis of the save before is told by then
    while select.select([screen], [], [], 0)[0]:
        os.read(screen, 65536)
    started = time.perf_counter()
    file.write_text(text)
    _read_until_verdict(screen)
    return 1000 * (time.perf_counter() - started) - QUIET_MS


def _read_until_verdict(screen: int) -> None:
    told = b""
    while not VERDICT.search(told):
        if not select.select([screen], [], [], PATIENCE)[0]:
            sys.exit(f"no verdict came: {told[-500:]!r}")
        told += os.read(screen, 65536)
