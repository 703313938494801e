"""A grid of losses into the areas of a contour map, computed once for each grid."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from contourpy import FillType, contour_generator

from grader.feedback.figures.scales import Array, Scale, polyline

_LEVELS = 10
_SPACING = 4.5


def isolines(x: Array, y: Array, loss: Array, across: Scale, down: Scale) -> tuple[str, ...]:
    """Path data of the ground below each level of `loss` (ny, nx), highest level first.

    Every area contains the next, so that one translucent fill grows deeper towards the minimum, and the
    outlines are the isolines.
    """
    return _isolines(x.tobytes(), y.tobytes(), loss.tobytes(), across, down)


@lru_cache(maxsize=64)
def _isolines(x_bytes: bytes, y_bytes: bytes, loss_bytes: bytes, across: Scale, down: Scale) -> tuple[str, ...]:
    x, y = np.frombuffer(x_bytes), np.frombuffer(y_bytes)
    loss = np.frombuffer(loss_bytes).reshape(len(y), len(x))
    map_of = contour_generator(x, y, np.ma.masked_invalid(loss), fill_type=FillType.OuterOffset)
    areas = [map_of.filled(-np.inf, level) for level in reversed(_levels(loss))]
    return tuple(
        "".join(_rings(points, offsets, across, down) for points, offsets in zip(*area, strict=True)) for area in areas
    )


def _levels(loss: Array) -> list[float]:
    """Levels that part a bowl's ground into rings of equal width: the share of area grows as the square."""
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return []
    shares = (np.arange(1, _LEVELS) / _LEVELS) ** 2
    return [float(level) for level in np.unique(np.quantile(finite, shares))]


def _rings(points: Array, offsets: Array, across: Scale, down: Scale) -> str:
    ends = offsets.tolist()
    return "".join(_ring(points[a:b], across, down) + "z" for a, b in pairwise(ends))


def _ring(points: Array, across: Scale, down: Scale) -> str:
    x, y = across(points[:, 0]), down(points[:, 1])
    places = list(zip(x.tolist(), y.tolist(), strict=True))
    kept = [0]
    for index, (here, there) in enumerate(places):
        last = places[kept[-1]]
        if abs(here - last[0]) + abs(there - last[1]) >= _SPACING:
            kept.append(index)
    return polyline(x[kept], y[kept])
