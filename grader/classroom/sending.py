"""Submissions on their way through the workers: sent in batches, kept as they land, and what a dead worker held."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from itertools import chain

import msgspec

from grader.classroom.batch import Batch, Graded, grade_batch
from grader.classroom.patience import Part, Patience, in_parts
from grader.classroom.store import Store
from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.locale import say
from grader.results import (
    CheckResult,
    ExerciseRef,
    Isolation,
    Outcome,
    Report,
    Submission,
    report_from_json,
)
from grader.text import Text

BATCH = 40
SMALLER = 8
MOST_DEATHS = 3
"""Workers that one submission may take along before it is not gradable."""
MOST_IN_A_ROW = 12
"""Workers that may die without a single result between them before the machine is to blame, not what was sent."""

Clock = Callable[[], datetime]
Workers = Callable[[], AbstractContextManager[Executor]]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is; what a display shows."""

    done: int
    all: int
    failures: int
    not_gradable: int


class Sending:
    """One run's submissions, a bounded number at a time under way; `done` and `not_gradable` say what came of them."""

    def __init__(
        self,
        course: Course,
        store: Store,
        run: int,
        seed: int,
        width: int,
        clock: Clock,
        on_progress: Callable[[Standing], None],
        number: int,
    ) -> None:
        self.course = course
        self.store = store
        self.run = run
        self.seed = seed
        self.width = width
        self.clock = clock
        self.on_progress = on_progress
        self.all = number
        self.done = self.failures = self.not_gradable = 0
        self._in_a_row = 0
        self._patience = Patience()

    def send(self, parts: Iterable[Part], executor: Executor, workers: Workers) -> None:
        """Grade every part with `executor`; `workers` gives new ones in the place of those that died.

        Raises GraderError where they keep dying whatever they are sent.
        """
        self.on_progress(self._standing())
        queue = iter(parts)
        lost = self._round(executor, queue)
        while lost:
            self._alone(lost, workers)
            with workers() as fresh:
                lost = self._round(fresh, queue)

    def _alone(self, lost: list[Part], workers: Workers) -> None:
        """What dead workers held, one part after the other in smaller and smaller pieces: only the culprit stays."""
        suspects = deque((piece, 1) for part in lost for piece in in_parts(part, BATCH // SMALLER))
        while suspects:
            with workers() as executor:
                while suspects:
                    part, deaths = suspects.popleft()
                    if not self._round(executor, iter([part])):
                        continue
                    if len(part) > 1:
                        suspects.extendleft(([one], deaths) for one in reversed(part))
                    elif deaths + 1 < MOST_DEATHS:
                        suspects.appendleft((part, deaths + 1))
                    else:
                        self._give_up(part, say("The process that graded it died {times} times.", times=MOST_DEATHS))
                    break

    def _round(self, executor: Executor, queue: Iterator[Part]) -> list[Part]:
        """Send what the queue holds through one set of workers until one dies; the parts that were lost come back."""
        lost: list[Part] = []
        running: dict[Future[list[Graded]], Part] = {}
        broken = self._fill(executor, queue, running)
        while running:
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                part = running.pop(future)
                try:
                    self._keep(part, future.result())
                except GraderError as error:
                    self._give_up(part, error.message)
                except Exception as error:
                    if _is_a_lost_worker(error):
                        lost.append(part)
                    elif len(part) > 1:
                        queue = chain(in_parts(part, 1), queue)
                    else:
                        self._give_up(part, _broke_on(error))
            broken = broken or bool(lost) or self._fill(executor, queue, running)
        if lost:
            self._count_death()
        return lost

    def _fill(self, executor: Executor, queue: Iterator[Part], running: dict[Future[list[Graded]], Part]) -> bool:
        """Keep two batches a worker under way; True where the executor takes no more."""
        while len(running) < 2 * self.width:
            part = next(queue, None)
            if part is None:
                return False
            if not (part := self._still_waited_for(part)):
                continue
            try:
                running[executor.submit(grade_batch, self._batch(part))] = part
            except BrokenProcessPool:
                running[_failed()] = part
                return True
        return False

    def _still_waited_for(self, part: Part) -> Part:
        """The part without what its learners have no more time for, which is told as their own."""
        left = [one for one in part if self._patience.is_over(one)]
        self._end(left, self._patience.told(), Outcome.TIMED_OUT)
        return [one for one in part if one not in left]

    def _batch(self, part: Part) -> Batch:
        edition = part[0].edition
        bundled = self.course.is_bundled
        return Batch(
            exercise=edition.exercise,
            checks_version=edition.checks_version,
            seed=self.seed,
            submissions=tuple(one.submission for one in part),
            contents=tuple(self.store.source(one.sha256) for one in part),
            course=None if bundled else str(self.course.root),
        )

    def _keep(self, part: Part, graded: list[Graded]) -> None:
        waiting = {each.submission: each for each in part}
        for one in graded:
            report = report_from_json(one.report)
            self.store.keep_result(self.run, one.submission, part[0].edition, report, self.clock(), one.behaviours)
            self._patience.count(waiting[one.submission], one.seconds)
            self._count(report.outcome)
        self._in_a_row = 0

    def _give_up(self, part: Part, why: Text) -> None:
        """Not gradable, which is the grader's fault and never a zero."""
        self._end(part, why, Outcome.GRADER_ERROR)

    def _end(self, part: Part, why: Text, outcome: Outcome) -> None:
        for one in part:
            exercise = self.course.exercise(one.edition.exercise)
            report = not_run(exercise, self.store.source(one.sha256), why, self.seed, outcome)
            self.store.keep_result(self.run, one.submission, one.edition, report, self.clock())
            self._count(report.outcome)

    def _count_death(self) -> None:
        self._in_a_row += 1
        if self._in_a_row >= MOST_IN_A_ROW:
            raise GraderError(
                say("{number} processes died one after the other and graded nothing.", number=self._in_a_row),
                say("Often memory is short: try --workers 1. What is graded is kept; the same command goes on."),
            )

    def _count(self, outcome: Outcome) -> None:
        self.done += 1
        self.not_gradable += outcome is Outcome.GRADER_ERROR
        self.failures += outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR)
        self.on_progress(self._standing())

    def _standing(self) -> Standing:
        return Standing(done=self.done, all=self.all, failures=self.failures, not_gradable=self.not_gradable)


def _is_a_lost_worker(error: Exception) -> bool:
    """Whether a worker died or went away, as opposed to a fault in this program."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ in ("KilledWorker", "CommClosedError")


def _broke_on(error: Exception) -> Text:
    problem = f"{type(error).__name__}: {error}"
    return say("The grader itself broke on it ({problem}).", problem=problem[:200])


def _failed() -> Future[list[Graded]]:
    future: Future[list[Graded]] = Future()
    future.set_exception(BrokenProcessPool())
    return future


def not_run(exercise: Exercise, content: bytes, why: Text, seed: int, outcome: Outcome) -> Report:
    """The report on what was not run, the same in every check."""
    return Report(
        exercise=ExerciseRef(exercise.number, exercise.id),
        outcome=outcome,
        points=0.0,
        max_points=exercise.max_points,
        message=why,
        checks=tuple(
            CheckResult(
                id=check.id,
                claim=check.claim,
                outcome=outcome,
                points=0.0,
                max_points=check.points,
                message=why,
            )
            for check in exercise.manifest.check
        ),
        isolation=Isolation("-", say("Nothing was run.")),
        seed=seed,
        submission=Submission(sha256(content).hexdigest()),
        seconds=0.0,
    )
