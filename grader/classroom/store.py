"""A class's submissions and reports become rows that survive a kill at any moment, and come back as values.

Every write is idempotent: a run that was killed and started again keeps what landed and repeats nothing.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import Connection, Row, and_, func, select, update

from grader.behaviour import Behaviour
from grader.classroom import appeals, erasure, rows, tables
from grader.classroom.arrival import Arrival, Note
from grader.classroom.arriving import adopt, correct, insert, insert_new, keep_absent, keep_all
from grader.classroom.database import Database
from grader.classroom.group_notes import GroupNotes
from grader.classroom.rows import Appeal, Edition, Kept, KeptResult, RunStart
from grader.classroom.scrubbing import Scrubber
from grader.errors import StoreError
from grader.exports.gradebook import Student
from grader.locale import say
from grader.results import Outcome, Report, to_json

PAGE = 200
GRADER_ERROR = tables.results.c.outcome == Outcome.GRADER_ERROR.value


class Store:
    """A class's results in one database; use as a context manager, or call `close`."""

    def __init__(self, database: Database, group_notes: GroupNotes) -> None:
        self._database = database
        self.group_notes = group_notes
        self._keeping: Any = None

    @classmethod
    def open(cls, where: str | Path, *, patience: float = 30.0, group_notes: GroupNotes | None = None) -> Self:
        """The store at a path (SQLite) or at a ``postgresql://`` address, made there if it does not exist.

        A lock or a lost server is waited for as long as `patience` seconds. Results come back with what `group_notes`
        say about them. Raises StoreError and UsageError.
        """
        return cls(Database(where, patience=patience), group_notes or GroupNotes())

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def class_seed(self, proposed: int) -> int:
        """The one seed of the whole class: the first one ever proposed, so that a killed run goes on with it."""

        def keep(connection: Connection) -> int:
            insert_new(connection, tables.settings, [{"name": "seed", "value": str(proposed)}])
            seed = select(tables.settings.c.value).where(tables.settings.c.name == "seed")
            return int(connection.execute(seed).scalar_one())

        return self._database.write(keep)

    def begin_run(self, start: RunStart, editions: Iterable[Edition]) -> int:
        """A new run that grades with `editions`, which become the current ones; its number."""
        wanted = [msgspec.structs.asdict(edition) for edition in sorted(set(editions))]
        row = {
            "course": start.course,
            "course_version": start.course_version,
            "seed": str(start.seed),
            "tier": start.isolation.tier,
            "isolation": rows.text_to_json(start.isolation.summary),
            "started_at": start.started_at,
        }

        def begin(connection: Connection) -> int:
            run = int(connection.execute(tables.runs.insert().returning(tables.runs.c.id), row).scalar_one())
            insert_new(connection, tables.editions, wanted)
            for each in wanted:
                number = connection.execute(_edition_number(Edition(**each))).scalar_one()
                connection.execute(tables.run_editions.insert(), {"run": run, "edition": number})
            return run

        return self._database.write(begin, alone=True)

    def finish_run(self, run: int, finished_at: datetime) -> None:
        """Say that a run came to its end."""
        done = update(tables.runs).where(tables.runs.c.id == run).values(finished_at=finished_at)
        self._database.write(lambda connection: connection.execute(done))

    def keep_submissions(
        self, run: int, arrivals: Sequence[Arrival], students: Mapping[str, Student] | None = None
    ) -> list[Kept]:
        """The same submissions as rows, in order, each with its attempt number; a few hundred learners a call.

        The same bytes of the same learner are the attempt they were before; other bytes are the next one. So a folder
        read twice changes nothing, and a file that was replaced becomes a further attempt. All files of a learner must
        come in one call. `students` tells who the learners are, by their key.
        """
        keys = {each.learner for each in arrivals}

        def keep(connection: Connection) -> list[Kept]:
            places = keep_all(connection, run, arrivals, students or {})
            theirs = rows.submission_rows().where(tables.learners.c.key.in_(keys))
            stored = {(row.key, row.exercise, row.attempt): row for row in connection.execute(theirs)}
            return [rows.kept(stored[place]) for place in places]

        return self._database.write(keep, alone=True)

    def keep_absent(self, students: Mapping[str, Student]) -> None:
        """Who of the roster handed in nothing, by key, in place of who was said to before; the others stay."""
        self._database.write(lambda connection: keep_absent(connection, students), alone=True)

    def adopt(self, old: str, new: str) -> None:
        """From now on the learner once known as `old` is `new`: a roster came, or a folder was renamed."""
        self._database.write(lambda connection: adopt(connection, old, new), alone=True)

    def correct(self, owners: Mapping[str, str]) -> None:
        """Give each path's submissions to whom an instructor says they are, whoever they were credited to."""
        if owners:
            self._database.write(lambda connection: correct(connection, owners), alone=True)

    def keep_notes(self, run: int, notes: Iterable[Note]) -> None:
        """What this run's intake could not use; said again for the same run, it replaces what was said."""
        told = [
            {"run": run, "kind": note.kind, "subject": note.subject, "reason": rows.text_to_json(note.reason)}
            for note in notes
        ]

        def keep(connection: Connection) -> None:
            connection.execute(tables.notes.delete().where(tables.notes.c.run == run))
            if told:
                connection.execute(tables.notes.insert(), told)

        self._database.write(keep)

    def notes(self, run: int | None = None) -> list[Note]:
        """What a run's intake could not use; without a number, the last run's."""
        which = select(func.max(tables.runs.c.id)).scalar_subquery() if run is None else run
        query = select(tables.notes).where(tables.notes.c.run == which).order_by(tables.notes.c.id)
        return [Note(row.kind, row.subject, rows.text_from_json(row.reason)) for row in self._all(query)]

    def submissions(self) -> list[Kept]:
        """Every submission, by learner, exercise and attempt."""
        learner, columns = tables.learners.c.key, tables.submissions.c
        query = rows.submission_rows().order_by(learner, columns.exercise, columns.attempt)
        return [rows.kept(row) for row in self._all(query)]

    def source(self, sha256: str) -> bytes:
        """The bytes that were handed in; raises StoreError where the store never saw them."""
        found = self._all(select(tables.sources.c.content).where(tables.sources.c.sha256 == sha256))
        if not found:
            raise StoreError(say("The class store holds no source with the fingerprint {sha256}.", sha256=sha256))
        return zlib.decompress(found[0].content)

    def sources_of(self, digests: Iterable[str]) -> dict[str, str]:
        """Several sources at once, as text, by their fingerprints."""
        columns = tables.sources.c
        query = select(columns.sha256, columns.content).where(columns.sha256.in_(set(digests)))
        return {row.sha256: zlib.decompress(row.content).decode("utf-8", "replace") for row in self._all(query)}

    def students(self) -> dict[str, Student]:
        """Who the learners are, by their key, as far as a roster told."""
        columns = tables.learners.c
        query = select(columns.key, columns.student).where(columns.student.is_not(None))
        return {row.key: msgspec.json.decode(row.student, type=Student) for row in self._all(query)}

    def everybody(self) -> dict[str, Student]:
        """Every learner by key; one that no roster told of is called by the key."""
        query = select(tables.learners.c.key, tables.learners.c.student)
        return {
            row.key: Student(id=row.key, name=row.key)
            if row.student is None
            else msgspec.json.decode(row.student, type=Student)
            for row in self._all(query)
        }

    def absent(self) -> dict[str, Student]:
        """Who of the roster never handed in anything, by key."""
        columns = tables.learners.c
        without = columns.id.not_in(select(tables.submissions.c.learner))
        query = select(columns.key, columns.student).where(columns.student.is_not(None), without)
        return {row.key: msgspec.json.decode(row.student, type=Student) for row in self._all(query)}

    def pending(
        self, edition: Edition, *, retry_grader_errors: bool = True, after: int = 0, most: int | None = None
    ) -> list[Kept]:
        """The submissions that `edition` has not graded; a grader error is no result, unless it may stand.

        `after` is the last id of the part read before, `most` how many to read at a time.
        """
        wanted = _not_graded(edition, retry_grader_errors=retry_grader_errors)
        columns = tables.submissions.c
        waiting = rows.submission_rows().where(wanted, columns.id > after).order_by(columns.id).limit(most)
        return [rows.kept(row) for row in self._all(waiting)]

    def newest(self, edition: Edition, learners: Collection[str]) -> frozenset[int]:
        """The last submission at an edition's exercise of each of these learners, a few hundred a call."""
        columns, who = tables.submissions.c, tables.learners.c
        last = select(func.max(columns.id).label("id")).select_from(tables.submissions.join(tables.learners))
        theirs = last.where(columns.exercise == edition.exercise, who.key.in_(learners)).group_by(columns.learner)
        return frozenset(row.id for row in self._all(theirs))

    def count(self, edition: Edition) -> tuple[int, int]:
        """How many submissions `edition` is about, and how many of them `pending` would give."""
        answers = tables.submissions.c.exercise == edition.exercise
        waits = _not_graded(edition, retry_grader_errors=True)
        number = select(func.count()).select_from(tables.submissions)
        ((everything,),), ((waiting,),) = self._all(number.where(answers)), self._all(number.where(waits))
        return int(everything), int(waiting)

    def keep_result(
        self,
        run: int,
        submission: int,
        edition: Edition,
        report: Report,
        graded_at: datetime,
        behaviours: Sequence[Behaviour] = (),
    ) -> None:
        """One report, committed before this returns. One that stands already stays, unless it was a grader error."""
        row = {
            "run": run,
            "outcome": report.outcome.value,
            "points": report.points,
            "max_points": report.max_points,
            "graded_at": graded_at,
            "report": to_json(report).decode(),
        }

        def keep(connection: Connection) -> None:
            number = connection.execute(_edition_number(edition)).scalar_one_or_none()
            if self._keeping is None:  # to write the statement takes longer than to obey it
                self._keeping = _kept_unless_there(connection, list(row))
            connection.execute(self._keeping, {"submission": submission, "edition": number, **row})
            if behaviours:
                told = msgspec.json.encode(behaviours).decode()
                insert_new(connection, tables.behaviours, [{"submission": submission, "edition": number, "told": told}])

        self._database.write(keep)

    def keep_appeal(self, submission: int, objection: str, raised_at: datetime) -> int:
        """A learner's objection to a submission's result; its number."""
        return self._database.write(
            lambda connection: appeals.keep_appeal(connection, submission, objection, raised_at), alone=True
        )

    def answer_appeal(self, number: int, answer: str, answered_at: datetime) -> bool:
        """The answer to an objection; False where there is none of this number."""
        return self._database.write(lambda connection: appeals.answer_appeal(connection, number, answer, answered_at))

    def appeals(self) -> list[Appeal]:
        """Every objection, in the order in which they came."""
        return self._database.read(lambda connection: list(appeals.appeals(connection)))

    def setting(self, name: str, proposed: str | None = None) -> str | None:
        """A fact about the whole class; `proposed` becomes it where there was none."""

        def kept(connection: Connection) -> str | None:
            if proposed is not None:
                insert_new(connection, tables.settings, [{"name": name, "value": proposed}])
            query = select(tables.settings.c.value).where(tables.settings.c.name == name)
            return connection.execute(query).scalar()

        return self._database.write(kept) if proposed is not None else self._database.read(kept)

    def keep_title(self, title: str | None) -> None:
        """What the class is called; None leaves it as it is."""
        if title is None or not title.strip():
            return

        def keep(connection: Connection) -> None:
            insert_new(connection, tables.settings, [{"name": "title", "value": ""}])
            told = update(tables.settings).where(tables.settings.c.name == "title").values(value=title.strip())
            connection.execute(told)

        self._database.write(keep)

    def forget(self, learner: str) -> int | None:
        """Erase a learner and all their work but its counts; how many submissions, None where nobody is called so."""

        def forgotten(connection: Connection) -> int | None:
            number = erasure.erase(connection, erasure.submissions_of(connection, learner))
            erasure.drop_notes(connection)
            return number if erasure.drop_learner(connection, learner) else None

        found = self._database.write(forgotten, alone=True)
        if found is not None:
            self._database.compact()
        return found

    def scrub(self, scrubber: Scrubber) -> int:
        """Replace a person's name in what others handed in and were told; in how many files it stood."""
        found = self._database.write(lambda connection: erasure.scrub(connection, scrubber), alone=True)
        if found:
            self._database.compact()
        return found

    def purge(self, before: datetime) -> int:
        """Erase all that was handed in before a moment but its counts, and who of it nothing is left; how many."""

        def purged(connection: Connection) -> int:
            number = erasure.erase(connection, erasure.submissions_before(connection, before))
            if number:
                erasure.drop_learners_without_work(connection)
                erasure.drop_notes(connection)
            return number

        found = self._database.write(purged, alone=True)
        self._database.compact()
        return found

    def erased(self) -> list[tuple[str, int, int, int, float]]:
        """By exercise, what erased work came to: learners, submissions, passed, points."""
        query = select(tables.erased).order_by(tables.erased.c.exercise)
        return [(row.exercise, row.learners, row.submissions, row.passed, row.points) for row in self._all(query)]

    def copy_to(self, where: Path) -> None:
        """All that is kept, in a new store at a path; nothing here changes."""

        def copied(source: Connection) -> None:
            with Store.open(where) as copy:
                copy._database.write(lambda target: _copy(source, target))

        self._database.read(copied)

    def current_editions(self) -> dict[str, Edition]:
        """The edition each exercise was last graded with, by exercise."""
        return {name: history[-1] for name, history in self.edition_history().items()}

    def edition_history(self) -> dict[str, list[Edition]]:
        """The editions each exercise was graded with, in order, the current one last; repeats in a row are one."""
        query = select(tables.editions).join(tables.run_editions).order_by(tables.run_editions.c.run)
        history: defaultdict[str, list[Edition]] = defaultdict(list)
        for row in self._all(query):
            edition = rows.edition(row)
            if history[row.exercise][-1:] != [edition]:
                history[row.exercise].append(edition)
        return dict(history)

    def results(self, editions: Iterable[Edition] | None = None) -> Iterator[KeptResult]:
        """Every result of the given editions (the current ones by default), a page at a time, by submission."""
        for edition in sorted(self.current_editions().values() if editions is None else editions):
            last = 0
            while page := self._all(_results_after(edition, last)):
                yield from (self.group_notes.told(rows.kept_result(row, edition)) for row in page)
                last = page[-1].id

    def results_of(self, submissions: Iterable[int], edition: Edition) -> list[KeptResult]:
        """What `edition` found in the submissions with these ids; a few hundred at a time."""
        query = _results(edition).where(tables.submissions.c.id.in_(list(submissions)))
        return [self.group_notes.told(rows.kept_result(row, edition)) for row in self._all(query)]

    def _all(self, query: Any) -> Sequence[Row[Any]]:
        return self._database.read(lambda connection: connection.execute(query).all())


def _copy(source: Connection, target: Connection) -> None:
    ordered = tables.metadata.sorted_tables
    for table in reversed(ordered):
        target.execute(table.delete())
    for table in ordered:
        for part in source.execute(select(table)).partitions(PAGE):
            target.execute(table.insert(), [dict(row._mapping) for row in part])


def _results(edition: Edition) -> Any:
    results, submissions, behaviours = tables.results, tables.submissions, tables.behaviours
    own = and_(behaviours.c.submission == results.c.submission, behaviours.c.edition == results.c.edition)
    return (
        rows.submission_rows(results.c.report, results.c.graded_at, behaviours.c.told)
        .join(results, results.c.submission == submissions.c.id)
        .join(tables.editions, tables.editions.c.id == results.c.edition)
        .outerjoin(behaviours, own)
        .where(rows.is_edition(edition))
    )


def _results_after(edition: Edition, last: int) -> Any:
    number = tables.submissions.c.id
    return _results(edition).where(number > last).order_by(number).limit(PAGE)


def _not_graded(edition: Edition, *, retry_grader_errors: bool) -> Any:
    done = select(tables.results.c.submission).join(tables.editions).where(rows.is_edition(edition))
    if retry_grader_errors:
        done = done.where(~GRADER_ERROR)
    columns = tables.submissions.c
    return and_(columns.exercise == edition.exercise, columns.id.not_in(done))


def _kept_unless_there(connection: Connection, columns: Sequence[str]) -> Any:
    """The statement that keeps a result, or puts it in place of a grader error."""
    fresh = insert(connection, tables.results)
    replaced = {name: fresh.excluded[name] for name in columns}
    key = ["submission", "edition"]
    return fresh.on_conflict_do_update(index_elements=key, set_=replaced, where=GRADER_ERROR)


def _edition_number(edition: Edition) -> Any:
    return select(tables.editions.c.id).where(rows.is_edition(edition))
