"""A bundle: several named curves of positive values on one logarithmic axis, such as the size of a signal by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from grader.feedback import clean
from grader.feedback.figures.drawing import BOTTOM, LEFT, TOP, EndLabel, Plot, Run, array, run, says
from grader.feedback.figures.scales import Array, Scale, circles, diamonds, real_array, scale_over
from grader.locale import say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.text import Text

TEMPLATE = "plot"
_MOST_CURVES = 6
_RIGHT, _LINE, _NEAR = 384, 21, 9.0
"""Curves end where their labels begin; labels keep a line apart; ends nearer than that share one."""
_BEYOND = 1e6
"""How far the axis follows a learner's curve away from the expected ones."""


class Bundle(msgspec.Struct, frozen=True):
    """One array of heights a name, over the same `x`; `slack` is the factor by which chance may part two right runs."""

    x: Array
    by_name: dict[str, Array]
    slack: float


def read(values: Mapping[str, Any]) -> Bundle | Text:
    """A bundle of ``x``, ``names``, ``values`` with an array for each, and ``slack``."""
    x, curves = array(values, "x", 1), _named(values)
    slack = array(values, "slack", 0)
    whole = x is not None and bool(curves) and all(_can_be_drawn(curve, len(x)) for curve in curves.values())
    if x is None or not whole or slack is None or not float(slack) >= 1:
        return say("A bundle needs x, names, an array as long with a positive value for each, and a slack.")
    return Bundle(x, curves, float(slack))


def read_run(values: Mapping[str, Any]) -> dict[str, Array] | None:
    """The learner's curves; the axis is the expected ones'."""
    return _named(values) or None


def draw(expected: Bundle, learner: dict[str, Array] | None, figure: FigureData) -> tuple[Plot, tuple[Words, ...]]:
    """All curves on one pair of axes, each with its name at its end."""
    length = len(expected.x)
    own = {name: curve for name, curve in (learner or {}).items() if name in expected.by_name and len(curve) == length}
    across = scale_over(expected.x, LEFT, _RIGHT, margin=0.0)
    down = _heights(expected.by_name.values(), own.values())
    plot = Plot(
        x_ticks=across.ticks(5),
        y_ticks=down.ticks(5),
        expected=_together(run(across(expected.x), down(curve), diamonds) for curve in expected.by_name.values()),
        learner=_together(run(across(expected.x), down(curve), circles) for curve in own.values()) if own else None,
        end_labels=_labels(expected.by_name, own, down),
    )
    return plot, () if learner is None else (_note(expected, own),)


def _note(expected: Bundle, own: dict[str, Array]) -> Words:
    missing = [name for name in expected.by_name if name not in own]
    apart = [name for name, curve in own.items() if _parts(curve, expected.by_name[name], expected.slack)]
    if missing or apart:
        return says(say("These do not go where they should: {names}.", names=", ".join([*missing, *apart])))
    return says(say("All of them go where they should, apart from chance."))


def _parts(own: Array, expected: Array, slack: float) -> bool:
    with np.errstate(all="ignore"):
        return not bool((np.abs(np.log(own / expected)) <= np.log(slack)).all())


def _heights(expected: Iterable[Array], own: Iterable[Array]) -> Scale:
    theirs = np.concatenate([curve[(curve > 0) & np.isfinite(curve)] for curve in expected])
    mine = [curve[(curve > theirs.min() / _BEYOND) & (curve < theirs.max() * _BEYOND)] for curve in own]
    return scale_over(np.concatenate([theirs, *mine]), BOTTOM, TOP, logarithmic=True)


def _together(runs: Iterable[Run]) -> Run:
    """Several lines as one path."""
    drawn = list(runs)
    return Run("".join(one.line for one in drawn), "".join(one.marks for one in drawn))


def _labels(expected: dict[str, Array], own: dict[str, Array], down: Scale) -> tuple[EndLabel, ...]:
    """The name of each curve where it ends, a line apart; a learner's that ends with the expected one needs none."""
    ends = [(_end(curve, down), name, "expected") for name, curve in expected.items()]
    at = {name: height for height, name, _ in ends}
    mine = [(_end(curve, down), name, "learner") for name, curve in own.items()]
    ends += [label for label in mine if abs(label[0] - at[label[1]]) > _NEAR]
    heights = _spread([height for height, _, _ in sorted(ends)])
    return tuple(
        EndLabel(
            name=clean.line(name),
            side=side,
            mark=diamonds([(_RIGHT + 12, y)], 4.5) if side == "expected" else circles([(_RIGHT + 12, y)], 3.5),
            x=_RIGHT + 22,
            y=round(y + 4, 1),
        )
        for y, (_, name, side) in zip(heights, sorted(ends), strict=True)
    )


def _end(curve: Array, down: Scale) -> float:
    """Where a curve leaves the picture: at its last height, or at the edge beyond which that lies."""
    last = float(down(np.where(np.isfinite(curve[-1:]), np.maximum(curve[-1:], 0.0), np.inf))[0])
    return min(max(last, TOP), BOTTOM)


def _spread(heights: list[float]) -> list[float]:
    """Ascending heights moved as little as keeps a line between two, and all within the picture."""
    placed: list[float] = []
    for rank, height in enumerate(heights):
        lowest = BOTTOM - _LINE * (len(heights) - 1 - rank)
        placed.append(min(max(height, placed[-1] + _LINE if placed else TOP), lowest))
    return placed


def _named(values: Mapping[str, Any]) -> dict[str, Array]:
    names, curves = values.get("names"), values.get("values")
    if not isinstance(names, list | tuple) or not isinstance(curves, list | tuple):
        return {}
    found = {}
    for name, raw in list(zip(names, curves, strict=False))[:_MOST_CURVES]:
        curve = real_array(raw)
        if isinstance(name, str) and curve is not None and curve.ndim == 1:
            found[name] = curve
    return found


def _can_be_drawn(curve: Array, length: int) -> bool:
    return len(curve) == length and bool(((curve > 0) & np.isfinite(curve)).any())
