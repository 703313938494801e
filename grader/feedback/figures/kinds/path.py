"""A path over a surface: where a run goes, step by step, on a map of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from grader.feedback.figures.drawing import (
    CEILING,
    FLOOR,
    WIDTH,
    Parting,
    Plot,
    array,
    first_difference,
    parting,
    pixels,
    run,
    says,
)
from grader.feedback.figures.isolines import isolines
from grader.feedback.figures.scales import Array, Scale, circles, diamonds
from grader.locale import say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.text import Text

TEMPLATE = "plot"


class Path(msgspec.Struct, frozen=True):
    """The (steps + 1, 2) points of a run on the ground of `loss` (len(y), len(x)), and the place of its minimum."""

    x: Array
    y: Array
    loss: Array
    points: Array
    minimum: Array | None


def read(values: Mapping[str, Any]) -> Path | Text:
    """A path of ``x``, ``y``, ``loss``, ``points`` and perhaps ``minimum``."""
    x, y, loss = (array(values, key, rank) for key, rank in (("x", 1), ("y", 1), ("loss", 2)))
    points = array(values, "points", 2)
    if x is None or y is None or loss is None or loss.shape != (len(y), len(x)) or len(x) < 2:
        return say("A path needs arrays x and y, and loss with a row for each y and a column for each x.")
    if points is None or points.shape[1] != 2:
        return say("A path needs points: an array with two columns and a row for each step.")
    minimum = array(values, "minimum", 1)
    return Path(x, y, loss, points, minimum if minimum is not None and len(minimum) == 2 else None)


def read_run(values: Mapping[str, Any]) -> Array | None:
    """The learner's points; the ground is the expected one's."""
    points = array(values, "points", 2)
    return points if points is not None and points.shape[1] == 2 else None


def draw(expected: Path, own: Array | None, figure: FigureData) -> tuple[Plot, tuple[Words, ...]]:
    """Both paths on the expected one's ground."""
    # The ground ends just outside the frame, which cuts its outline off.
    across = Scale(float(expected.x.min()), float(expected.x.max()), -2, WIDTH + 2)
    down = Scale(float(expected.y.min()), float(expected.y.max()), FLOOR + 2, CEILING - 2)
    points = expected.points
    apart, notes = (None, ()) if own is None else _parting(own, points, across, down)
    plot = Plot(
        x_ticks=across.ticks(5),
        y_ticks=down.ticks(4),
        areas=isolines(expected.x, expected.y, expected.loss, across, down),
        minimum="" if expected.minimum is None else _cross(across, down, expected.minimum),
        expected=run(across(points[:, 0]), down(points[:, 1]), diamonds),
        learner=None if own is None else run(across(own[:, 0]), down(own[:, 1]), circles),
        parting=apart,
    )
    return plot, notes


def _parting(own: Array, points: Array, across: Scale, down: Scale) -> tuple[Parting | None, tuple[Words, ...]]:
    first = first_difference(own, points)
    if first is None:
        same = says(say("Both paths are the same, all {number} steps of them.", number=len(points) - 1))
        return None, (same, *_left_picture(own, across, down))
    place = points[max(first - 1, 0)]
    drawn = np.concatenate([pixels(each, across, down) for each in (own, points)])
    label = say("they part at step {step}", step=first)
    apart = parting(float(across(place[0])), float(down(place[1])), label, drawn)
    said = says(say("The two paths part at step {step}.", step=first))
    return apart, (said, *_left_picture(own, across, down))


def _left_picture(own: Array, across: Scale, down: Scale) -> list[Words]:
    x, y = own[:, 0], own[:, 1]
    with np.errstate(invalid="ignore"):
        inside = (x >= across.low) & (x <= across.high) & (y >= down.low) & (y <= down.high)
    if inside.all():
        return []
    return [says(say("From step {step} on your path lies outside the picture.", step=int(np.argmin(inside))))]


def _cross(across: Scale, down: Scale, place: Array) -> str:
    x, y = float(across(place[0])), float(down(place[1]))
    return f"M{x - 6:.1f} {y:.1f}h12M{x:.1f} {y - 6:.1f}v12"
