"""A folder of submissions turned into results in the store, each committed as it lands, from whichever worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256

import msgspec

from grader.classroom.batch import Batch, Graded, checks_version, grade_batch, isolation_here
from grader.classroom.intake import Intake
from grader.classroom.rows import Edition, Kept, RunStart
from grader.classroom.store import Store
from grader.course import Course, Exercise
from grader.errors import GraderError, IsolationError
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
STRONG_ENOUGH = "ABCD"
MOST_TRIES = 3

Clock = Callable[[], datetime]
Workers = Callable[[], AbstractContextManager[Executor]]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is; what a display shows."""

    done: int
    all: int
    failures: int
    not_gradable: int


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to."""

    run: int
    graded: int
    standing: int
    not_gradable: int


def grade_class(
    course: Course,
    intake: Intake | None,
    store: Store,
    workers: Workers,
    *,
    width: int,
    clock: Clock,
    proposed_seed: int,
    allow_weak: bool = False,
    only: Sequence[Exercise] | None = None,
    on_progress: Callable[[Standing], None] = lambda _: None,
) -> Outcomes:
    """Grade what the store has not graded with the course's present checks, and keep every result as it lands.

    Without an `intake`, what the store already holds. `width` is how many workers there are. Killed anywhere and
    started again, it goes on: what was kept is not done twice. Raises `IsolationError` where the wall is too weak.
    """
    isolation = _wall(course, workers, allow_weak=allow_weak)
    seed = store.class_seed(proposed_seed)
    exercises = list(course.exercises if only is None else only)
    editions = [edition_of(exercise, seed) for exercise in exercises]
    start = RunStart(
        course=course.info.id, course_version=course.info.version, seed=seed, isolation=isolation, started_at=clock()
    )
    run = store.begin_run(start, editions)
    if intake is not None:
        _take_in(intake, store, run)
    waiting = [(edition, kept) for edition in editions for kept in store.pending(edition)]
    graded, not_gradable = _Run(course, store, run, seed, width, clock, on_progress).grade(waiting, workers)
    store.finish_run(run, clock())
    return Outcomes(run=run, graded=graded, standing=len(store.submissions()) - len(waiting), not_gradable=not_gradable)


def _wall(course: Course, workers: Workers, *, allow_weak: bool) -> Isolation:
    """What holds around learner code where the batches will be graded."""
    root = None if course.is_bundled else str(course.root)
    with workers() as executor:
        isolation = executor.submit(isolation_here, root).result()
    if isolation.tier not in STRONG_ENOUGH and not allow_weak:
        raise IsolationError(
            say("The wall on this machine is too weak for a class (tier {tier}).", tier=isolation.tier),
            say("See `grade doctor`; --allow-weak grades all the same, and every report will say so."),
        )
    return isolation


def edition_of(exercise: Exercise, seed: int) -> Edition:
    """What grades an exercise in a class: its version, its checks' fingerprint and the one seed of all."""
    return Edition(exercise.id, exercise.manifest.version, checks_version(exercise), f"class:{seed}")


def _take_in(intake: Intake, store: Store, run: int) -> None:
    for old, new in intake.adoptions.items():
        store.adopt(old, new)
    for arrivals in intake.batches():
        store.keep_submissions(run, arrivals, intake.students)
    store.keep_notes(run, intake.notes)


class _Run:
    """The submissions of one run on their way through the workers, a bounded number at a time."""

    def __init__(
        self,
        course: Course,
        store: Store,
        run: int,
        seed: int,
        width: int,
        clock: Clock,
        on_progress: Callable[[Standing], None],
    ) -> None:
        self.course = course
        self.store = store
        self.run = run
        self.seed = seed
        self.width = width
        self.clock = clock
        self.on_progress = on_progress
        self.done = self.failures = self.not_gradable = self.all = 0

    def grade(self, waiting: list[tuple[Edition, Kept]], workers: Workers) -> tuple[int, int]:
        """Grade what waits; a worker that dies takes its batch along, which is tried again in smaller parts."""
        self.all = len(waiting)
        self.on_progress(self._standing())
        parts = list(_parts(waiting, BATCH))
        for attempt in range(1, MOST_TRIES + 1):
            parts = self._one_round(parts, workers)
            if not parts:
                return self.done - self.not_gradable, self.not_gradable
            if attempt < MOST_TRIES:
                size = max(1, BATCH // 8**attempt)
                parts = [smaller for part in parts for smaller in _parts(part, size)]
        for part in parts:
            self._give_up(part, say("The process that graded it died {times} times.", times=MOST_TRIES))
        return self.done - self.not_gradable, self.not_gradable

    def _one_round(self, parts: list[list[tuple[Edition, Kept]]], workers: Workers) -> list[list[tuple[Edition, Kept]]]:
        """Send every part through one set of workers; the parts whose worker died come back."""
        lost = []
        queue = iter(parts)
        running: dict[Future[list[Graded]], list[tuple[Edition, Kept]]] = {}
        with workers() as executor:
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
                        if not _is_a_lost_worker(error):
                            raise
                        lost.append(part)
                broken = broken or self._fill(executor, queue, running)
        return [*lost, *queue]

    def _fill(
        self,
        executor: Executor,
        queue: Iterator[list[tuple[Edition, Kept]]],
        running: dict[Future[list[Graded]], list[tuple[Edition, Kept]]],
    ) -> bool:
        """Keep two batches a worker under way; True where the executor takes no more."""
        while len(running) < 2 * self.width:
            part = next(queue, None)
            if part is None:
                return False
            try:
                running[executor.submit(grade_batch, self._batch(part))] = part
            except BrokenProcessPool:
                running[_failed()] = part
                return True
        return False

    def _batch(self, part: list[tuple[Edition, Kept]]) -> Batch:
        edition = part[0][0]
        bundled = self.course.is_bundled
        return Batch(
            exercise=edition.exercise,
            checks_version=edition.checks_version,
            seed=self.seed,
            submissions=tuple(kept.id for _, kept in part),
            contents=tuple(self.store.source(kept.sha256) for _, kept in part),
            course=None if bundled else str(self.course.root),
        )

    def _keep(self, part: list[tuple[Edition, Kept]], graded: list[Graded]) -> None:
        editions = {kept.id: edition for edition, kept in part}
        for one in graded:
            report = report_from_json(one.report)
            self.store.keep_result(self.run, one.submission, editions[one.submission], report, self.clock())
            self._count(report.outcome)

    def _give_up(self, part: list[tuple[Edition, Kept]], why: Text) -> None:
        """Not gradable, which is the grader's fault and never a zero."""
        for edition, kept in part:
            exercise = self.course.exercise(edition.exercise)
            report = _not_gradable(exercise, self.store.source(kept.sha256), why, self.seed)
            self.store.keep_result(self.run, kept.id, edition, report, self.clock())
            self._count(report.outcome)

    def _count(self, outcome: Outcome) -> None:
        self.done += 1
        self.not_gradable += outcome is Outcome.GRADER_ERROR
        self.failures += outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR)
        self.on_progress(self._standing())

    def _standing(self) -> Standing:
        return Standing(done=self.done, all=self.all, failures=self.failures, not_gradable=self.not_gradable)


def _parts(waiting: list[tuple[Edition, Kept]], size: int) -> Iterator[list[tuple[Edition, Kept]]]:
    """Runs of one edition, at most `size` long."""
    part: list[tuple[Edition, Kept]] = []
    for one in waiting:
        if part and (len(part) == size or part[0][0] != one[0]):
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _is_a_lost_worker(error: Exception) -> bool:
    """Whether a worker died or went away, as opposed to a fault in this program."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ in ("KilledWorker", "CommClosedError")


def _failed() -> Future[list[Graded]]:
    future: Future[list[Graded]] = Future()
    future.set_exception(BrokenProcessPool())
    return future


def _not_gradable(exercise: Exercise, content: bytes, why: Text, seed: int) -> Report:
    return Report(
        exercise=ExerciseRef(exercise.number, exercise.id),
        outcome=Outcome.GRADER_ERROR,
        points=0.0,
        max_points=exercise.max_points,
        message=why,
        checks=tuple(
            CheckResult(
                id=check.id,
                claim=check.claim,
                outcome=Outcome.GRADER_ERROR,
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
