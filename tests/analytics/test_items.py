"""Item statistics against published worked examples and against implementations made by definition."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grader.analytics.items import (
    correlation,
    discrimination_intervals,
    efficiency,
    item_statistics,
    resample_counts,
    rest_shares,
    whole_statistics,
)

NAN = float("nan")

# R's data set `attitude` (Chatterjee and Price, 1977): thirty departments, seven questions.
ATTITUDE = np.loadtxt(
    StringIO(
        """43 51 30 39 61 92 45  63 64 51 54 63 73 47  71 70 68 69 76 86 48  61 63 45 47 54 84 35  81 78 56 66 71 83 47
        43 55 49 44 54 49 34  58 67 42 56 66 68 35  71 75 50 55 70 66 41  72 82 72 67 71 83 31  67 61 45 47 62 80 41
        64 53 53 58 58 67 34  67 60 47 39 59 74 41  69 62 57 42 55 63 25  68 83 83 45 59 77 35  77 77 54 72 79 77 46
        81 90 50 72 60 54 36  74 85 64 69 79 79 63  65 60 65 75 55 80 60  65 70 46 57 75 85 46  50 58 68 54 64 78 52
        50 40 33 34 43 64 33  64 61 52 62 66 80 41  53 66 52 50 63 80 37  40 37 42 58 50 57 49  63 54 42 48 66 75 33
        66 77 66 63 88 76 72  78 75 58 74 80 78 49  48 57 44 45 51 83 38  85 85 71 71 77 74 55  82 82 39 59 64 78 39"""
    )
).reshape(30, 7)

# The worked example of pingouin's documentation, from Real Statistics: twelve people, eleven questions, gaps.
GAPS = np.array(
    [
        [1, 1, NAN, 1, 1, 0, 1, 1, 0, 1, 1, 1],
        [1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0],
        [1, 1, 1, 1, 1, NAN, 1, 1, 0, 0, 1, 0],
        [1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1],
        [1, 1, NAN, 1, 1, 1, 0, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0],
        [1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0],
        [1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0],
        [1, 0, 1, 1, 1, 0, 0, 0, 0, NAN, 0, 0],
        [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
).T


def names(points: np.ndarray) -> tuple[str, ...]:
    return tuple(f"q{column}" for column in range(points.shape[1]))


def a_class(learners: int, items: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Points of learners who differ in ability, at items that differ in difficulty and in what they are worth."""
    rng = np.random.default_rng(seed)
    maxima = rng.integers(1, 5, items).astype(float)
    ability, difficulty = rng.normal(size=(learners, 1)), rng.normal(size=items)
    right = rng.random((learners, items)) < 1 / (1 + np.exp(difficulty - 1.5 * ability))
    return right * maxima, maxima


class TestPublishedExamples:
    """Figures that others have printed."""

    def test_alpha_of_attitude(self):
        """R's psych::alpha(attitude) documents a raw alpha of 0.84."""
        assert round(whole_statistics(ATTITUDE, np.full(7, 100.0)).alpha, 2) == 0.84

    def test_discrimination_of_attitude(self):
        """The same page documents r.drop, the correlation of an item with the rest, of each of the seven."""
        found = item_statistics(ATTITUDE, np.full(7, 100.0), names(ATTITUDE), seed=1)
        assert [round(item.discrimination, 2) for item in found] == [0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46]

    def test_alpha_over_whole_rows(self):
        """pingouin documents 0.8016949152542373 for its example once rows with a gap are left out."""
        found = whole_statistics(GAPS, np.ones(11))
        assert found.learners == 9
        assert found.alpha == pytest.approx(0.8016949152542373, abs=1e-12)

    def test_alpha_with_gaps_filled(self):
        """pingouin documents 0.7380191693290734 with each gap filled by the item's median."""
        filled = np.where(np.isnan(GAPS), np.nanmedian(GAPS, axis=0), GAPS)
        assert whole_statistics(filled, np.ones(11)).alpha == pytest.approx(0.7380191693290734, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
class TestByDefinition:
    """The same figures from other implementations, to 1e-9."""

    def test_discrimination_is_scipys_r_with_the_other_points(self, seed):
        """Item against the sum of the others, which is what Moodle computes."""
        points, maxima = a_class(120, 9, seed)
        for place, found in enumerate(item_statistics(points, maxima, names(points), seed=0)):
            rest = np.delete(points, place, axis=1).sum(axis=1)
            assert found.discrimination == pytest.approx(stats.pearsonr(points[:, place], rest).statistic, abs=1e-9)
            assert found.facility == pytest.approx(sum(points[:, place]) / len(points) / maxima[place], abs=1e-9)

    def test_efficiency_is_covariance_by_greatest_covariance(self, seed):
        """Both sorted give the greatest one."""
        points, maxima = a_class(80, 6, seed)
        for place, found in enumerate(item_statistics(points, maxima, names(points), seed=0)):
            item, rest = points[:, place], np.delete(points, place, axis=1).sum(axis=1)
            greatest = np.cov(np.sort(item), np.sort(rest))[0, 1]
            assert found.efficiency == pytest.approx(np.cov(item, rest)[0, 1] / greatest, abs=1e-9)

    def test_alpha_is_hoyts_analysis_of_variance(self, seed):
        """Hoyt (1941): one minus the residual's mean square by that of the learners."""
        points, maxima = a_class(70, 8, seed)
        n, k = points.shape
        grand = points.mean()
        people = k * ((points.mean(axis=1) - grand) ** 2).sum() / (n - 1)
        inside = points - points.mean(axis=1, keepdims=True) - points.mean(axis=0) + grand
        residual = (inside**2).sum() / ((n - 1) * (k - 1))
        found = whole_statistics(points, maxima)
        assert found.alpha == pytest.approx(1 - residual / people, abs=1e-9)
        assert found.error_ratio == pytest.approx((1 - found.alpha) ** 0.5, abs=1e-9)
        assert found.deviation == pytest.approx(stats.tstd(points.sum(axis=1)), abs=1e-9)
        assert found.standard_error == pytest.approx((residual / people) ** 0.5 * found.deviation, abs=1e-9)

    def test_alpha_by_average_covariance(self, seed):
        """The formula with the mean variance and covariance of the items gives the same."""
        points, maxima = a_class(70, 8, seed)
        covariance = np.cov(points.T)
        k = len(covariance)
        variance, shared = np.trace(covariance) / k, (covariance.sum() - np.trace(covariance)) / (k * k - k)
        expected = k * shared / (variance + (k - 1) * shared)
        assert whole_statistics(points, maxima).alpha == pytest.approx(expected, abs=1e-9)

    def test_gaps_leave_out_only_the_learner_and_item(self, seed):
        """With missing answers each item is compared with the share reached of what that learner did answer."""
        points, maxima = a_class(150, 7, seed)
        points[np.random.default_rng(seed).random(points.shape) < 0.4] = np.nan
        for place, found in enumerate(item_statistics(points, maxima, names(points), seed=0)):
            pairs = []
            for row in points:
                others = [column for column in range(7) if column != place and not np.isnan(row[column])]
                if others and not np.isnan(row[place]):
                    pairs.append((row[place], sum(row[others]) / sum(maxima[others])))
            expected = stats.pearsonr(*zip(*pairs, strict=True)).statistic
            assert found.discrimination == pytest.approx(expected, abs=1e-9)
            assert found.attempted == np.count_nonzero(~np.isnan(points[:, place]))

    def test_the_interval_is_that_of_a_plain_loop_over_the_same_draws(self, seed):
        """Each resample by numpy.corrcoef, the percentiles by scipy, and the undefined ones left out."""
        points, maxima = a_class(40, 4, seed)
        points[5:25, 3] = np.nan
        points[:, 2] = maxima[2]
        points[0, 2] = 0.0
        rest = rest_shares(points, maxima)
        found = discrimination_intervals(points, rest, seed=seed, resamples=230)
        rng = np.random.default_rng(seed)
        counts = np.concatenate([resample_counts(rng, 40, size) for size in (100, 100, 30)]).astype(int)
        assert (counts.sum(axis=1) == 40).all()
        for column in (0, 1, 2):
            loop = []
            for draw in counts:
                rows = np.repeat(np.arange(40), draw)
                item, others = points[rows, column], rest[rows, column]
                if np.ptp(item) > 0 and np.ptp(others) > 0:
                    loop.append(np.corrcoef(item, others)[0, 1])
            assert found[column] == pytest.approx(stats.scoreatpercentile(loop, [2.5, 97.5]), abs=1e-9)
        assert np.isnan(found[3]).all()


class TestWhatCannotBeSaid:
    """None stands where a figure would mislead, and nothing divides by nothing."""

    def test_under_thirty_learners_no_correlation_is_told(self):
        """Facility is; at thirty all are."""
        points, maxima = a_class(30, 5)
        for item in item_statistics(points[:29], maxima, names(points), seed=1):
            assert item.facility is not None
            assert (item.discrimination, item.interval, item.efficiency) == (None, None, None)
        assert all(item.interval for item in item_statistics(points, maxima, names(points), seed=1))

    def test_an_item_everybody_has_right_compares_with_nothing(self):
        """Its facility is one, and there is no discrimination."""
        points, maxima = a_class(50, 4)
        points[:, 1] = maxima[1]
        item = item_statistics(points, maxima, names(points), seed=1)[1]
        assert (item.facility, item.discrimination, item.interval, item.efficiency) == (1.0, None, None, None)

    def test_a_single_item_has_no_rest(self):
        """And no alpha."""
        points, maxima = a_class(50, 1)
        (item,) = item_statistics(points, maxima, ("only",), seed=1)
        assert (item.discrimination, item.interval) == (None, None)
        assert whole_statistics(points, maxima).alpha is None

    @pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (1, 3), (2, 3)])
    def test_a_class_of_nobody_is_no_error(self, shape):
        """However few learners or items there are."""
        points, maxima = np.zeros(shape), np.ones(shape[1])
        assert whole_statistics(points, maxima).alpha is None
        assert len(item_statistics(points, maxima, names(points), seed=1)) == shape[1]

    def test_an_item_nobody_answered_has_no_facility(self):
        """It was attempted by nobody."""
        points, maxima = a_class(40, 3)
        points[:, 0] = np.nan
        item = item_statistics(points, maxima, names(points), seed=1)[0]
        assert (item.attempted, item.facility, item.discrimination) == (0, None, None)

    def test_an_alpha_below_zero_is_told_as_it_is(self):
        """Two items that contradict each other; the error is then more than all of the spread."""
        points = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
        found = whole_statistics(points, np.ones(3))
        assert found.alpha < 0
        assert found.error_ratio > 1


class TestIntervals:
    """The bootstrap's interval is the one a class of that size deserves."""

    def test_the_same_seed_draws_the_same_interval(self):
        """And another seed another one."""
        points, maxima = a_class(60, 4)
        told = [item_statistics(points, maxima, names(points), seed=seed)[0].interval for seed in (3, 3, 4)]
        assert told[0] == told[1] != told[2]

    @pytest.mark.parametrize(("learners", "half_width"), [(60, 0.19), (300, 0.10)])
    def test_its_width_is_what_was_measured(self, learners, half_width):
        """About ±0.19 at 60 learners and ±0.10 at 300."""
        widths = []
        for seed in range(8):
            points, maxima = a_class(learners, 12, seed)
            bounds = discrimination_intervals(points, rest_shares(points, maxima), seed=seed, resamples=400)
            widths.append(np.nanmean(bounds[:, 1] - bounds[:, 0]) / 2)
        assert np.mean(widths) == pytest.approx(half_width, abs=0.04)


@settings(max_examples=50, deadline=None)
@given(st.integers(30, 60), st.integers(2, 5), st.integers(0, 2**32 - 1), st.floats(0.1, 50))
def test_figures_stay_in_their_range_and_forget_order_and_scale(learners, items, seed, scale):
    """Neither who comes first nor what a point is worth changes a correlation."""
    points, maxima = a_class(learners, items, seed)
    shuffled = np.random.default_rng(seed).permutation(learners)
    first = item_statistics(points, maxima, names(points), seed=1, resamples=20)
    other = item_statistics(points[shuffled] * scale, maxima * scale, names(points), seed=1, resamples=20)
    for a, b in zip(first, other, strict=True):
        assert a.facility == pytest.approx(b.facility, abs=1e-9)
        assert (a.discrimination is None) == (b.discrimination is None)
        if a.discrimination is not None:
            assert -1 <= a.discrimination <= 1
            assert a.efficiency <= 1 + 1e-12
            assert a.discrimination == pytest.approx(b.discrimination, abs=1e-9)
            assert a.efficiency == pytest.approx(b.efficiency, abs=1e-9)
        if a.interval:
            assert -1 <= a.interval[0] <= a.interval[1] <= 1


def test_constant_values_have_no_correlation():
    """Nor any efficiency, and neither divides by zero."""
    flat, varied = np.full(5, 0.1), np.arange(5.0)
    assert correlation(flat, varied) is correlation(varied, flat) is None
    assert efficiency(flat, varied) is efficiency(varied, flat) is None
