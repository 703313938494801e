"""What kinds of pictures share: runs as lines with marks, the place where two part, and sentences beneath them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.figures.scales import Array, Scale, Tick, circles, polyline, real_array
from grader.locale import say
from grader.locale.numbers import Words
from grader.sameness.distance import differs
from grader.text import Text

WIDTH, CEILING, FLOOR = 560, 28, 346
# A curve leaves room on its left, where the labels of the vertical axis stand on their lines.
LEFT, RIGHT, TOP, BOTTOM = 66, 548, 42, 336
MOST_POINTS = 240
_MOST_MARKS = 14
_RTOL = 1e-6
Marks = Callable[[Iterable[tuple[float, float]], float], str]


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
    """A horizontal line that a picture names, such as the base learning rate, with its name where there is room."""

    y: float
    name: str
    name_x: float
    name_y: float


class EndLabel(msgspec.Struct, frozen=True):
    """The name of one curve among several, beside its end, with the mark of its side."""

    name: str
    side: str
    mark: str
    x: float
    y: float


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """Runs over two axes. `areas` and `minimum` belong to a map, `reference_lines` and `end_labels` to curves."""

    expected: Run
    learner: Run | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    areas: tuple[str, ...] = ()
    minimum: str = ""
    parting: Parting | None = None
    reference_lines: tuple[ReferenceLine, ...] = ()
    end_labels: tuple[EndLabel, ...] = ()


def array(values: Mapping[str, Any], key: str, rank: int) -> Array | None:
    """The real array called `key`, or None where there is no such thing of this rank."""
    found = real_array(values.get(key))
    return found if found is not None and found.ndim == rank else None


def run(x: Array, y: Array, marks: Marks) -> Run:
    """A line through the pixels, thinned to what can be seen, and a few marks along it."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).astype(int))
    marked = np.arange(0, len(x), -(-len(x) // _MOST_MARKS))
    places = [(x[i], y[i]) for i in marked.tolist() if np.isfinite(x[i]) and np.isfinite(y[i])]
    return Run(polyline(x[kept], y[kept]), marks(places, 3.5 if marks is circles else 4.5))


def pixels(values: Array, across: Scale, down: Scale) -> Array:
    """Places along a run of (n, 2) values, close together."""
    dense = np.linspace(0, len(values) - 1, 4 * min(len(values), MOST_POINTS))
    steps = np.arange(len(values))
    return np.stack([np.interp(dense, steps, scale(values[:, i])) for i, scale in enumerate((across, down))], axis=1)


def first_difference(own: Array, expected: Array) -> int | None:
    """First row where two runs differ to the eye; the end of the shorter where one stops early."""
    length = min(len(own), len(expected))
    finite = expected[np.isfinite(expected)]
    size = float(np.abs(finite).max()) if finite.size else 1.0
    apart = differs(own[:length], expected[:length], _RTOL, _RTOL * size).any(axis=1)
    if apart.any():
        return int(np.argmax(apart))
    return None if len(own) == len(expected) else length


def parting(x: float, y: float, label: Text, drawn: Array) -> Parting:
    """A label on that side of the place where it covers fewest of the `drawn` points (n, 2)."""
    width = 6.5 * max(len(sentence) for sentence in label.values())
    sides = [(right, rise) for right in (True, False) for rise in (-14, 22)]

    def covered(side: tuple[bool, int]) -> tuple[bool, int]:
        right, rise = side
        left, base = (x + 8 if right else x - 8 - width), y + rise
        inside = (drawn > (left - 6, base - 16)) & (drawn < (left + width + 6, base + 8))
        cut_off = left < 0 or left + width > WIDTH or not TOP < base < BOTTOM
        return cut_off, int(inside.all(axis=1).sum())

    right, rise = min(sides, key=covered)
    return Parting(
        x=round(x, 1),
        y=round(y, 1),
        anchor="start" if right else "end",
        label_x=round(x + (8 if right else -8), 1),
        label_y=round(min(max(y + rise, TOP), BOTTOM), 1),
        label=says(label),
    )


def reference_line(name: str, y: float, drawn: Array) -> ReferenceLine:
    """The name stands above or below its line, at the right or further left: where it covers fewest `drawn` points."""
    width = 7.0 * len(name)
    rights = [WIDTH - 2.0, 0.62 * WIDTH, LEFT + 6 + width]

    def covered(place: tuple[float, float]) -> tuple[bool, int]:
        right, base = place
        inside = (drawn > (right - width - 4, base - 12)) & (drawn < (right + 4, base + 4))
        return right > WIDTH or not CEILING + 10 < base < FLOOR, int(inside.all(axis=1).sum())

    right, base = min(((right, y + rise) for right in rights for rise in (-4.0, 14.0)), key=covered)
    return ReferenceLine(round(y, 1), name, round(right, 1), round(base, 1))


def undrawn() -> Words:
    """What is said where the learner's run is missing."""
    return says(say("Your run could not be drawn: the code did not get that far. Only the expected one is shown."))


def says(text: Text) -> Words:
    """A sentence beneath a picture."""
    return clean.words(text)
