"""A matrix of points, a row a learner and a column an item, becomes what is known of each item and of the whole.

Definitions are Moodle's (`docs/statistics.md` gives each formula with its source). Points that are missing are NaN.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LEAST_LEARNERS = 30
"""Below this number a correlation says nothing: with 20 learners its 95 % interval is ±0.35 wide."""

RESAMPLES = 1000
_BLOCK = 100
_TINY = 1e-12


class ItemStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one item; None stands where it cannot be said.

    `facility` is in 0..1, `discrimination` and its 95 % `interval` in -1..1, `efficiency` at most 1. The last three
    need `LEAST_LEARNERS` who answered, and points that differ among them.
    """

    id: str
    attempted: int
    facility: float | None
    discrimination: float | None = None
    interval: tuple[float, float] | None = None
    efficiency: float | None = None


class WholeStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of all items together, over the learners who answered every one; None where it cannot be said.

    `mean`, `deviation` (n - 1) and `standard_error` are in points; `alpha` is at most 1, `error_ratio` at least 0.
    """

    learners: int
    maximum: float
    mean: float | None = None
    deviation: float | None = None
    alpha: float | None = None
    error_ratio: float | None = None
    standard_error: float | None = None


def item_statistics(
    points: Array, maxima: Array, ids: tuple[str, ...], *, seed: int, resamples: int = RESAMPLES
) -> tuple[ItemStatistics, ...]:
    """Facility, discrimination and efficiency of each column of `points` (learners, items), whose maxima are (items,).

    The rest an item is compared with is the share reached of the other items that the same learner answered, which for
    whole rows is the sum of the others up to a constant factor.
    """
    rest = rest_shares(points, maxima)
    intervals = discrimination_intervals(points, rest, seed=seed, resamples=resamples)
    return tuple(
        _item(name, points[:, place], rest[:, place], float(maxima[place]), intervals[place])
        for place, name in enumerate(ids)
    )


def _item(name: str, item: Array, rest: Array, maximum: float, interval: Array) -> ItemStatistics:
    answered = item[~np.isnan(item)]
    facility = float(answered.mean() / maximum) if answered.size and maximum > 0 else None
    both = ~(np.isnan(item) | np.isnan(rest))
    if both.sum() < LEAST_LEARNERS:
        return ItemStatistics(id=name, attempted=int(answered.size), facility=facility)
    return ItemStatistics(
        id=name,
        attempted=int(answered.size),
        facility=facility,
        discrimination=correlation(item[both], rest[both]),
        interval=None if np.isnan(interval).any() else (float(interval[0]), float(interval[1])),
        efficiency=efficiency(item[both], rest[both]),
    )


def rest_shares(points: Array, maxima: Array) -> Array:
    """For each learner and item, the share reached of the *other* items that the learner answered; NaN without any."""
    answered = ~np.isnan(points)
    reached, possible = np.where(answered, points, 0.0), np.where(answered, maxima, 0.0)
    others = possible.sum(axis=1, keepdims=True) - possible
    sums = reached.sum(axis=1, keepdims=True) - reached
    shares: Array = np.divide(sums, others, out=np.full_like(sums, np.nan), where=others > _TINY)
    return shares


def correlation(first: Array, second: Array) -> float | None:
    """Pearson's r; None where one of them does not vary."""
    a, b = first - first.mean(), second - second.mean()
    if not (_varies(a) and _varies(b)):
        return None
    return float(np.clip(a @ b / np.sqrt((a @ a) * (b @ b)), -1.0, 1.0))


def efficiency(item: Array, rest: Array) -> float | None:
    """The covariance as a share of the greatest these same points allow, which is that of both in order."""
    a, b = item - item.mean(), rest - rest.mean()
    greatest = float(np.sort(a) @ np.sort(b))
    if not (_varies(a) and _varies(b)) or greatest <= _TINY:
        return None
    return float(a @ b) / greatest


def _varies(centred: Array) -> bool:
    return bool(np.abs(centred).max(initial=0.0) > _TINY)


def discrimination_intervals(points: Array, rest: Array, *, seed: int, resamples: int = RESAMPLES) -> Array:
    """The 2.5 and 97.5 percentiles (items, 2) of each item's correlation with its rest over resampled learners.

    Learners are drawn with replacement, the same ones for every item. An interval is NaN where fewer than
    `LEAST_LEARNERS` answered, or where in half of the resamples one side does not vary.
    """
    learners, items = points.shape
    both = ~(np.isnan(points) | np.isnan(rest))
    if learners < LEAST_LEARNERS:
        return np.full((items, 2), np.nan)
    moments = _moments(points, rest, both)
    rng = np.random.default_rng(seed)
    drawn = [_resampled(resample_counts(rng, learners, size), *moments) for size in _blocks(resamples)]
    return _percentiles(np.concatenate(drawn), both.sum(axis=0))


def _blocks(resamples: int) -> list[int]:
    return [min(_BLOCK, resamples - done) for done in range(0, resamples, _BLOCK)]


def resample_counts(rng: np.random.Generator, learners: int, resamples: int) -> Array:
    """How often each learner (column) was drawn in each resample (row)."""
    drawn = rng.integers(learners, size=(resamples, learners)) + learners * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * learners).reshape(resamples, learners)
    return counts.astype(np.float64)


def _moments(points: Array, rest: Array, both: npt.NDArray[np.bool_]) -> tuple[Array, ...]:
    # Centred first, so that the difference of moments below loses no digits.
    x = np.where(both, points - _mean(points, both), 0.0)
    y = np.where(both, rest - _mean(rest, both), 0.0)
    return both.astype(np.float64), x, y, x * x, y * y, x * y


def _mean(values: Array, which: npt.NDArray[np.bool_]) -> Array:
    mean: Array = np.where(which, values, 0.0).sum(axis=0) / np.maximum(which.sum(axis=0), 1)
    return mean


def _resampled(counts: Array, there: Array, x: Array, y: Array, xx: Array, yy: Array, xy: Array) -> Array:
    """Pearson's r of each item in each resample (resamples, items), NaN where it is undefined."""
    n = counts @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = counts @ x / n, counts @ y / n
        var_x, var_y = counts @ xx / n - mean_x**2, counts @ yy / n - mean_y**2
        r = (counts @ xy / n - mean_x * mean_y) / np.sqrt(var_x * var_y)
    r[~((var_x > _TINY) & (var_y > _TINY))] = np.nan
    return np.clip(r, -1.0, 1.0)


def _percentiles(r: Array, answered: npt.NDArray[Any]) -> Array:
    usable = (answered >= LEAST_LEARNERS) & (2 * np.isnan(r).sum(axis=0) < r.shape[0])
    bounds = np.full((r.shape[1], 2), np.nan)
    if usable.any():
        bounds[usable] = np.nanpercentile(r[:, usable], [2.5, 97.5], axis=0).T
    return bounds


def whole_statistics(points: Array, maxima: Array) -> WholeStatistics:
    """Mean, deviation, Cronbach's alpha, error ratio and standard error, over the rows without a missing value."""
    whole = points[~np.isnan(points).any(axis=1)]
    learners, items = whole.shape
    known = WholeStatistics(learners=learners, maximum=float(maxima.sum()))
    if learners == 0 or items == 0:
        return known
    totals = whole.sum(axis=1)
    mean = float(totals.mean())
    if learners < 2:
        return msgspec.structs.replace(known, mean=mean)
    deviation = float(totals.std(ddof=1))
    known = msgspec.structs.replace(known, mean=mean, deviation=deviation)
    if items < 2 or deviation**2 <= _TINY:
        return known
    alpha = items / (items - 1) * (1 - float(whole.var(axis=0, ddof=1).sum()) / deviation**2)
    ratio = float(np.sqrt(max(0.0, 1 - alpha)))
    return msgspec.structs.replace(known, alpha=alpha, error_ratio=ratio, standard_error=ratio * deviation)
