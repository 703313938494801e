"""A folder of submissions turned into results in the store, each committed as it lands, from whichever worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool

import msgspec

from grader.classroom.batch import checks_version, isolation_here
from grader.classroom.intake import Intake
from grader.classroom.patience import Part, Waiting, in_parts
from grader.classroom.pseudonyms import VeiledIntake
from grader.classroom.rows import Edition, RunStart
from grader.classroom.sending import BATCH, Clock, Sending, Standing, Workers
from grader.classroom.store import Store
from grader.course import Course, Exercise
from grader.errors import GraderError, IsolationError
from grader.locale import say
from grader.results import Isolation

PAGE = 200
STRONG_ENOUGH = "ABCD"


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to: graded now, `passed` of them; `standing` from earlier runs."""

    run: int
    graded: int
    passed: int
    standing: int
    not_gradable: int


def grade_class(
    course: Course,
    intake: Intake | VeiledIntake | None,
    store: Store,
    workers: Workers,
    *,
    width: int,
    clock: Clock,
    proposed_seed: int,
    allow_weak: bool = False,
    only: Sequence[Exercise] | None = None,
    on_progress: Callable[[Standing], None] = lambda _: None,
    chosen: frozenset[int] | None = None,
) -> Outcomes:
    """Grade what the store has not graded with the course's present checks, and keep every result as it lands.

    Without an `intake`, what the store already holds; of that `chosen`, by number, where it is given. `width` is how
    many workers there are. Killed anywhere and started again, it goes on: what was kept is not done twice. Raises
    `IsolationError` where the wall is too weak.
    """
    with workers() as executor:
        isolation = _wall(course, executor, allow_weak=allow_weak)
        seed = store.class_seed(proposed_seed)
        editions = [edition_of(exercise, seed) for exercise in in_order(course.exercises if only is None else only)]
        start = RunStart(
            course=course.info.id,
            course_version=course.info.version,
            seed=seed,
            isolation=isolation,
            started_at=clock(),
        )
        told = store.notes()
        run = store.begin_run(start, editions)
        if intake is None:
            store.keep_notes(run, told)  # who is missing is still missing
        else:
            _take_in(intake, store, run)
        everything, waiting = (sum(column) for column in zip(*map(store.count, editions), strict=True))
        sending = Sending(course, store, run, seed, width, clock, on_progress, waiting)
        sending.send(_parts(store, editions, chosen), executor, workers)
    store.finish_run(run, clock())
    return Outcomes(
        run=run,
        graded=sending.done - sending.not_gradable,
        passed=sending.done - sending.not_gradable - sending.failures,
        standing=everything - waiting,
        not_gradable=sending.not_gradable,
    )


def in_order(exercises: Sequence[Exercise]) -> list[Exercise]:
    """The quick ones first: nobody's NumPy result waits until interpreters with torch have booted."""
    return sorted(exercises, key=lambda exercise: (exercise.manifest.runtime != "numpy", exercise.number))


def _wall(course: Course, executor: Executor, *, allow_weak: bool) -> Isolation:
    """What holds around learner code where the batches will be graded."""
    root = None if course.is_bundled else str(course.root)
    try:
        isolation = executor.submit(isolation_here, root).result()
    except BrokenProcessPool:
        raise GraderError(
            say("The processes that grade end as soon as they start."),
            say("Often memory is short: try --workers 1. `grade doctor` tries one submission."),
        ) from None
    if isolation.tier not in STRONG_ENOUGH and not allow_weak:
        raise IsolationError(
            say("The wall on this machine is too weak for a class (tier {tier}).", tier=isolation.tier),
            say("See `grade doctor`; --allow-weak grades all the same, and every report will say so."),
        )
    return isolation


def edition_of(exercise: Exercise, seed: int) -> Edition:
    """What grades an exercise in a class: its version, its checks' fingerprint and the one seed of all."""
    return Edition(exercise.id, exercise.manifest.version, checks_version(exercise), f"class:{seed}")


def _take_in(intake: Intake | VeiledIntake, store: Store, run: int) -> None:
    for old, new in intake.adoptions.items():
        store.adopt(old, new)
    known = store.students() if intake.successors else {}
    for old, new in intake.successors.items():
        # An earlier release called somebody by the name alone: only who has the same number is the same person.
        if old in known and known[old].moodle_id == intake.students[new].moodle_id:
            store.adopt(old, new)
    store.correct(intake.corrections)
    for arrivals in intake.batches():
        store.keep_submissions(run, arrivals, intake.students)
    if intake.absent is not None:
        store.keep_absent(intake.absent)
    # Who is missing here may have been in a folder or a download that was graded before.
    absent = store.absent()
    there = {
        name for key, who in store.students().items() if key not in absent for name in (key, f"{who.name} ({key})")
    }
    store.keep_notes(
        run, [note for note in intake.notes if note.kind != "unmatched_student" or note.subject not in there]
    )
    intake.forget()


def _parts(store: Store, editions: Sequence[Edition], chosen: frozenset[int] | None) -> Iterator[Part]:
    """What waits, a page at a time, so that a class of any size takes the same memory."""
    for edition in editions:
        last = 0
        while page := store.pending(edition, after=last, most=PAGE):
            last = page[-1].id
            newest = store.newest(edition, {kept.learner for kept in page})
            waiting = [
                Waiting(edition, kept.id, kept.sha256, kept.learner, kept.id in newest)
                for kept in page
                if chosen is None or kept.id in chosen
            ]
            yield from in_parts(waiting, BATCH)
