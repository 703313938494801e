"""Reports, hints, solutions seen and quiz answers go in; the same come out as frozen values, oldest first."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.errors import StoreError
from grader.journal import file as store
from grader.journal.place import FILE, FOLDER, data_folder, writable
from grader.journal.records import (
    Attempt,
    HintShown,
    Override,
    Progress,
    QuizSession,
    Review,
    SolutionSeen,
)
from grader.journal.rescue import is_damage, is_damaged, rescue
from grader.journal.rows import insert, select
from grader.locale import say
from grader.results import Outcome, Report, report_from_json, to_json
from grader.text import Text

R = TypeVar("R")
S = TypeVar("S", bound=msgspec.Struct)


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Journal:
    """One learner's journal of one course.

    What a `keep_…` method returned from has survived a loss of power. Every method may raise `StoreError`, and has
    then changed nothing. `notices` are sentences the person should read: print them after what was asked for.
    """

    def __init__(self, path: Path, elder: Path | None, clock: Callable[[], datetime]) -> None:
        self.path = path
        self.notices: list[Text] = []
        self._elder = elder  # a journal in a folder that may be read only, until `path` takes it over
        self._clock = clock

    @classmethod
    def open(
        cls,
        workspace_root: Path | None,
        course_id: str,
        *,
        clock: Callable[[], datetime] = utc_now,
        environ: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
    ) -> Journal:
        """The journal in `workspace_root`, or in the user's data folder where that cannot be written or is None.

        Nothing is made before something is kept, and an absent journal reads as an empty one.
        """
        inside = None if workspace_root is None else workspace_root / FOLDER / FILE
        if inside is not None and writable(inside):
            return cls(inside, None, clock)
        return cls(data_folder(course_id, environ, platform) / FILE, inside, clock)

    # Attempts

    def keep_attempt(self, report: Report, *, at: datetime, course_version: str, exercise_version: int) -> Attempt:
        """Keep one grading. The report is kept but for its figures, which its seed makes again."""
        failure = report.first_failure
        attempt = Attempt(
            id=0,
            exercise=report.exercise.id,
            graded_at=at,
            outcome=report.outcome,
            points=report.points,
            max_points=report.max_points,
            first_failure=failure.id if failure else None,
            misconceptions=_named_for_certain(report),
            submission=report.submission.sha256,
            seed=report.seed,
            course_version=course_version,
            exercise_version=exercise_version,
        )
        encoded = zlib.compress(to_json(msgspec.structs.replace(report, figures=())))
        number = self._write(lambda database: insert(database, attempt, id=None, report=encoded))
        return msgspec.structs.replace(attempt, id=number)

    def attempts(self, exercise: str | None = None) -> tuple[Attempt, ...]:
        """Every attempt, or those at one exercise."""
        return self._records(Attempt, "exercise", exercise)

    def report(self, attempt: int) -> Report | None:
        """The report of one attempt, without figures; None where there is no such attempt."""

        def find(database: sqlite3.Connection) -> Report | None:
            found = database.execute("SELECT report FROM attempts WHERE id = ?", (attempt,)).fetchone()
            return report_from_json(zlib.decompress(found[0])) if found else None

        return self._read(find)

    def progress(self) -> dict[str, Progress]:
        """Where each exercise that was ever tried stands, by its id."""

        def summarise(database: sqlite3.Connection) -> dict[str, Progress]:
            last = {one.exercise: one for one in select(database, Attempt, LAST_ATTEMPTS)}
            return {
                exercise: Progress(
                    attempts=attempts,
                    best_points=best,
                    passed_at=datetime.fromisoformat(passed) if passed else None,
                    last=last[exercise],
                )
                for exercise, attempts, best, passed in database.execute(PROGRESS, (Outcome.PASSED,))
            }

        return self._read(summarise)

    # Hints and solutions

    def keep_hint(self, hint: HintShown) -> None:
        """Keep that a hint was read."""
        self._write(lambda database: insert(database, hint))

    def hints(self, exercise: str | None = None) -> tuple[HintShown, ...]:
        """The hints that were read, of one exercise or all."""
        return self._records(HintShown, "exercise", exercise)

    def keep_solution_seen(self, seen: SolutionSeen) -> None:
        """Keep that a reference was shown."""
        self._write(lambda database: insert(database, seen))

    def solutions_seen(self, exercise: str | None = None) -> tuple[SolutionSeen, ...]:
        """The references that were shown, of one exercise or all."""
        return self._records(SolutionSeen, "exercise", exercise)

    # Quizzes

    def keep_review(self, review: Review, session: QuizSession | None = None) -> None:
        """Add one answer to the log and, in the same transaction, where its quiz goes on after it."""
        self._write(lambda database: [insert(database, one) for one in (review, session) if one is not None])

    def reviews(self, card: str | None = None) -> tuple[Review, ...]:
        """The log of answers, of one card or all."""
        return self._records(Review, "card", card)

    def keep_overrides(self, overrides: Iterable[Override]) -> None:
        """Keep several, or none of them."""
        every = tuple(overrides)
        if every:
            self._write(lambda database: [insert(database, one) for one in every])

    def overrides(self, card: str | None = None) -> tuple[Override, ...]:
        """Every override ever made, of one card or all; the last of a card is the one that counts."""
        return self._records(Override, "card", card)

    def save_session(self, session: QuizSession) -> None:
        """Keep where a quiz goes on, in place of what was kept under its name."""
        self._write(lambda database: insert(database, session))

    def session(self, name: str) -> QuizSession | None:
        """The unfinished quiz of this name."""
        return next(iter(self._records(QuizSession, "name", name)), None)

    def end_session(self, name: str) -> None:
        """Forget where a quiz goes on; its answers stay in the log."""
        self._write(lambda database: database.execute("DELETE FROM quiz_sessions WHERE name = ?", (name,)))

    # The file

    def examine(self) -> Text | None:
        """What is wrong with the file, by SQLite's check of all of it; None when nothing is, or there is none."""
        place = self._readable()
        if not is_damaged(place):
            return None
        return say("{file} is damaged; when it is next used it will be set aside, not deleted.", file=place)

    def _records(self, kind: type[S], column: str, value: str | None) -> tuple[S, ...]:
        if value is None:
            return self._read(lambda database: select(database, kind))
        return self._read(lambda database: select(database, kind, f"{column} = ?", value))

    def _write(self, work: Callable[[sqlite3.Connection], R]) -> R:
        if self._elder is not None and self._elder.exists() and not self.path.exists():
            with _explained(self.path):
                store.copy_over(self._elder, self.path)
        return self._run(self.path, store.writing, work)

    def _read(self, work: Callable[[sqlite3.Connection], R]) -> R:
        path = self._readable()
        try:
            return self._run(path, store.reading, work)
        except (ValueError, zlib.error, msgspec.DecodeError) as error:
            raise StoreError(
                say("{file} holds an entry that cannot be understood ({reason}).", file=path, reason=error),
                say("Move the file away to begin a new one; nothing in it was changed."),
            ) from error

    def _readable(self) -> Path:
        return self.path if self._elder is None or self.path.exists() else self._elder

    def _run(self, path: Path, transaction: Transaction, work: Callable[[sqlite3.Connection], R]) -> R:
        with _explained(path):
            try:
                with transaction(path) as database:
                    return work(database)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
            notice = rescue(path, self._clock())
            if notice is not None:
                self.notices.append(notice)
            with transaction(path) as database:
                return work(database)


Transaction = Callable[[Path], contextlib.AbstractContextManager[sqlite3.Connection]]

LAST_ATTEMPTS = "id IN (SELECT max(id) FROM attempts GROUP BY exercise)"

PROGRESS = """
SELECT exercise, count(*), max(points), min(CASE WHEN outcome = ? THEN graded_at END)
FROM attempts GROUP BY exercise ORDER BY exercise
"""


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise store.explain(error, path) from error


def _named_for_certain(report: Report) -> tuple[str, ...]:
    return tuple(belief.id for found in report.diagnosis if found.kind == "misconception" for belief in found.beliefs)
