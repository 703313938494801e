"""The results a store holds turned into the class's pages on disk: written beside, then put in place file by file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from grader import __version__
from grader.analytics import Attempt, ClassStatistics, class_statistics
from grader.classroom.alike import equal, pairs
from grader.classroom.class_tables import write_tables
from grader.classroom.earlier import Earlier
from grader.classroom.groups import Group, Grouping
from grader.classroom.needs import needs
from grader.classroom.policy import Counted, Policy, counted, is_beyond, lateness, without_effect
from grader.classroom.rows import Edition, KeptResult
from grader.classroom.store import Store
from grader.classroom.told_moves import ToldMoves
from grader.course import Course
from grader.errors import UsageError
from grader.feedback.class_pages import INDEX, class_pages, learner_pages
from grader.feedback.class_record import (
    AttemptRecord,
    ClassRecord,
    GroupRecord,
    LearnerRecord,
    Reduction,
    Remark,
    WorkHistory,
    WorkRecord,
)
from grader.locale import LANGUAGES, say
from grader.locale.system import problem_of
from grader.quizzes.glossary import term_names
from grader.results import Isolation, Outcome, Report
from grader.text import Text
from grader.workspace import write_file

AT_ONCE = 40
MOST_GROUPS = 20
Works = dict[str, dict[str, list[KeptResult]]]


class Written(NamedTuple):
    """Where the first page is, and the groups that no belief explains."""

    first: Path
    groups: list[Group]


def write_pages(
    course: Course,
    store: Store,
    out: Path,
    now: datetime,
    *,
    policy: Policy | None = None,
    language: str = LANGUAGES[0],
    earlier: Earlier | None = None,
) -> Written:
    """Write the class's first page, a page a learner and the lists; `earlier` are sources to compare the class with.

    Raises `UsageError` where nothing was graded yet, or a page cannot be written.
    """
    chosen = policy or Policy()
    read = _Read(store)
    statistics = class_statistics(read.attempts(), seed=read.seed)
    moved = ToldMoves(store)
    title = store.setting("title") or _name(out)
    record = _record(course, store, read, statistics, chosen, now, title, moved, earlier or {})
    try:
        for name, page in class_pages(record, language=language):
            _write(out / name, page)
        for name, page in learner_pages(record, _histories(store, read, record, chosen, moved), language=language):
            _write(out / name, page)
        write_tables(out, record)
    except OSError as error:
        problem = problem_of(error)
        raise UsageError(
            say("The pages cannot be written to {folder}: {problem}.", folder=out, problem=problem)
        ) from None
    return Written(out / INDEX, read.groups)


class _Read:
    """The class's results, read once: what is left of each is its outcome, points and moments, not what it says.

    `works` holds every attempt by learner and exercise, `outcomes` each submission's checks, by its number.
    """

    def __init__(self, store: Store) -> None:
        self._results = store.results()
        first = next(self._results, None)
        if first is None:
            raise UsageError(
                say("Nothing has been graded yet, so there is nothing to report."),
                say("Check that the folder holds files named like the exercises, then grade it again."),
            )
        self._first = first
        self.seed = first.report.seed
        self.works: Works = defaultdict(lambda: defaultdict(list))
        self.outcomes: dict[int, tuple[tuple[str, ...], tuple[Outcome, ...]]] = {}
        self._ids: dict[tuple[str, ...], tuple[str, ...]] = {}  # each once, however many submissions have them
        self.walls: dict[str, Isolation] = {}
        self.beliefs: dict[int, tuple[Text, ...]] = {}
        self._words: dict[str, Text] = {}  # one of each, as there are few
        self._grouping = Grouping()
        self._notes = store.group_notes

    def attempts(self) -> Iterator[Attempt]:
        """Every result in full, each only while it is looked at."""
        for result in chain([self._first], self._results):
            submission, report = result.submission, result.report
            self.works[submission.learner][submission.exercise].append(self._slim(result))
            self._grouping.add(result)
            yield Attempt(submission.learner, submission.attempt, report, submission.submitted_at)

    def _slim(self, result: KeptResult) -> KeptResult:
        report = result.report
        wall = self.walls.setdefault(report.isolation.tier, report.isolation)
        ids = tuple(check.id for check in report.checks)
        outcomes = tuple(check.outcome for check in report.checks)
        self.outcomes[result.submission.id] = (self._ids.setdefault(ids, ids), outcomes)
        told = tuple(
            self._words.setdefault(belief.id, belief.belief) for found in report.diagnosis for belief in found.beliefs
        )
        if told:
            self.beliefs[result.submission.id] = told
        slim = msgspec.structs.replace(
            report, message=None, checks=(), diagnosis=(), isolation=wall, output="", versions={}, figures=()
        )
        return msgspec.structs.replace(result, report=slim, behaviours=())

    @cached_property
    def groups(self) -> list[Group]:
        """Who answers alike and is explained by no belief, once all has been read."""
        return self._grouping.groups(self._notes)

    def outcomes_of(self, result: KeptResult) -> dict[str, Outcome]:
        """How each check of one submission ended."""
        return dict(zip(*self.outcomes[result.submission.id], strict=True))

    @property
    def weakest(self) -> Isolation:
        """What held for every submission: the weakest wall any of them was run behind."""
        return self.walls[max(self.walls)]


def _name(out: Path) -> str:
    """What the class is called: its folder, or the one around a folder that is just called results."""
    folder = out.resolve()
    return folder.parent.name if folder.name in ("results", "resultados", "out") else folder.name


def _write(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, page.encode())


def _record(
    course: Course,
    store: Store,
    read: _Read,
    statistics: ClassStatistics,
    policy: Policy,
    now: datetime,
    name: str,
    moved: ToldMoves,
    earlier: Earlier,
) -> ClassRecord:
    students = store.students()
    names = {key: student.name or key for key, student in students.items()}
    works = read.works
    results = [result for by_exercise in works.values() for tries in by_exercise.values() for result in tries]
    best = {(one.learner, one.exercise): one for one in counted(results, policy)}
    everybody: dict[str, Iterable[str]] = {**dict.fromkeys(store.absent(), ()), **works}
    return ClassRecord(
        course=course.info.title,
        name=name,
        made_at=now,
        seed=read.seed,
        isolation=read.weakest,
        versions={"descenso": __version__, "course": course.info.version},
        submissions=len(results),
        statistics=statistics,
        titles={exercise.id: exercise.manifest.title for exercise in course.exercises},
        learners=tuple(
            LearnerRecord(
                key=key,
                name=names.get(key, key),
                works=tuple(_work(best[key, exercise], read) for exercise in sorted(by_exercise, key=_number(course))),
            )
            for key, by_exercise in sorted(everybody.items(), key=lambda item: names.get(item[0], item[0]).casefold())
        ),
        pairs=tuple(pairs(course, store, best, earlier)),
        equal=tuple(equal(course, store, best, earlier)),
        stories=tuple(moved.stories),
        needs=tuple(needs(works, store.absent(), [each.id for each in course.exercises])),
        emails={key: student.email for key, student in students.items() if student.email},
        days=_days(results),
        remarks=(
            *moved.open_appeals(),
            *moved.erased(),
            *_policy_remarks(policy, best.values(), names, store),
            *(Remark(note.subject, note.reason) for note in store.notes()),
        ),
        remedies=_remedies(course),
        groups=tuple(_group(group, store) for group in read.groups[:MOST_GROUPS]),
        further_groups=max(len(read.groups) - MOST_GROUPS, 0),
        terms=term_names(course.root),
    )


def _days(results: Iterable[KeptResult]) -> tuple[tuple[date, int], ...]:
    """How many attempts came on each day, as far as they say when they came."""
    came = Counter(
        result.submission.submitted_at.astimezone().date()
        for result in results
        if result.submission.submitted_at is not None
    )
    return tuple(sorted(came.items()))


def _group(group: Group, store: Store) -> GroupRecord:
    return GroupRecord(
        id=group.id,
        exercise=group.exercise,
        number=group.number,
        subject=group.behaviour.subject,
        learners=group.learners,
        now=len(group.now),
        claim=group.claim,
        message=group.message,
        form=group.form,
        note=group.note,
        source=store.source(group.example).decode("utf-8", "replace"),
    )


def _options(policy: Policy) -> str:
    """The options that say a policy, as they are typed."""
    told = [f"--attempts {policy.attempts} --late {policy.late} --penalty {policy.penalty:g}"]
    told += [f"--due {policy.due.isoformat(timespec='minutes')}"] if policy.due else []
    usual = Policy()
    for name, value, own in (
        ("step", policy.step_hours, usual.step_hours),
        ("most", policy.most, usual.most),
        ("grace", policy.grace_minutes, usual.grace_minutes),
        ("allowed", policy.allowed, usual.allowed),
    ):
        told += [f"--{name} {value:g}"] if value is not None and value != own else []
    told += [f"--extensions ({len(policy.extensions)})"] if policy.extensions else []
    return " ".join(told)


def _policy_remarks(
    policy: Policy, works: Iterable[Counted], names: Mapping[str, str], store: Store
) -> Iterator[Remark]:
    """What counts by the options chosen, where they are not the usual ones, and whose work does not count at all."""
    if policy != Policy():
        options = _options(policy)
        yield Remark(options, say("the points on these pages are by these options; others give other points"))
        if (nothing := without_effect(store.submissions(), policy)) is not None:
            yield Remark(options, nothing)
    for one in works:
        if one.points is None and one.result.report.outcome is not Outcome.GRADER_ERROR:
            told = say("every attempt at {exercise} came late and is refused: no points", exercise=one.exercise)
            yield Remark(names.get(one.learner, one.learner), told)


def _number(course: Course) -> Callable[[str], int]:
    """Exercises in the course's order; one that the course no longer has comes last."""
    numbers = {exercise.id: exercise.number for exercise in course.exercises}
    return lambda exercise: numbers.get(exercise, len(numbers) + 1)


def _work(one: Counted, read: _Read) -> WorkRecord:
    report = one.result.report
    return WorkRecord(
        exercise=one.exercise,
        outcome=report.outcome,
        points=one.points or 0.0,
        max_points=report.max_points,
        attempts=one.attempts,
        checks=read.outcomes_of(one.result),
        reduced=_is_reduced(one),
    )


def _histories(
    store: Store, read: _Read, record: ClassRecord, policy: Policy, moved: ToldMoves
) -> Iterator[tuple[LearnerRecord, tuple[WorkHistory, ...]]]:
    """Each learner with every attempt and the reports that count, which are read again a few learners at a time."""
    for start in range(0, len(record.learners), AT_ONCE):
        learners = record.learners[start : start + AT_ONCE]
        works = [(learner, _counted(read.works[learner.key], learner, policy)) for learner in learners]
        reports = _reports(store, [one.result for _, chosen in works for one in chosen])
        sources = store.sources_of(one.result.submission.sha256 for _, chosen in works for one in chosen)
        for learner, chosen in works:
            tries = read.works[learner.key]
            yield (
                learner,
                tuple(
                    WorkHistory(
                        exercise=one.exercise,
                        attempts=_attempts(tries[one.exercise], one, policy, read),
                        report=reports[one.result.submission.id],
                        reduction=_reduction(one, policy),
                        due=policy.due_for(one.learner, one.exercise),
                        extended=one.extended,
                        source=sources.get(one.result.submission.sha256, ""),
                        path=one.result.submission.origin,
                        statements=moved.statements(one.result.submission.id),
                        appeals=moved.appeals(one.learner, one.exercise),
                    )
                    for one in chosen
                ),
            )


def _counted(tries: dict[str, list[KeptResult]], learner: LearnerRecord, policy: Policy) -> list[Counted]:
    """What counts for one learner, in the order of their record."""
    return [one for work in learner.works for one in counted(tries[work.exercise], policy)]


def _reports(store: Store, results: Iterable[KeptResult]) -> dict[int, Report]:
    """The whole reports of some results, by their submissions' numbers."""
    wanted: defaultdict[Edition, list[int]] = defaultdict(list)
    for result in results:
        wanted[result.edition].append(result.submission.id)
    return {
        full.submission.id: full.report
        for edition, numbers in wanted.items()
        for full in store.results_of(numbers, edition)
    }


def _is_reduced(one: Counted) -> bool:
    """Whether lateness took something; that nothing counts for a fault of the grader is another matter."""
    return one.lost > 0 or (one.points is None and one.result.report.outcome is not Outcome.GRADER_ERROR)


def _reduction(one: Counted, policy: Policy) -> Reduction | None:
    if not _is_reduced(one):
        return None
    if one.points is None:
        return Reduction(points=0.0, refused=True)
    seconds = lateness(one.result.submission, policy)
    return Reduction(
        points=one.points,
        steps=policy.steps(seconds),
        penalty=policy.penalty,
        step_hours=policy.step_hours,
        most=policy.most if policy.percent_lost(seconds) < policy.penalty * policy.steps(seconds) else None,
    )


def _attempts(tries: list[KeptResult], one: Counted, policy: Policy, read: _Read) -> tuple[AttemptRecord, ...]:
    return tuple(
        AttemptRecord(
            number=result.submission.attempt,
            outcome=result.report.outcome,
            points=result.report.points,
            submitted_at=result.submission.submitted_at,
            late=(late := lateness(result.submission, policy) > 0),
            beyond=is_beyond(result.submission, policy),
            refused=late and policy.late == "refuse",
            beliefs=read.beliefs.get(result.submission.id, ()),
            counts=one.points is not None and result.submission.id == one.result.submission.id,
        )
        for result in sorted(tries, key=lambda result: result.submission.attempt)
    )


def _remedies(course: Course) -> dict[tuple[str, str], tuple[str, ...]]:
    """What addresses each belief: its exercise again, and the quiz on its terms."""
    remedies = {}
    for exercise in course.exercises:
        for entry in exercise.misconceptions:
            quizzes = tuple(f"grade quiz {term}" for term in entry.terms[:2])
            remedies[exercise.id, entry.id] = (f"grade show {exercise.number}", *quizzes)
    return remedies
