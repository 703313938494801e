"""What the class's page shows becomes CSV files beside it, whole: needs, beliefs, checks, learners, groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.exports import cells
from grader.exports.wording import plain
from grader.feedback.class_record import ClassRecord
from grader.locale import LANGUAGES
from grader.workspace import write_file

FOLDER = "tables"
Rows = Iterator[Sequence[cells.Cell]]


def write_tables(out: Path, record: ClassRecord) -> None:
    """Every table, in place of those of an earlier run."""
    folder, people = out / FOLDER, _People(record)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("needs.csv", _needs(record, people)),
        ("beliefs.csv", _beliefs(record, people)),
        ("checks.csv", _checks(record)),
        ("learners.csv", _learners(record, people)),
        ("groups.csv", _groups(record, people)),
    ):
        write_file(folder / name, cells.table(rows).encode("utf-8-sig"))


class _People:
    """Who somebody is, in three cells."""

    def __init__(self, record: ClassRecord) -> None:
        self._names = {learner.key: learner.name for learner in record.learners}
        self._emails = record.emails

    def of(self, key: str) -> list[cells.Cell]:
        """Id, name and address."""
        return [cells.line(each) for each in (key, self._names.get(key, key), self._emails.get(key, ""))]


def _needs(record: ClassRecord, people: _People) -> Rows:
    yield ["need", "id", "name", "email", "exercise", "attempts"]
    for each in record.needs:
        yield [each.kind, *people.of(each.learner), each.exercise or "", each.attempts or None]


def _beliefs(record: ClassRecord, people: _People) -> Rows:
    yield ["exercise", "belief", *LANGUAGES, "sure", "id", "name", "email"]
    for each in record.statistics.beliefs:
        words = plain(each.belief.belief)
        told = [each.exercise, each.belief.id, *(cells.line(words.in_language(code)) for code in LANGUAGES)]
        for sure, keys in (("yes", each.now), ("perhaps", each.possibly)):
            for key in keys:
                yield [*told, sure, *people.of(key)]


def _checks(record: ClassRecord) -> Rows:
    yield ["exercise", "check", *LANGUAGES, "attempted", "facility", "discrimination", "low", "high", "not_yet"]
    for exercise in record.statistics.exercises:
        for check in exercise.checks:
            words, item = plain(check.claim), check.item
            low, high = item.interval or (None, None)
            yield [
                exercise.id, check.id, *(cells.line(words.in_language(code)) for code in LANGUAGES), item.attempted,
                item.facility, item.discrimination, low, high, check.to_pass.never,
            ]  # fmt: skip


def _learners(record: ClassRecord, people: _People) -> Rows:
    ids = [exercise.id for exercise in record.statistics.exercises]
    yield ["id", "name", "email", *(f"{name} {what}" for name in ids for what in ("points", "outcome", "attempts"))]
    for learner in record.learners:
        works = {work.exercise: work for work in learner.works}
        told: list[cells.Cell] = []
        for name in ids:
            work = works.get(name)
            told += [None, "", None] if work is None else [work.points, work.outcome.value, work.attempts]
        yield [*people.of(learner.key), *told]


def _groups(record: ClassRecord, people: _People) -> Rows:
    yield ["group", "exercise", "function", "id", "name", "email"]
    for group in record.groups:
        for key in group.learners:
            yield [group.id, group.exercise, cells.line(group.subject), *people.of(key)]
