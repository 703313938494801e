"""Named matrices, the learner's and the expected ones, into small pictures of signed cells."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.figures.drawing import says
from grader.feedback.figures.scales import Array, real_array
from grader.locale import numbers, say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.sameness.distance import absolute_error
from grader.text import Text

TEMPLATE = "matrix"
_MOST_CELLS, _MOST_MATRICES = 16, 8
_STEPS, _NOT_A_NUMBER = 4, 9
_RTOL = 1e-6


class Panel(msgspec.Struct, frozen=True):
    """One matrix as (class, path data) of its cells: a line of stroke width 1 a run of equal cells."""

    view_box: str
    cells: tuple[tuple[str, str], ...]


class MatrixRow(msgspec.Struct, frozen=True):
    """One name with its three pictures, on one scale, and the greatest difference in words."""

    name: str
    learner: Panel | None
    expected: Panel
    difference: Panel | None
    greatest: Words | None
    differs: bool
    limit: Words


class Matrices(msgspec.Struct, frozen=True):
    """Matrices by name, in order; a vector is one of a single row."""

    by_name: dict[str, Array]


class Table(msgspec.Struct, frozen=True):
    """One row a matrix."""

    rows: tuple[MatrixRow, ...]


def read(values: Mapping[str, Any]) -> Matrices | Text:
    """Matrices of ``names`` and, for each, an array in ``values``."""
    found = _named(values)
    if not found:
        return say("Matrices need names, and values with an array of at most two dimensions for each.")
    return Matrices(found)


def read_run(values: Mapping[str, Any]) -> Matrices | None:
    """The learner's matrices, where there are any."""
    found = _named(values)
    return Matrices(found) if found else None


def draw(expected: Matrices, learner: Matrices | None, figure: FigureData) -> tuple[Table, tuple[Words, ...]]:
    """Each expected matrix beside the learner's of that name, and their difference."""
    own = {} if learner is None else learner.by_name
    shown = list(expected.by_name.items())[:_MOST_MATRICES]
    rows = tuple(_row(name, values, own.get(name)) for name, values in shown)
    different = ", ".join(row.name for row in rows if row.differs)
    note = say("These differ: {names}.", names=different) if different else say("All of them are the same.")
    return Table(rows), (says(note),)


def _row(name: str, expected: Array, own: Array | None) -> MatrixRow:
    own = own if own is not None and own.shape == expected.shape else None
    limit = _greatest(expected) or (_greatest(own) if own is not None else 0.0) or 1.0
    gap = None if own is None else own - expected
    greatest = None if own is None else float(absolute_error(own, expected).max())
    return MatrixRow(
        name=clean.line(name),
        learner=None if own is None else _panel(own, limit),
        expected=_panel(expected, limit),
        difference=None if gap is None else _panel(gap, limit),
        greatest=None if greatest is None else numbers.number(greatest, 2),
        differs=greatest is None or greatest > _RTOL * limit,
        limit=numbers.number(limit, 2),
    )


def _named(values: Mapping[str, Any]) -> dict[str, Array]:
    names, matrices = values.get("names"), values.get("values")
    if not isinstance(names, list | tuple) or not isinstance(matrices, list | tuple):
        return {}
    found = {}
    for name, raw in zip(names, matrices, strict=False):
        matrix = real_array(raw)
        if isinstance(name, str) and matrix is not None and matrix.ndim <= 2:
            found[name] = np.atleast_2d(matrix)
    return found


def _greatest(matrix: Array) -> float:
    finite = np.abs(matrix[np.isfinite(matrix)])
    return float(finite.max()) if finite.size else 0.0


def _panel(matrix: Array, limit: float) -> Panel:
    small = _averaged(_averaged(matrix, 0), 1)
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.clip(np.round(small / limit * _STEPS), -_STEPS, _STEPS)
    steps = np.where(np.isnan(steps), _NOT_A_NUMBER, steps).astype(int)
    paths: dict[int, list[str]] = {}
    for down, row in enumerate(steps.tolist()):
        across = 0
        for step, run in groupby(row):
            length = len(list(run))
            if step:
                paths.setdefault(step, []).append(f"M{across} {down}h{length}")
            across += length
    rows, columns = small.shape
    cells = tuple((_class_of(step), "".join(parts)) for step, parts in sorted(paths.items()))
    return Panel(f"0 -0.5 {columns} {rows}", cells)


def _averaged(matrix: Array, axis: int) -> Array:
    """At most `_MOST_CELLS` along `axis`, each the mean of a block."""
    length = matrix.shape[axis]
    if length <= _MOST_CELLS:
        return matrix
    starts = np.arange(_MOST_CELLS) * length // _MOST_CELLS
    sizes = np.diff(starts, append=length)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.add.reduceat(matrix, starts, axis=axis)
    return np.asarray(sums / (sizes[:, None] if axis == 0 else sizes))


def _class_of(step: int) -> str:
    if step == _NOT_A_NUMBER:
        return "cell-nan"
    return f"cell-{'m' if step < 0 else 'p'}{abs(step)}"
