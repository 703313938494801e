"""Values into places on a picture: scales with round ticks, and SVG path data with few characters."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.locale import numbers
from grader.locale.numbers import Words

Array = NDArray[np.float64]
_EXTREME, _MOST_VALUES = 1e5, 1_000_000


class Tick(msgspec.Struct, frozen=True):
    """A mark on an axis; every second one is `spare`, left out where the picture is narrow.

    A horizontal axis uses `anchor`, which keeps labels inside the picture, a vertical one `above`, where a label
    stands over its line.
    """

    at: float
    label: Words
    spare: bool
    anchor: str
    above: float


class Scale(msgspec.Struct, frozen=True):
    """A linear or logarithmic map from values `low` to `high` onto pixels `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, values: Array) -> Array:
        """Pixels; far outside the picture they stop, so that a path is never absurdly long."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.logarithmic:
                share = np.log(values / self.low) / math.log(self.high / self.low)
            else:
                share = (values - self.low) / (self.high - self.low)
            places = self.start + share * (self.end - self.start)
        return np.clip(places, -_EXTREME, _EXTREME)

    def ticks(self, about: int = 5) -> tuple[Tick, ...]:
        """Round values inside the scale, `about` that many."""
        values = _powers(self.low, self.high) if self.logarithmic else _round_steps(self.low, self.high, about)
        places = self(np.array(values, dtype=np.float64))
        return tuple(
            _tick(round(float(place), 1), value, spare=rank % 2 == 1)
            for rank, (value, place) in enumerate(zip(values, places, strict=True))
        )


def real_array(raw: object) -> Array | None:
    """`raw` as float64, or None where it is no array of real numbers."""
    try:
        found = np.asarray(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    if found.dtype.kind not in "biuf" or not 0 < found.size <= _MOST_VALUES:
        return None
    return np.array(found, dtype=np.float64, order="C")


def _tick(at: float, value: float, *, spare: bool) -> Tick:
    anchor = "start" if at < 24 else "end" if at > 536 else "middle"
    return Tick(at=at, label=numbers.number(value, 4), spare=spare, anchor=anchor, above=round(at - 4, 1))


def scale_over(values: Array, start: float, end: float, *, margin: float = 0.04, logarithmic: bool = False) -> Scale:
    """A scale that shows all finite `values` with a little room around them."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if logarithmic:
        return Scale(low / 1.6, high * 1.6, start, end, logarithmic=True)
    room = (high - low) * margin if high > low else abs(high) * 0.5 or 1.0
    return Scale(low - room, high + room, start, end)


def polyline(x: Array, y: Array) -> str:
    """Path data through the points, relative and to a tenth of a unit; it is interrupted where one is not finite."""
    parts: list[str] = []
    last: tuple[int, int] | None = None
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if not (math.isfinite(across) and math.isfinite(down)):
            last = None
            continue
        here = (round(across * 10), round(down * 10))
        if last is None:
            parts.append(f"M{_tenths(here[0])} {_tenths(here[1])}")
        elif here != last:
            parts.append(f"l{_tenths(here[0] - last[0])} {_tenths(here[1] - last[1])}")
        last = here
    return "".join(parts)


def circles(points: Iterable[tuple[float, float]], radius: float) -> str:
    """Path data of one small circle a point: the learner's mark."""
    r = f"{radius:g}"
    arc = f"a{r} {r} 0 1 0 {2 * radius:g} 0a{r} {r} 0 1 0-{2 * radius:g} 0"
    return "".join(f"M{x - radius:.1f} {y:.1f}{arc}" for x, y in points)


def diamonds(points: Iterable[tuple[float, float]], radius: float) -> str:
    """Path data of one small diamond a point: the expected run's mark."""
    r = f"{radius:g}"
    return "".join(f"M{x:.1f} {y - radius:.1f}l{r} {r}-{r} {r}-{r}-{r}z" for x, y in points)


def _tenths(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    return ("-" if value < 0 else "") + (f"{whole}.{tenth}" if tenth else f"{whole}")


def _round_steps(low: float, high: float, about: int) -> list[float]:
    raw = (high - low) / about
    if not math.isfinite(raw) or raw <= 0 or raw < abs(high) * 1e-12:
        return [low]
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(nice * power for nice in (1.0, 2.0, 2.5, 5.0, 10.0) if nice * power >= raw)
    first = math.ceil(low / step)
    last = math.floor(high / step + 1e-9)
    rounded = [float(f"{rank * step:.12g}") for rank in range(first, last + 1)]
    return [value for value in rounded if low <= value <= high] or [low]


def _powers(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    every = max((last - first) // 5, 1)
    return [10.0**power for power in range(first, last + 1, every)] or [low]
