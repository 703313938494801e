"""What one picture draws, into path data, ticks and sentences: the learner's run beside the expected one.

The learner's values come from untrusted code: whatever is not a finite array of the right shape is not drawn,
and the picture says so.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.isolines import isolines
from grader.feedback.markdown import Html, inline
from grader.feedback.matrices import MatrixRow, matrix_rows
from grader.feedback.scales import Array, Scale, Tick, circles, diamonds, polyline, real_array, scale_over
from grader.locale import numbers, say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.text import Text
from grader.trajectory import differs

WIDTH, _CEILING, _FLOOR = 560, 28, 346
# A curve leaves room on its left, where the labels of the vertical axis stand on their lines.
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 548, 42, 336
_MOST_MARKS, _MOST_POINTS, _MOST_LINES = 14, 240, 6
_RTOL = 1e-6


class Run(msgspec.Struct, frozen=True):
    """One run as path data: its line, and the marks that tell it from the other without colour."""

    line: str
    marks: str


class Parting(msgspec.Struct, frozen=True):
    """The place where two runs part, with its label on the side where there is room."""

    x: float
    y: float
    anchor: str
    label_x: float
    label_y: float
    label: Words


class ReferenceLine(msgspec.Struct, frozen=True):
    """A horizontal line that a picture names, such as the base learning rate."""

    y: float
    above: float
    name: str


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture and its words. `areas` and `minimum` belong to a map, `rows` to matrices."""

    kind: str
    number: int
    title: dict[str, Html]
    caption: dict[str, Html]
    x_label: Words
    y_label: Words
    notes: tuple[Words, ...]
    has_learner: bool = False
    expected: Run | None = None
    learner: Run | None = None
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    areas: tuple[str, ...] = ()
    minimum: str = ""
    parting: Parting | None = None
    reference_lines: tuple[ReferenceLine, ...] = ()
    rows: tuple[MatrixRow, ...] = ()


def figure_view(figure: FigureData, number: int) -> FigureView | None:
    """The picture numbered `number`, or None where the expected values themselves cannot be drawn."""
    drawing = _DRAWINGS[figure.kind](figure)
    if drawing is None:
        return None
    return FigureView(
        kind=figure.kind,
        number=number,
        title=inline(figure.title),
        caption=inline(figure.caption),
        x_label=clean.words(figure.x_label),
        y_label=clean.words(figure.y_label),
        has_learner=drawing.get("learner") is not None,
        **drawing,
    )


def _map(figure: FigureData) -> dict[str, Any] | None:
    expected = figure.expected
    x, y, loss = (array(expected, key, rank) for key, rank in (("x", 1), ("y", 1), ("loss", 2)))
    points = array(expected, "points", 2)
    if x is None or y is None or loss is None or points is None or loss.shape != (len(y), len(x)) or len(x) < 2:
        return None
    # The ground ends just outside the frame, which cuts its outline off.
    across = Scale(float(x.min()), float(x.max()), -2, WIDTH + 2)
    down = Scale(float(y.min()), float(y.max()), _FLOOR + 2, _CEILING - 2)
    own = array(figure.learner, "points", 2)
    own = own if own is not None and own.shape[1] == points.shape[1] == 2 else None
    minimum = array(expected, "minimum", 1)
    return {
        "x_ticks": across.ticks(5),
        "y_ticks": down.ticks(4),
        "areas": isolines(x, y, loss, across, down),
        "minimum": _cross(across, down, minimum) if minimum is not None and len(minimum) == 2 else "",
        "expected": _run(across(points[:, 0]), down(points[:, 1]), diamonds),
        "learner": None if own is None else _run(across(own[:, 0]), down(own[:, 1]), circles),
        **_map_parting(own, points, across, down),
    }


def _map_parting(own: Array | None, points: Array, across: Scale, down: Scale) -> dict[str, Any]:
    if own is None:
        return {"notes": (_undrawn(),)}
    first = _first_difference(own, points)
    notes = [_says(say("Both paths are the same, all {number} steps of them.", number=len(points) - 1))]
    parting = None
    if first is not None:
        label = say("they part at step {step}", step=first)
        notes = [_says(say("The two paths part at step {step}.", step=first))]
        place = points[max(first - 1, 0)]
        drawn = np.concatenate([_pixels(run, across, down) for run in (own, points)])
        parting = _parting(float(across(place[0])), float(down(place[1])), label, drawn)
    return {"parting": parting, "notes": (*notes, *_left_picture(own, across, down))}


def _pixels(run: Array, across: Scale, down: Scale) -> Array:
    """Places along a run, close together."""
    dense = np.linspace(0, len(run) - 1, 4 * min(len(run), _MOST_POINTS))
    steps = np.arange(len(run))
    return np.stack([np.interp(dense, steps, scale(run[:, i])) for i, scale in enumerate((across, down))], axis=1)


def _left_picture(own: Array, across: Scale, down: Scale) -> list[Words]:
    x, y = own[:, 0], own[:, 1]
    with np.errstate(invalid="ignore"):
        inside = (x >= across.low) & (x <= across.high) & (y >= down.low) & (y <= down.high)
    if inside.all():
        return []
    return [_says(say("From step {step} on your path lies outside the picture.", step=int(np.argmin(inside))))]


def _curve(figure: FigureData) -> dict[str, Any] | None:
    x, y = array(figure.expected, "x", 1), array(figure.expected, "y", 1)
    if x is None or y is None or x.shape != y.shape or not len(x) or not np.isfinite(y).any():
        return None
    own_x, own_y = array(figure.learner, "x", 1), array(figure.learner, "y", 1)
    if own_y is not None and (own_x is None or own_x.shape != own_y.shape):
        own_y = None
    lines = _reference_values(figure.expected)
    across = scale_over(x, _LEFT, _RIGHT, margin=0.0)
    down = _height_scale(y, own_y, np.array(list(lines.values()), dtype=np.float64))
    return {
        "x_ticks": across.ticks(6),
        "y_ticks": down.ticks(5),
        "expected": _run(across(x), down(y), diamonds),
        "learner": None if own_y is None or own_x is None else _run(across(own_x), down(own_y), circles),
        "reference_lines": tuple(_reference_line(name, float(down(np.array(at)))) for name, at in lines.items()),
        **_curve_parting(own_x, own_y, x, y, across, down, axis=figure.x_label),
    }


def _curve_parting(
    own_x: Array | None, own_y: Array | None, x: Array, y: Array, across: Scale, down: Scale, *, axis: Text
) -> dict[str, Any]:
    if own_x is None or own_y is None:
        return {"notes": (_undrawn(),)}
    own, expected = np.stack([own_x, own_y], axis=1), np.stack([x, y], axis=1)
    first = _first_difference(own, expected)
    if first is None:
        return {"notes": (_says(say("Both curves are the same at all {number} points.", number=len(x))),)}
    place = min(first, len(x) - 1)
    where = Text(numbers.number(float(x[place]), 4))
    label, note = say("they part here"), say("Where they part: {axis} {x}.", axis=axis, x=where)
    height = own_y[place] if place < len(own_y) and np.isfinite(own_y[place]) else y[place]
    drawn = np.concatenate([_pixels(run, across, down) for run in (own, expected)])
    parting = _parting(float(across(x[place])), float(down(height)), label, drawn)
    return {"parting": parting, "notes": (_says(note),)}


def _height_scale(expected: Array, own: Array | None, lines: Array) -> Scale:
    """Linear; logarithmic where the learner's values dwarf the expected ones; else cut off near those."""
    drawn = [expected, lines] if own is None else [expected, own, lines]
    values = np.concatenate(drawn)
    values = values[np.isfinite(values)]
    near = np.concatenate([expected[np.isfinite(expected)], lines])
    size = float(np.abs(near).max()) or 1.0
    if float(np.abs(values).max()) <= 30 * size:
        return scale_over(values, _BOTTOM, _TOP)
    if (values > 0).all():
        return scale_over(values, _BOTTOM, _TOP, logarithmic=True)
    return scale_over(np.append(near, (-3 * size, 3 * size)), _BOTTOM, _TOP)


def _matrices(figure: FigureData) -> dict[str, Any] | None:
    rows = matrix_rows(figure.expected, figure.learner)
    if not rows:
        return None
    return {"rows": rows, "notes": (_matrices_note(rows) if figure.learner is not None else _undrawn(),)}


def _matrices_note(rows: tuple[MatrixRow, ...]) -> Words:
    different = [row.name for row in rows if row.differs]
    if different:
        return _says(say("These differ: {names}.", names=", ".join(different)))
    return _says(say("All of them are the same."))


_DRAWINGS = {"path": _map, "schedule": _curve, "series": _curve, "matrix": _matrices}


def array(values: dict[str, Any] | None, key: str, rank: int) -> Array | None:
    """The real array called `key`, or None where there is no such thing of this rank."""
    found = real_array(values.get(key)) if values is not None else None
    return found if found is not None and found.ndim == rank else None


def _reference_values(values: dict[str, Any]) -> dict[str, float]:
    lines = values.get("reference_lines")
    if not isinstance(lines, dict):
        return {}
    found = {str(name): array({"y": value}, "y", 0) for name, value in list(lines.items())[:_MOST_LINES]}
    return {name: float(value) for name, value in found.items() if value is not None and np.isfinite(value)}


def _reference_line(name: str, y: float) -> ReferenceLine:
    return ReferenceLine(round(y, 1), round(y - 4, 1), clean.line(name))


def _run(x: Array, y: Array, marks: Any) -> Run:
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), _MOST_POINTS)).astype(int))
    marked = np.arange(0, len(x), -(-len(x) // _MOST_MARKS))
    places = [(x[i], y[i]) for i in marked.tolist() if np.isfinite(x[i]) and np.isfinite(y[i])]
    return Run(polyline(x[kept], y[kept]), marks(places, 3.5 if marks is circles else 4.5))


def _cross(across: Scale, down: Scale, place: Array) -> str:
    x, y = float(across(place[0])), float(down(place[1]))
    return f"M{x - 6:.1f} {y:.1f}h12M{x:.1f} {y - 6:.1f}v12"


def _first_difference(own: Array, expected: Array) -> int | None:
    """First row where two runs differ to the eye; the end of the shorter where one stops early."""
    length = min(len(own), len(expected))
    finite = expected[np.isfinite(expected)]
    size = float(np.abs(finite).max()) if finite.size else 1.0
    apart = differs(own[:length], expected[:length], _RTOL, _RTOL * size).any(axis=1)
    if apart.any():
        return int(np.argmax(apart))
    return None if len(own) == len(expected) else length


def _parting(x: float, y: float, label: Text, drawn: Array) -> Parting:
    """A label on that side of the place where it covers fewest of the `drawn` points (n, 2)."""
    width = 6.5 * max(len(sentence) for sentence in label.values())
    sides = [(right, rise) for right in (True, False) for rise in (-14, 22)]

    def covered(side: tuple[bool, int]) -> tuple[bool, int]:
        right, rise = side
        left, base = (x + 8 if right else x - 8 - width), y + rise
        inside = (drawn > (left - 6, base - 16)) & (drawn < (left + width + 6, base + 8))
        cut_off = left < 0 or left + width > WIDTH or not _TOP < base < _BOTTOM
        return cut_off, int(inside.all(axis=1).sum())

    right, rise = min(sides, key=covered)
    return Parting(
        x=round(x, 1),
        y=round(y, 1),
        anchor="start" if right else "end",
        label_x=round(x + (8 if right else -8), 1),
        label_y=round(min(max(y + rise, _TOP), _BOTTOM), 1),
        label=_says(label),
    )


def _undrawn() -> Words:
    return _says(say("Your run could not be drawn: the code did not get that far. Only the expected one is shown."))


def _says(text: Text) -> Words:
    return clean.words(text)
