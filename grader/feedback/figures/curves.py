"""A curve over an axis: one value a step, with horizontal lines that are named. Schedules and series are drawn so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.figures.drawing import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Parting,
    Plot,
    array,
    first_difference,
    parting,
    pixels,
    reference_line,
    run,
    says,
)
from grader.feedback.figures.scales import Array, Scale, circles, diamonds, scale_over
from grader.locale import numbers, say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.text import Text

_MOST_LINES = 6


class Curve(msgspec.Struct, frozen=True):
    """One value `y` for each `x`, and the heights of lines by name."""

    x: Array
    y: Array
    lines: Mapping[str, float]

    @property
    def points(self) -> Array:
        """Both coordinates, a row a point."""
        return np.stack([self.x, self.y], axis=1)


def read(values: Mapping[str, Any]) -> Curve | Text:
    """A curve of ``x`` and ``y``, and perhaps ``reference_lines``: a table of heights by name."""
    x, y = array(values, "x", 1), array(values, "y", 1)
    if x is None or y is None or x.shape != y.shape or not np.isfinite(y).any():
        return say("A curve needs arrays x and y of the same length, with a finite y.")
    return Curve(x, y, _lines(values))


def read_run(values: Mapping[str, Any]) -> Curve | None:
    """The learner's curve; its lines are the expected one's."""
    x, y = array(values, "x", 1), array(values, "y", 1)
    return None if x is None or y is None or x.shape != y.shape else Curve(x, y, {})


def draw(expected: Curve, learner: Curve | None, figure: FigureData) -> tuple[Plot, tuple[Words, ...]]:
    """Both curves on one pair of axes."""
    across = scale_over(expected.x, LEFT, RIGHT, margin=0.0)
    heights = np.array(list(expected.lines.values()), dtype=np.float64)
    down = _height_scale(expected.y, None if learner is None else learner.y, heights)
    apart, notes = (None, ()) if learner is None else _parting(learner, expected, across, down, figure.x_label)
    runs = [each.points for each in (expected, learner) if each is not None]
    drawn = np.concatenate([pixels(points, across, down) for points in runs])
    plot = Plot(
        x_ticks=across.ticks(6),
        y_ticks=down.ticks(5),
        expected=run(across(expected.x), down(expected.y), diamonds),
        learner=None if learner is None else run(across(learner.x), down(learner.y), circles),
        reference_lines=tuple(
            reference_line(clean.line(name), float(down(np.array(at))), drawn) for name, at in expected.lines.items()
        ),
        parting=apart,
    )
    return plot, notes


def _parting(
    own: Curve, expected: Curve, across: Scale, down: Scale, axis: Text
) -> tuple[Parting | None, tuple[Words, ...]]:
    first = first_difference(own.points, expected.points)
    if first is None:
        return None, (says(say("Both curves are the same at all {number} points.", number=len(expected.x))),)
    place = min(first, len(expected.x) - 1)
    where = Text(numbers.number(float(expected.x[place]), 4))
    own_is_there = place < len(own.y) and np.isfinite(own.y[place])
    height = own.y[place] if own_is_there else expected.y[place]
    drawn = np.concatenate([pixels(each.points, across, down) for each in (own, expected)])
    apart = parting(float(across(expected.x[place])), float(down(height)), say("they part here"), drawn)
    return apart, (says(say("Where they part: {axis} {x}.", axis=axis, x=where)),)


def _height_scale(expected: Array, own: Array | None, lines: Array) -> Scale:
    """Linear; logarithmic where the learner's values dwarf the expected ones; else cut off near those."""
    drawn = [expected, lines] if own is None else [expected, own, lines]
    values = np.concatenate(drawn)
    values = values[np.isfinite(values)]
    near = np.concatenate([expected[np.isfinite(expected)], lines])
    size = float(np.abs(near).max()) or 1.0
    if float(np.abs(values).max()) <= 30 * size:
        return scale_over(values, BOTTOM, TOP)
    if (values > 0).all():
        return scale_over(values, BOTTOM, TOP, logarithmic=True)
    return scale_over(np.append(near, (-3 * size, 3 * size)), BOTTOM, TOP)


def _lines(values: Mapping[str, Any]) -> dict[str, float]:
    lines = values.get("reference_lines")
    if not isinstance(lines, dict):
        return {}
    found = {str(name): array({"y": value}, "y", 0) for name, value in list(lines.items())[:_MOST_LINES]}
    return {name: float(value) for name, value in found.items() if value is not None and np.isfinite(value)}
