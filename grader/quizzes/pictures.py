"""The name of a training symptom becomes a loss curve, and curves become characters on a grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

EPOCHS = 40
Curve = tuple[float, ...]


def _good(t: int) -> float:
    return 0.15 + 2.2 * math.exp(-t / 7)


def _too_low(t: int) -> float:
    return 2.35 - 0.008 * t


def _too_high(t: int) -> float:
    """Falls at first and then hangs far above the good curve, thrown about."""
    return 1.25 + 1.1 * math.exp(-t / 2) + 0.22 * math.sin(2.3 * t) + 0.08 * math.sin(5.1 * t)


def _oscillates(t: int) -> float:
    return 1.3 + (0.9 if t % 2 else -0.9) * (0.75 + 0.25 * math.cos(t / 6)) * (1 - 0.004 * t)


def _diverges(t: int) -> float:
    return 2.35 * 1.085**t


def _plateau(t: int) -> float:
    """Falls, then stays where it is for the rest of training."""
    return 1.35 + 1.0 * math.exp(-t / 3)


def _overfits(t: int) -> float:
    """A validation loss: falls, then climbs while the training loss goes on falling."""
    return 0.55 + 1.8 * math.exp(-t / 5) + 0.0009 * max(0, t - 12) ** 2


def _late_drop(t: int) -> float:
    """A plateau that ends: the learning rate was cut at a third of the way."""
    return _plateau(t) if t < 16 else 0.4 + 0.95 * math.exp(-(t - 16) / 4)


def _spikes(t: int) -> float:
    return _good(t) + (1.9 if t in (11, 19, 30) else 0.0)


GENERATORS: dict[str, Callable[[int], float]] = {
    "good": _good,
    "too_low": _too_low,
    "too_high": _too_high,
    "oscillates": _oscillates,
    "diverges": _diverges,
    "plateau": _plateau,
    "overfits": _overfits,
    "late_drop": _late_drop,
    "spikes": _spikes,
}


def curve(name: str) -> Curve:
    """The loss at each of `EPOCHS` epochs; `KeyError` for a name that no generator has."""
    return tuple(round(GENERATORS[name](epoch), 4) for epoch in range(EPOCHS))


def draw(values: Sequence[float], *, width: int = 40, height: int = 9, mark: str = "*") -> tuple[str, ...]:
    """Lines of a plot with a labelled axis from zero; one column for each of `width` evenly spaced epochs."""
    top = _round_up(max(values))
    columns = [values[round(place * (len(values) - 1) / (width - 1))] for place in range(width)]
    rows = [min(height - 1, int((top - value) / top * (height - 1) + 0.5)) for value in columns]
    labels = {0: f"{top:g}", height - 1: "0"}
    lines = []
    for row in range(height):
        drawn = "".join(_mark(rows, place, row, mark) for place in range(width)).rstrip()
        lines.append(f"{labels.get(row, ''):>5} |{drawn}")
    lines.append(f"{'':>5} +{'-' * width}")
    lines.append(f"{'':>7}0{len(values) - 1:>{width - 1}}")
    return tuple(lines)


def sampled(values: Sequence[float], every: int = 8) -> str:
    """The curve in a few numbers, for those who hear it instead of seeing it."""
    return ", ".join(f"{values[epoch]:.3g}" for epoch in (*range(0, len(values) - 1, every), len(values) - 1))


def _mark(rows: Sequence[int], place: int, row: int, mark: str) -> str:
    if rows[place] == row:
        return mark
    if place and min(rows[place - 1], rows[place]) < row < max(rows[place - 1], rows[place]):
        return ":" if mark == "*" else "┊"
    return " "


def _round_up(value: float) -> float:
    scale = 10.0 ** math.floor(math.log10(value))
    return next(step * scale for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * scale >= value)
