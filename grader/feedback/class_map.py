"""Outcomes by learner and check into a map: one path a status up to a thousand learners, bands of ability beyond."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.feedback import clean
from grader.feedback.class_record import LearnerRecord
from grader.locale import numbers
from grader.locale.numbers import Words
from grader.results import Outcome
from grader.text import Text

MOST_ROWS, BANDS = 1000, 50
NAMED_ROWS = 60
"""Up to so many learners stand beside the map by name."""

_NOTHING = 0
_STATUSES = ("passed", "failed", "stopped", "blocked", "fault")
_STATUS = {
    Outcome.PASSED: 1,
    Outcome.FAILED: 2,
    Outcome.DID_NOT_LOAD: 3,
    Outcome.TIMED_OUT: 3,
    Outcome.CRASHED: 3,
    Outcome.BLOCKED: 4,
    Outcome.GRADER_ERROR: 5,
    Outcome.NOT_STARTED: _NOTHING,
}
Statuses = NDArray[np.uint8]


class Column(msgspec.Struct, frozen=True):
    """A check: its exercise, its number there, and its claim."""

    exercise: str
    number: int
    id: str
    claim: Text


class Group(msgspec.Struct, frozen=True):
    """An exercise over the columns of its checks."""

    number: int
    columns: tuple[int, ...]
    span: int


class StatusPath(msgspec.Struct, frozen=True):
    """All cells of one status as one path: a stroke down each column a run of learners."""

    status: str
    path: str


class Band(msgspec.Struct, frozen=True):
    """A fiftieth of the class by points: whom it holds, and of each check the share that passed it, in percent."""

    rank: str
    cells: tuple[tuple[str, str], ...]


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """Learners from most to fewest points; either `paths` or `bands`."""

    groups: tuple[Group, ...]
    columns: int
    rows: int
    height: int
    names: tuple[str, ...]
    separators: str
    paths: tuple[StatusPath, ...]
    bands: tuple[Band, ...]
    learners: Words


def map_view(learners: Sequence[LearnerRecord], columns: Sequence[Column], groups: tuple[Group, ...]) -> MapView:
    """The map of a class."""
    ranked = sorted(learners, key=lambda learner: (-learner.points, learner.name))
    statuses = _statuses(ranked, columns)
    banded = len(ranked) > MOST_ROWS
    named = len(ranked) <= NAMED_ROWS
    return MapView(
        groups=groups,
        columns=len(columns),
        rows=len(ranked),
        height=len(ranked) * 20 if named else max(300, min(4 * len(ranked), 900)),
        separators="".join(
            f"M{column - 0.5:g} 0v{len(ranked)}" for column in np.cumsum([each.span for each in groups])[:-1]
        ),
        names=tuple(clean.line(learner.name) for learner in ranked) if named else (),
        paths=() if banded else _paths(statuses),
        bands=_bands(statuses) if banded else (),
        learners=numbers.count(len(ranked)),
    )


def _statuses(ranked: Sequence[LearnerRecord], columns: Sequence[Column]) -> Statuses:
    table = np.zeros((len(ranked), len(columns)), dtype=np.uint8)
    places = {(column.exercise, column.id): place for place, column in enumerate(columns)}
    for row, learner in enumerate(ranked):
        for work in learner.works:
            for check, outcome in work.checks.items():
                place = places.get((work.exercise, check))
                if place is not None:
                    table[row, place] = _STATUS[outcome]
    return table


def _paths(statuses: Statuses) -> tuple[StatusPath, ...]:
    parts: dict[int, list[str]] = {}
    for across, column in enumerate(statuses.T):
        edges = np.flatnonzero(np.diff(column, prepend=column[:1] + 1, append=column[-1:] + 1))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            status = int(column[start])
            if status != _NOTHING:
                parts.setdefault(status, []).append(f"M{across} {start}v{end - start}")
    return tuple(StatusPath(_STATUSES[status - 1], "".join(runs)) for status, runs in sorted(parts.items()))


def _bands(statuses: Statuses) -> tuple[Band, ...]:
    bands, first = [], 1
    for part in np.array_split(statuses, min(BANDS, len(statuses))):
        shares = np.round(100 * (part == _STATUS[Outcome.PASSED]).mean(axis=0)).astype(int).tolist()
        cells = tuple((f"share-{share // 20}", str(share)) for share in shares)
        bands.append(Band(f"{first}–{first + len(part) - 1}", cells))
        first += len(part)
    return tuple(bands)
