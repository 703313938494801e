"""A class is graded once, whatever happens on the way: killed, weak, a worker lost, the checks changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.synthetic_class import Made, synthetic_class, write_class
from grader.classroom.expected import expected_files
from grader.classroom.intake import Intake
from grader.classroom.run import Outcomes, grade_class, in_order
from grader.classroom.store import Store
from grader.classroom.workers import local_workers
from grader.course import Course, open_course
from grader.errors import GraderError, IsolationError
from grader.exports.gradebook import Student
from grader.results import Isolation, Outcome
from grader.text import Text
from tests.content import driver

WEAK = Isolation("E", Text({"en": "weak", "es": "débil"}))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Made]]:
    """Thirty NumPy submissions of every kind, a folder a learner."""
    folder = tmp_path_factory.mktemp("class")
    return folder, write_class(folder, synthetic_class(driver.course(), 30, seed=4, exercises=(3, 5)))


@contextmanager
def one_worker() -> Iterator[Executor]:
    with local_workers(1) as executor:
        yield executor


def grade(folder: Path, store: Store, workers: object = one_worker, **more: object) -> Outcomes:
    course = driver.course()
    return grade_class(
        course,
        Intake(folder, expected_files(course.exercises)),
        store,
        workers,  # type: ignore[arg-type]
        width=1,
        clock=lambda: datetime.now(UTC),
        proposed_seed=11,
        **more,  # type: ignore[arg-type]
    )


def told(store: Store) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Each learner's outcome and the beliefs named."""
    return {
        (result.submission.learner, result.submission.exercise): (
            result.report.outcome.value,
            [belief.id for diagnosis in result.report.diagnosis for belief in diagnosis.beliefs],
        )
        for result in store.results()
    }


def truth(made: list[Made]) -> dict[tuple[str, str], tuple[str, list[str]]]:
    return {(one.learner, one.exercise.id): (one.outcome.value, [one.belief] if one.belief else []) for one in made}


class LosingExecutor(Executor):
    """Runs everything in this process, except that the worker dies at the calls named."""

    def __init__(self, deaths: set[int]) -> None:
        self.deaths = deaths
        self.calls = 0

    def submit(self, work, /, *arguments, **keywords):  # type: ignore[no-untyped-def]
        self.calls += 1
        future: Future[object] = Future()
        if self.calls in self.deaths:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(work(*arguments, **keywords))
        return future


class Poisoned(Executor):
    """Runs everything in this process, except that a batch with one certain content ends in an error."""

    def __init__(self, content: bytes, error: Exception) -> None:
        self.content = content
        self.error = error

    def submit(self, work, /, *arguments, **keywords):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if any(self.content in getattr(each, "contents", ()) for each in arguments):
            future.set_exception(self.error)
        else:
            future.set_result(work(*arguments, **keywords))
        return future


def losing(executor: Executor) -> object:
    @contextmanager
    def workers() -> Iterator[Executor]:
        yield executor

    return workers


def test_a_weak_wall_is_refused(
    handed_in: tuple[Path, list[Made]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.classroom.run.isolation_here", lambda course: WEAK)
    with Store.open(tmp_path / "class.db") as store:
        with pytest.raises(IsolationError, match="tier E"):
            grade(handed_in[0], store, losing(LosingExecutor(set())))
        assert list(store.results()) == []


def test_a_worker_that_dies_once_costs_nothing(handed_in: tuple[Path, list[Made]], tmp_path: Path) -> None:
    folder, made = handed_in
    with Store.open(tmp_path / "class.db") as store:
        outcomes = grade(folder, store, losing(LosingExecutor({2})))
        assert outcomes.not_gradable == 0
        assert told(store) == truth(made)


def test_where_every_worker_dies_the_run_ends_and_nobody_is_blamed(
    handed_in: tuple[Path, list[Made]], tmp_path: Path
) -> None:
    """The machine is at fault then; the next run grades everybody."""
    folder, made = handed_in
    with Store.open(tmp_path / "class.db") as store:
        with pytest.raises(GraderError, match="died one after the other"):
            grade(folder, store, losing(LosingExecutor(set(range(2, 10_000)))))
        assert {result.report.outcome for result in store.results()} <= {Outcome.GRADER_ERROR}
        again = grade(folder, store)
        assert (again.graded, again.not_gradable) == (len(made), 0)
        assert told(store) == truth(made)


def test_what_kills_its_worker_every_time_is_not_gradable_and_no_zero(
    handed_in: tuple[Path, list[Made]], tmp_path: Path
) -> None:
    """Only the culprit: what was sent with it, or after it, is graded."""
    folder, made = handed_in
    with Store.open(tmp_path / "class.db") as store:
        outcomes = grade(folder, store, losing(Poisoned(made[7].content, BrokenProcessPool())))
        assert (outcomes.graded, outcomes.not_gradable) == (len(made) - 1, 1)
        (culprit,) = [one for one in store.results() if one.report.outcome is Outcome.GRADER_ERROR]
        assert culprit.submission.learner == made[7].learner
        assert culprit.report.message is not None
        assert "died 3 times" in str(culprit.report.message)
        again = grade(folder, store)
        assert (again.graded, again.standing) == (1, len(made) - 1)
        assert told(store) == truth(made)


def test_a_fault_of_the_grader_costs_the_one_submission_it_fell_over(
    handed_in: tuple[Path, list[Made]], tmp_path: Path
) -> None:
    folder, made = handed_in
    with Store.open(tmp_path / "class.db") as store:
        outcomes = grade(folder, store, losing(Poisoned(made[7].content, RuntimeError("oh"))))
        assert (outcomes.graded, outcomes.not_gradable) == (len(made) - 1, 1)
        (culprit,) = [one for one in store.results() if one.report.outcome is Outcome.GRADER_ERROR]
        assert "RuntimeError: oh" in str(culprit.report.message)


def test_workers_are_started_once(handed_in: tuple[Path, list[Made]], tmp_path: Path) -> None:
    started = []

    @contextmanager
    def counted() -> Iterator[Executor]:
        started.append(1)
        yield LosingExecutor(set())

    with Store.open(tmp_path / "class.db") as store:
        grade(handed_in[0], store, counted)
    assert started == [1]


def test_what_needs_torch_is_graded_last() -> None:
    """So that nobody's NumPy result waits until the interpreters with torch have booted."""
    runtimes = [exercise.manifest.runtime for exercise in in_order(driver.course().exercises)]
    assert runtimes == sorted(runtimes)
    assert set(runtimes) == {"numpy", "torch"}


def test_every_submission_gets_its_outcome_and_a_second_run_does_nothing(
    handed_in: tuple[Path, list[Made]], tmp_path: Path
) -> None:
    folder, made = handed_in
    with Store.open(tmp_path / "class.db") as store:
        first = grade(folder, store)
        assert (first.graded, first.standing, first.not_gradable) == (len(made), 0, 0)
        assert told(store) == truth(made)
        second = grade(folder, store)
        assert (second.graded, second.standing) == (0, len(made))
        assert {result.report.seed for result in store.results()} == {11}


def test_a_change_of_the_checks_grades_again_what_is_affected(
    handed_in: tuple[Path, list[Made]], tmp_path: Path
) -> None:
    folder, made = handed_in
    copy = tmp_path / "course"
    for part in ("exercises", "solutions", "quizzes"):
        shutil.copytree(driver.course().root / part, copy / part)
    shutil.copy(driver.course().root / "course.toml", copy / "course.toml")
    with Store.open(tmp_path / "class.db") as store:
        run_course(open_course(copy), folder, store)
        checks = copy / "solutions" / "05_warmup_schedule" / "checks.py"
        checks.write_text(checks.read_text() + "\n# a change\n")
        outcomes = run_course(open_course(copy), folder, store)
        affected = sum(one.exercise.number == 5 for one in made)
        assert 0 < affected < len(made)
        assert outcomes.graded == affected
        assert told(store) == truth(made)


def run_course(course: Course, folder: Path, store: Store) -> Outcomes:
    return grade_class(
        course,
        Intake(folder, expected_files(course.exercises)),
        store,
        one_worker,
        width=1,
        clock=lambda: datetime.now(UTC),
        proposed_seed=11,
    )


def test_who_was_in_an_earlier_folder_is_not_missing(handed_in: tuple[Path, list[Made]], tmp_path: Path) -> None:
    """Downloads of two systems follow one another into the same store; a regrade forgets nobody who is missing."""
    folder, made = handed_in
    roster = [Student(id=made[0].learner, name="García, José"), Student(id="u900", name="Ausente, Ana")]
    (tmp_path / "other" / "zoe").mkdir(parents=True)
    (tmp_path / "other" / "zoe" / "warmup_schedule.py").write_text("x = 1\n")
    expected = expected_files(driver.course().exercises)
    with Store.open(tmp_path / "class.db") as store:
        for each in (folder, tmp_path / "other", None):
            intake = None if each is None else Intake(each, expected, roster)
            grade_class(driver.course(), intake, store, losing(LosingExecutor(set())), width=1,  # type: ignore[arg-type]
                        clock=lambda: datetime.now(UTC), proposed_seed=11)  # fmt: skip
            missing = [note.subject for note in store.notes() if note.kind == "unmatched_student"]
            assert missing == ["Ausente, Ana (u900)"]
            assert list(store.absent()) == ["u900"]
