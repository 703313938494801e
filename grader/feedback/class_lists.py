"""A class's learners into lists of at most some hundred lines a page, by name and by points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from grader.feedback import clean
from grader.feedback.class_people import Person, people
from grader.feedback.class_record import ClassRecord, LearnerRecord, by_name
from grader.locale import numbers, say_many
from grader.locale.numbers import Words
from grader.results import Outcome

PER_PAGE = 400
ORDERS = ("name", "points")


class WorkCell(msgspec.Struct, frozen=True):
    """How one exercise stands for one learner; `outcome` is empty where nothing was handed in.

    `reduced`: late, so that other points count than the checks give.
    """

    outcome: str
    points: Words
    reduced: bool = False


class LearnerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One learner's line; no points where nothing was handed in."""

    person: Person
    key: str
    points: Words | None
    works: tuple[WorkCell, ...]
    open: str


class PageLink(msgspec.Struct, frozen=True):
    """A page of the list, by the first name or figure on it."""

    page: str
    first: str
    here: bool


class LearnersView(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list, in one order, with links to the other order and to the other pages."""

    course: Words
    name: str
    order: str
    other: PageLink
    pages: tuple[PageLink, ...]
    exercises: tuple[int, ...]
    lines: tuple[LearnerLine, ...]
    learners: Words
    max_points: Words


def list_pages(record: ClassRecord) -> list[tuple[str, LearnersView]]:
    """Every page of the list in both orders, with its file."""
    known = people(record)
    return [page for order in ORDERS for page in _in_order(record, known, order)]


def file_of(order: str, place: int) -> str:
    """The file of one page of the list."""
    return f"learners-by-{order}{f'-{place}' if place > 1 else ''}.html"


def _in_order(record: ClassRecord, known: dict[str, Person], order: str) -> list[tuple[str, LearnersView]]:
    key: Callable[[LearnerRecord], Any] = _by_points if order == "points" else by_name
    ranked = sorted(record.learners, key=key)
    parts = [ranked[start : start + PER_PAGE] for start in range(0, max(len(ranked), 1), PER_PAGE)]
    firsts = [_first(part, order) for part in parts]
    other = ORDERS[1 - ORDERS.index(order)]
    views = []
    for place, part in enumerate(parts, start=1):
        links = tuple(
            PageLink(file_of(order, number), first, number == place) for number, first in enumerate(firsts, start=1)
        )
        view = LearnersView(
            course=clean.words(record.course),
            name=clean.line(record.name),
            order=order,
            other=PageLink(file_of(other, 1), "", here=False),
            pages=links if len(links) > 1 else (),
            exercises=tuple(exercise.number for exercise in record.statistics.exercises),
            lines=tuple(_line(learner, record, known) for learner in part),
            learners=clean.words(say_many("{number} learner", "{number} learners", len(ranked))),
            max_points=numbers.number(record.max_points, 4),
        )
        views.append((file_of(order, place), view))
    return views


def _by_points(learner: LearnerRecord) -> tuple[float, str, str]:
    """Who handed in nothing comes after who got nothing."""
    return (-learner.points if learner.works else 1.0, *by_name(learner))


def _first(part: Sequence[LearnerRecord], order: str) -> str:
    if not part:
        return ""
    return clean.line(part[0].name) if order == "name" else numbers.spell(part[0].points, 4)


def _open(learner: LearnerRecord, record: ClassRecord) -> str:
    """The numbers of the exercises that are not passed, and "none" where nothing was handed in: what a filter asks."""
    passed = {work.exercise for work in learner.works if work.outcome is Outcome.PASSED}
    left = [str(exercise.number) for exercise in record.statistics.exercises if exercise.id not in passed]
    return " ".join([*([] if learner.works else ["none"]), *left])


def _line(learner: LearnerRecord, record: ClassRecord, known: dict[str, Person]) -> LearnerLine:
    works = {work.exercise: work for work in learner.works}
    cells = []
    for exercise in record.statistics.exercises:
        work = works.get(exercise.id)
        points = numbers.number(work.points, 4) if work else {}
        cells.append(WorkCell(work.outcome.value if work else "", points, work is not None and work.reduced))
    return LearnerLine(
        person=known[learner.key],
        key=clean.line(learner.key),
        points=numbers.number(learner.points, 4) if learner.works else None,
        works=tuple(cells),
        open=_open(learner, record),
    )
