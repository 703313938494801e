"""A learner with hundreds of slow attempts takes a bounded part of a class's time, and nobody else loses anything."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from grader.classroom.arrival import Arrival
from grader.classroom.patience import MOST_OF_ONE, MOST_SECONDS, Patience, Waiting, in_parts
from grader.classroom.rows import Edition, RunStart
from grader.classroom.run import _parts, edition_of, grade_class
from grader.classroom.store import Store
from grader.results import Isolation, Outcome
from grader.text import Text
from tests.content import driver

EDITION = Edition("adam_step", "1", "abc", "class:1")


def waiting(learner: str, number: int, *, is_newest: bool = False) -> Waiting:
    return Waiting(EDITION, number, f"{number:064}", learner, is_newest)


def test_a_batch_holds_few_attempts_of_one_learner_and_nothing_is_lost() -> None:
    everything = [waiting("slow", number) for number in range(100)] + [waiting(f"l{n}", 100 + n) for n in range(60)]
    parts = list(in_parts(everything, 40))
    assert sorted(one.submission for part in parts for one in part) == list(range(160))
    assert all(len(part) <= 40 for part in parts)
    assert max(max(Counter(one.learner for one in part).values()) for part in parts) == MOST_OF_ONE


def test_a_class_of_one_attempt_each_keeps_its_order_and_its_batches() -> None:
    everything = [waiting(f"l{number}", number) for number in range(95)]
    assert list(in_parts(everything, 40)) == [everything[:40], everything[40:80], everything[80:]]


def test_patience_ends_for_one_learner_at_one_exercise_and_never_for_the_newest_attempt() -> None:
    patience = Patience()
    patience.count(waiting("slow", 1), MOST_SECONDS + 1)
    patience.count(waiting("quick", 2), 1.0)
    assert patience.is_over(waiting("slow", 3))
    assert not patience.is_over(waiting("slow", 4, is_newest=True))
    assert not patience.is_over(waiting("quick", 5))
    assert not patience.is_over(Waiting(Edition("sgd_step", "1", "abc", "class:1"), 6, "", "slow", False))


class Here(Executor):
    """Runs everything in this process."""

    def submit(self, work, /, *arguments, **keywords):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        future.set_result(work(*arguments, **keywords))
        return future


@contextmanager
def here():  # type: ignore[no-untyped-def]
    yield Here()


def test_what_there_was_no_time_for_is_told_as_the_learners_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.classroom.patience.MOST_SECONDS", 0.0)
    exercise = driver.course().exercise("warmup_schedule")
    honest = exercise.reference.encode()
    sources = [("slow", b"x = %d\n" % number) for number in range(12)] + [("slow", honest), ("ana", honest)]
    arrivals = [
        Arrival(learner=who, exercise=exercise.id, content=content, sha256=sha256(content).hexdigest())
        for who, content in sources
    ]
    edition = edition_of(exercise, 11)
    with Store.open(tmp_path / "class.db") as store:
        walled = Isolation("A", Text({"en": "walled"}))
        start = RunStart(course="c", course_version="1", seed=11, isolation=walled, started_at=datetime.now(UTC))
        assert store.class_seed(11) == 11
        store.keep_submissions(store.begin_run(start, [edition]), arrivals)
        grade_class(driver.course(), None, store, here, width=1, clock=lambda: datetime.now(UTC),  # type: ignore[arg-type]
                    proposed_seed=11, only=[exercise])  # fmt: skip
        results = list(store.results())
    ends = {(one.submission.learner, one.submission.attempt): one.report for one in results}
    assert len(ends) == 14
    assert ends["ana", 1].outcome is ends["slow", 13].outcome is Outcome.PASSED
    left = [report for report in ends.values() if report.outcome is Outcome.TIMED_OUT]
    assert len(left) == 12 - 2 * MOST_OF_ONE  # two batches are under way before the first comes back
    assert all("Not graded" in str(report.message) and report.points == 0 for report in left)


def test_a_learner_has_one_newest_attempt_on_however_many_pages_the_attempts_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.classroom.run.PAGE", 3)
    sources = [("slow", 1), ("ana", 2), ("slow", 3), ("slow", 4), ("ben", 5), ("slow", 6), ("ana", 7)]
    contents = [(who, b"x = %d\n" % number) for who, number in sources]
    arrivals = [
        Arrival(learner=who, exercise=EDITION.exercise, content=content, sha256=sha256(content).hexdigest())
        for who, content in contents
    ]
    with Store.open(tmp_path / "class.db") as store:
        start = RunStart(course="c", course_version="1", seed=1, isolation=Isolation("A", Text({"en": "walled"})),
                         started_at=datetime.now(UTC))  # fmt: skip
        store.keep_submissions(store.begin_run(start, [EDITION]), arrivals)
        everything = [one for part in _parts(store, [EDITION], None) for one in part]
        attempts = {kept.id: (kept.learner, kept.attempt) for kept in store.submissions()}
    newest = {attempts[one.submission] for one in everything if one.is_newest}
    assert len(everything) == 7
    assert newest == {("slow", 4), ("ana", 2), ("ben", 1)}
