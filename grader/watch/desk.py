"""A submission handed in becomes its report in stages, unless a newer one overtakes it."""

from __future__ import annotations

import contextlib
import threading
from typing import Literal, Protocol

import msgspec

from grader.course import Exercise
from grader.errors import GraderError
from grader.grading import Examiner
from grader.results import Report
from grader.sandbox import Interrupted, Line

Stage = Literal["verdict", "diagnosed", "pictured"]


class Graded(msgspec.Struct, frozen=True):
    """A grading that was not overtaken, as far as it is: the verdict comes before what explains it."""

    stage: Stage
    exercise: Exercise
    content: bytes
    report: Report


class Broke(msgspec.Struct, frozen=True):
    """A grading that could not be done, through no fault of the learner's."""

    error: Exception


class Events(Protocol):
    """Where events are put, from any thread."""

    def put(self, item: Graded | Broke) -> None:
        """Add one."""


class Job(msgspec.Struct, frozen=True):
    """A submission to grade, or, where its report is known already, to draw."""

    exercise: Exercise
    content: bytes
    report: Report | None = None


class Desk:
    """Does the newest job it was handed, on a thread of its own, and puts what comes of it among `events`.

    The examiner's sessions hang on `line`, which is cut where a job is overtaken.
    """

    def __init__(self, examiner: Examiner, line: Line, events: Events) -> None:
        self._examiner = examiner
        self._line = line
        self._events = events
        self._changed = threading.Condition()
        self._waiting: Job | None = None
        self._is_busy = self._is_overtaken = self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="grading", daemon=True)
        self._thread.start()

    def hand_in(self, job: Job) -> None:
        """Do this, and nothing that was handed in before."""
        with self._changed:
            self._overtake()
            self._waiting = job
            self._changed.notify()

    def withdraw(self) -> None:
        """Forget what was handed in; nothing more is told of it."""
        with self._changed:
            self._overtake()

    def close(self) -> None:
        """Call off what is being done, and end the thread."""
        with self._changed:
            self._overtake()
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _overtake(self) -> None:
        self._waiting = None
        if self._is_busy:
            self._is_overtaken = True
            self._line.cut()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._do(job)
            except Interrupted:
                pass
            except Exception as error:  # whatever broke, the watch goes on: the next save may mend it
                self._tell(Broke(error))
            self._is_busy = False

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._is_closed)
            if self._is_closed:
                return None
            job, self._waiting = self._waiting, None
            self._line.mend()
            self._is_busy, self._is_overtaken = True, False
            return job

    def _do(self, job: Job) -> None:
        exercise, content = job.exercise, job.content
        if job.report is not None:
            drawn = self._examiner.with_figures(job.report, exercise, content)
            self._tell(Graded("pictured", exercise, content, drawn))
            self._prepare(exercise)
            return
        stages: tuple[Stage, Stage] = ("verdict", "diagnosed")
        for stage, report in zip(stages, self._examiner.stages(exercise, content), strict=True):
            self._tell(Graded(stage, exercise, content, report))
        self._prepare(exercise)

    def _prepare(self, exercise: Exercise) -> None:
        """While the learner reads: what the next save need not wait for."""
        with contextlib.suppress(GraderError):  # the next grading meets it again, and tells it
            self._examiner.prepare(exercise)

    def _tell(self, event: Graded | Broke) -> None:
        with self._changed:
            if not self._is_overtaken:
                self._events.put(event)
