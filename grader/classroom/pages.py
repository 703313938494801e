"""The results a store holds turned into the class's pages on disk: written beside, then put in place file by file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from grader import __version__
from grader.analytics import Attempt, class_statistics
from grader.classroom.policy import Counted, Policy, counted, lateness
from grader.classroom.rows import KeptResult
from grader.classroom.store import Store
from grader.course import Course
from grader.diagnosis import singles
from grader.errors import UsageError
from grader.feedback.class_pages import INDEX, class_pages, learner_pages
from grader.feedback.class_record import (
    AttemptRecord,
    ClassRecord,
    LearnerRecord,
    PairRecord,
    Remark,
    WorkHistory,
    WorkRecord,
)
from grader.locale import LANGUAGES, say
from grader.results import Isolation
from grader.similarity import similar_pairs
from grader.workspace import write_file

Works = dict[str, dict[str, list[KeptResult]]]


def write_pages(
    course: Course,
    store: Store,
    out: Path,
    now: datetime,
    *,
    policy: Policy | None = None,
    language: str = LANGUAGES[0],
) -> Path:
    """Write the class's first page, a page a learner and the lists; give the first page's path.

    Raises `UsageError` where nothing was graded yet, or a page cannot be written.
    """
    chosen = policy or Policy()
    works: Works = defaultdict(lambda: defaultdict(list))
    for result in store.results():
        works[result.submission.learner][result.submission.exercise].append(result)
    if not works:
        raise UsageError(
            say("Nothing has been graded yet, so there is nothing to report."),
            say("Check that the folder holds files named like the exercises, then grade it again."),
        )
    record = _record(course, store, works, chosen, now, _name(out))
    histories = ((learner, _histories(works[learner.key], chosen)) for learner in record.learners)
    try:
        for name, page in class_pages(record, language=language):
            _write(out / name, page)
        for name, page in learner_pages(record, histories, language=language):
            _write(out / name, page)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise UsageError(
            say("The pages cannot be written to {folder}: {problem}.", folder=out, problem=problem)
        ) from None
    return out / INDEX


def _name(out: Path) -> str:
    """What the class is called: its folder, or the one around a folder that is just called results."""
    folder = out.resolve()
    return folder.parent.name if folder.name in ("results", "resultados", "out") else folder.name


def _write(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, page.encode())


def _record(course: Course, store: Store, works: Works, policy: Policy, now: datetime, name: str) -> ClassRecord:
    names = {key: student.name or key for key, student in store.students().items()}
    results = [result for by_exercise in works.values() for tries in by_exercise.values() for result in tries]
    best = {(one.learner, one.exercise): one for one in counted(results, policy)}
    seed = results[0].report.seed
    return ClassRecord(
        course=course.info.title,
        name=name,
        made_at=now,
        seed=seed,
        isolation=_weakest(results),
        versions={"descenso": __version__, "course": course.info.version},
        submissions=len(results),
        statistics=class_statistics(_attempts(results), seed=seed),
        titles={exercise.id: exercise.manifest.title for exercise in course.exercises},
        learners=tuple(
            LearnerRecord(
                key=key,
                name=names.get(key, key),
                works=tuple(_work(best[key, exercise]) for exercise in sorted(by_exercise, key=_number(course))),
            )
            for key, by_exercise in sorted(works.items(), key=lambda item: names.get(item[0], item[0]).casefold())
        ),
        pairs=tuple(_pairs(course, store, best)),
        remarks=tuple(Remark(note.subject, note.reason) for note in store.notes()),
        remedies=_remedies(course),
    )


def _attempts(results: list[KeptResult]) -> Iterator[Attempt]:
    for result in results:
        submission = result.submission
        yield Attempt(submission.learner, submission.attempt, result.report, submission.submitted_at)


def _number(course: Course) -> Callable[[str], int]:
    """Exercises in the course's order; one that the course no longer has comes last."""
    numbers = {exercise.id: exercise.number for exercise in course.exercises}
    return lambda exercise: numbers.get(exercise, len(numbers) + 1)


def _work(one: Counted) -> WorkRecord:
    report = one.result.report
    return WorkRecord(
        exercise=one.exercise,
        outcome=report.outcome,
        points=one.points or 0.0,
        max_points=report.max_points,
        attempts=one.attempts,
        checks={check.id: check.outcome for check in report.checks},
    )


def _histories(by_exercise: dict[str, list[KeptResult]], policy: Policy) -> tuple[WorkHistory, ...]:
    histories = []
    for exercise, tries in by_exercise.items():
        (chosen,) = counted(tries, policy)
        attempts = tuple(
            AttemptRecord(
                number=result.submission.attempt,
                outcome=result.report.outcome,
                points=result.report.points,
                submitted_at=result.submission.submitted_at,
                late=lateness(result.submission, policy.due) > 0,
            )
            for result in sorted(tries, key=lambda result: result.submission.attempt)
        )
        histories.append(WorkHistory(exercise=exercise, attempts=attempts, report=chosen.result.report))
    return tuple(histories)


def _weakest(results: list[KeptResult]) -> Isolation:
    """What held for every submission: the weakest wall any of them was run behind."""
    walls = {result.report.isolation.tier: result.report.isolation for result in results}
    return walls[max(walls)]


def _pairs(course: Course, store: Store, best: dict[tuple[str, str], Counted]) -> Iterator[PairRecord]:
    """Pairs worth reading, exercise by exercise; what the course itself says is no evidence."""
    for exercise in course.exercises:
        shas = {learner: one.result.submission.sha256 for (learner, name), one in best.items() if name == exercise.id}
        sources = {learner: store.source(sha).decode("utf-8", "replace") for learner, sha in shas.items()}
        known = [exercise.reference, *(variant.source for variant in singles(exercise))]
        for pair in similar_pairs(sources, starter=exercise.starter.decode(), known=known):
            yield PairRecord(
                exercise=exercise.id, pair=pair, first_source=sources[pair.first], second_source=sources[pair.second]
            )


def _remedies(course: Course) -> dict[tuple[str, str], tuple[str, ...]]:
    """What addresses each belief: its exercise again, and the quiz on its terms."""
    remedies = {}
    for exercise in course.exercises:
        for entry in exercise.misconceptions:
            quizzes = tuple(f"grade quiz {term}" for term in entry.terms[:2])
            remedies[exercise.id, entry.id] = (f"grade show {exercise.number}", *quizzes)
    return remedies
