"""A batch of submissions graded in a worker process, here or on another machine; bytes in, reports as JSON out."""

from __future__ import annotations

import threading
import time
from hashlib import sha256
from pathlib import Path

import msgspec

from grader.behaviour import Behaviour
from grader.course import Course, Exercise, open_course
from grader.errors import CourseError
from grader.grading import Examiner
from grader.locale import say
from grader.results import Isolation, to_json

_ONE_AT_A_TIME = threading.Lock()  # a cluster's worker may have several threads, and an examiner serves one
_examiners: dict[Path, Examiner] = {}
_exercises: dict[Path, tuple[str, Exercise]] = {}
"""By folder, as they were read for the batch before, with the version of their checks: one serves a whole class."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is asked: which exercise, with which checks, over which sources."""

    exercise: str
    checks_version: str
    seed: int
    submissions: tuple[int, ...]
    contents: tuple[bytes, ...]
    course: str | None = None


class Graded(msgspec.Struct, frozen=True):
    """One submission's report, as the JSON it is kept as, and how long the grader was at it, diagnosis and all.

    `behaviours` tell those apart that no belief explains.
    """

    submission: int
    report: bytes
    seconds: float = 0.0
    behaviours: tuple[Behaviour, ...] = ()


def grade_batch(batch: Batch) -> list[Graded]:
    """Grade a batch with this process's warm interpreters.

    Raises `CourseError` where this machine's course is not the one that was asked for.
    """
    with _ONE_AT_A_TIME:
        examiner = _examiner(batch.course)
        version, exercise = _as_read(examiner.course.exercise(batch.exercise))
        if version != batch.checks_version:
            raise CourseError(
                say(
                    "The course on {machine} is another version: its checks of exercise {exercise} differ.",
                    machine=_machine(),
                    exercise=batch.exercise,
                ),
                say("Install the same version of the course on every machine."),
            )
        graded: list[Graded] = []
        before: float | None = None
        for place, report, behaviours in examiner.behaviours(exercise, batch.contents, seed=batch.seed):
            now = time.monotonic()
            # What all need, such as a reference's answers, comes before the first and is nobody's.
            took = report.seconds if before is None else max(report.seconds, now - before)
            before = now
            graded.append(Graded(batch.submissions[place], to_json(report), took, behaviours))
        return graded


def _as_read(exercise: Exercise) -> tuple[str, Exercise]:
    """The exercise as for the batch before, with all that was read and found for it, unless its files changed."""
    version = checks_version(exercise)
    kept = _exercises.get(exercise.folder)
    if kept is None or kept[0] != version:
        kept = _exercises[exercise.folder] = version, exercise
    return kept


def isolation_here(course: str | None) -> Isolation:
    """What the canary finds where this process would run learner code."""
    with _ONE_AT_A_TIME:
        return _examiner(course).pool("numpy").isolation


def checks_version(exercise: Exercise) -> str:
    """A fingerprint of everything that decides a report: manifest, starter, harness, checks, reference, catalogue."""
    digest = sha256()
    for path in sorted([*_sources(exercise.folder), *_sources(exercise.solution)]):
        content = path.read_bytes()
        digest.update(f"{path.parent.name}/{path.name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> list[Path]:
    decisive = ("*.py", "*.toml", "misconceptions/*.py")
    return [path for pattern in decisive for path in folder.glob(pattern) if path.name != "oracle.py"]


def _examiner(course: str | None) -> Examiner:
    opened: Course = open_course(Path(course) if course else None)
    if opened.root not in _examiners:
        _examiners[opened.root] = Examiner(opened)  # every core has work: a child in reserve would gain nothing
    return _examiners[opened.root]


def _machine() -> str:
    import platform

    return platform.node() or "?"
