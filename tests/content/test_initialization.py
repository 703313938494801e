"""Exercise 9: its reference draws as `torch.nn.init` does, and chance refuses no right submission."""

from __future__ import annotations

import math
import os
from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import init

from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at
from tests.content.test_item_facts import numeric

SLUG = "initialization"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "initialization.py")
harness = load(EXERCISE.folder / "harness.py")
checks = load(EXERCISE.solution / "checks.py")
NAMES = ("xavier_uniform", "xavier_normal", "he_uniform", "he_normal")
THEIRS = {
    "xavier_uniform": init.xavier_uniform_,
    "xavier_normal": init.xavier_normal_,
    "he_uniform": lambda weights: init.kaiming_uniform_(weights, nonlinearity="relu"),
    "he_normal": lambda weights: init.kaiming_normal_(weights, nonlinearity="relu"),
}
SHAPES = ((4, 2044), (2044, 4), *checks.KERNELS, checks.SQUARE)
SEEDS = int(os.environ.get("GRADE_DRAWS", "3"))
"""`.ci/run` asks for more; ten thousand were run once."""


def drawn(name: str, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return getattr(reference, name)(shape, np.random.default_rng(seed))


def theirs(name: str, shape: tuple[int, ...]) -> np.ndarray:
    torch.manual_seed(0)
    return THEIRS[name](torch.empty(shape, dtype=torch.float64)).numpy()


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("shape", [(1, 1), (2, 8), (8, 2), (5, 3, 1, 1), (5, 3, 2, 7), (2, 8, 3, 3)])
def test_the_fans_are_those_of_torch(shape: tuple[int, ...]) -> None:
    assert reference.fans(shape) == init._calculate_fan_in_and_fan_out(torch.empty(shape))


@pytest.mark.parametrize(("name", "shape"), list(product(NAMES, SHAPES)))
def test_the_moments_are_those_of_torch_and_of_the_formula(name: str, shape: tuple[int, ...]) -> None:
    """For every function and layout: within six deviations of what each statistic scatters by."""
    fan_in, fan_out = reference.fans(shape)
    variance = 2 / (fan_in + fan_out) if name.startswith("xavier") else 2 / fan_in
    kurtosis = 3.0 if name.endswith("normal") else 1.8
    count = math.prod(shape)
    for weights in (drawn(name, shape), theirs(name, shape)):
        assert abs(weights.mean()) < 6 * math.sqrt(variance / count)
        assert weights.var() == pytest.approx(variance, rel=6 * math.sqrt((kurtosis - 1) / count))
        assert (weights**4).mean() / weights.var() ** 2 == pytest.approx(kurtosis, abs=6 * math.sqrt(24 / count))


@pytest.mark.parametrize("name", ["xavier_uniform", "he_uniform"])
def test_a_uniform_draw_ends_where_that_of_torch_ends(name: str) -> None:
    shape = (64, 300)
    bounds = [np.abs(weights).max() for weights in (drawn(name, shape), theirs(name, shape))]
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-3)


def test_the_examples_done_by_hand_are_right() -> None:
    assert reference.fans((2, 8)) == (8, 2)
    assert reference.fans((2, 8, 3, 3)) == (72, 18)
    assert (2 / 8, math.sqrt(2 / 8), 2 / (8 + 2)) == (0.25, 0.5, 0.2)
    assert round(math.sqrt(6 / 8), 3) == 0.866
    assert math.sqrt(6 / 8) ** 2 / 3 == pytest.approx(0.25)


# ---------------------------------------------------------------- what chance may do


def tail(deviations: float) -> float:
    """Two-sided, of a normal distribution."""
    return math.erfc(deviations / math.sqrt(2))


def variance_leaves_its_step(count: int, off_center: float, steps: int = 3) -> float:
    """Chernoff's bound on both tails of chi squared; `off_center` octaves lie between the law and its step's middle."""
    half = 0.5 / steps - off_center
    bounds = [math.exp(-count / 2 * (factor - 1 - math.log(factor))) for factor in (2**half, 2**-half)]
    return sum(bounds)


def kurtosis_leaves_its_step(count: int, half: float = 0.3) -> float:
    """Of normal draws, by the transformation of Anscombe and Glynn (1983)."""
    n = float(count)
    mean, spread = 3 * (n - 1) / (n + 1), math.sqrt(24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5)))
    skew = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) * math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))
    a = 6 + 8 / skew * (2 / skew + math.sqrt(1 + 4 / skew**2))
    total = 0.0
    for side in (3 - half, 3 + half):
        x = (side - mean) / spread
        ratio = (1 - 2 / a) / (1 + x * math.sqrt(2 / (a - 4)))
        total += tail(abs((1 - 2 / (9 * a) - math.copysign(abs(ratio) ** (1 / 3), ratio)) / math.sqrt(2 / (9 * a)))) / 2
    return total


def signal_leaves_its_step(width: int, layers: int) -> float:
    """Chernoff's bound: whatever comes in, a layer's gain is 2 / width times chi squared of those that ReLU opens."""

    def log_moment(power: float) -> float:
        terms = [
            math.lgamma(width + 1) - math.lgamma(k + 1) - math.lgamma(width - k + 1) - width * math.log(2)
            + power * math.log(4 / width) + math.lgamma(k / 2 + power) - math.lgamma(k / 2)
            for k in range(1, width + 1) if k / 2 + power > 0
        ]  # fmt: skip
        return max(terms) + math.log(sum(math.exp(term - max(terms)) for term in terms))

    powers = [0.25 * quarter for quarter in range(1, 80)]
    off = layers / 2 * math.log(2)
    return sum(
        math.exp(min(layers * log_moment(sign * power) - power * off for power in powers)) for sign in (1.0, -1.0)
    )


def test_a_right_submission_is_refused_less_than_once_in_a_hundred_million() -> None:
    """All that the checks ask of one submission, added up; draws that are uniform scatter less than normal ones."""
    square, narrow, kernel = 128 * 128, 4 * 2044, 48 * 16 * 16
    off = math.log2(2048 / 2040)
    refused = [
        4 * tail(0.1 * math.sqrt(square)),
        2 * kurtosis_leaves_its_step(square),
        2 * variance_leaves_its_step(square, 0.0),
        8 * variance_leaves_its_step(narrow, off),
        8 * variance_leaves_its_step(kernel, 0.0),
        2 * signal_leaves_its_step(harness.WIDTH, harness.LAYERS),
    ]
    assert sum(refused) < 1e-8


def test_no_draw_of_the_reference_leaves_its_steps() -> None:
    """The expected statistics come from the formulas here, and not from another draw."""
    for seed, (name, shape) in product(range(SEEDS), product(NAMES, SHAPES)):
        fan_in, fan_out = reference.fans(shape)
        variance = 2 / (fan_in + fan_out) if name.startswith("xavier") else 2 / fan_in
        seen = getattr(harness, f"{name}_statistics")(getattr(reference, name), [shape], seed)[0]
        assert seen["variance"] == harness.third_of_an_octave(variance), (seed, name, shape)
        assert seen["mean_in_deviations"] == 0.0, (seed, name, shape)
        if shape == checks.SQUARE:
            assert round(seen["kurtosis"], 9) == (3.0 if name.endswith("normal") else 1.8), (seed, name)
        if shape == checks.SQUARE and name.startswith("he"):
            assert getattr(harness, f"{name}_through_layers")(getattr(reference, name), seed) == 1.0, (seed, name)


# ---------------------------------------------------------------- what is said of PyTorch, and in the items


def test_a_new_linear_layer_has_a_sixth_of_the_variance_of_he() -> None:
    torch.manual_seed(0)
    weights = torch.nn.Linear(512, 400).weight.detach()
    assert float(weights.abs().max()) == pytest.approx(1 / math.sqrt(512), rel=1e-3)
    assert float(weights.var()) == pytest.approx(2 / 512 / 6, rel=0.02)
    assert init.calculate_gain("leaky_relu", math.sqrt(5)) ** 2 * 3 == pytest.approx(1)
    assert round(math.sqrt(5), 1) == 2.2


def test_torch_truncates_without_making_up_for_it_and_0_88_would() -> None:
    torch.manual_seed(0)
    cut = init.trunc_normal_(torch.empty(10**6), std=1.0, a=-2.0, b=2.0)
    assert float(cut.std()) == pytest.approx(0.88, abs=2e-3)
    assert float((cut**4).mean() / cut.var() ** 2) == pytest.approx(2.4, abs=0.05)
    beyond = math.erfc(2 / math.sqrt(2))
    assert round(1 / beyond) == 22


def test_a_transposed_convolution_counts_its_outputs_as_inputs() -> None:
    """As the explanation and item initialization-16 say."""
    torch.manual_seed(0)
    weight = torch.nn.ConvTranspose2d(8, 32, 3).weight.detach()
    assert init._calculate_fan_in_and_fan_out(weight) == (288, 72)
    assert float(init.kaiming_normal_(weight).std()) == pytest.approx(math.sqrt(2 / 288), rel=0.05)
    assert (round(math.sqrt(2 / 288), 3), round(math.sqrt(2 / 72), 3)) == (0.083, 0.167)


def test_kaiming_without_a_nonlinearity_has_the_root_of_two() -> None:
    assert init.calculate_gain("leaky_relu", 0.0) == pytest.approx(math.sqrt(2))


def test_half_the_variance_of_he_leaves_a_millionth_after_twenty_layers() -> None:
    """The mean square, at width 512: a factor of 2^-20 times what chance makes of it."""
    source = load(EXERCISE.folder / "harness.py")
    left = source.spreads(lambda shape, rng: rng.normal(0.0, math.sqrt(1 / shape[1]), shape), 512, 0)[-1] ** 2
    assert 1e-6 / 8 < left < 8e-6
    assert pytest.approx(1e-6, rel=0.05) == 2.0**-20


def test_what_the_known_wrong_ways_are_said_to_cost() -> None:
    """Sixteen times too small at a fan of 512; a third, a quarter and a third of numbers beyond a deviation."""
    assert math.sqrt(2 / 512) / (2 / 512) == 16
    flat = np.random.default_rng(0).uniform(-1.0, 1.0, 10**6)
    assert flat.var() == pytest.approx(1 / 3, rel=0.01)
    assert (flat / 2).var() == pytest.approx(1 / 12, rel=0.01)
    assert math.erfc(1 / math.sqrt(2)) == pytest.approx(1 / 3, abs=0.02)
    assert round(1 / math.erfc(math.sqrt(3) / math.sqrt(2))) == 12
    assert np.abs(flat).max() / flat.std() == pytest.approx(math.sqrt(3), rel=0.01)


@pytest.mark.parametrize(("c", "d", "k"), [(16, 64, 3), (32, 128, 5)])
def test_initialization_12_takes_the_fan_in_of_torch(c: int, d: int, k: int) -> None:
    assert init._calculate_fan_in_and_fan_out(torch.nn.Conv2d(c, d, k).weight)[0] == c * k**2
    assert numeric("initialization-12").answer == "c*k**2"


@pytest.mark.parametrize("n", [24, 96, 150])
def test_initialization_13_takes_the_bound_of_torch(n: int) -> None:
    torch.manual_seed(0)
    weights = init.kaiming_uniform_(torch.empty(3000, n), nonlinearity="relu")
    assert float(weights.abs().max()) == pytest.approx(math.sqrt(6 / n), rel=1e-3)
    assert numeric("initialization-13").answer == "sqrt(6/n)"


# ---------------------------------------------------------------- what the checks refuse, and what is shown


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("truncated_normal", {"normal_draws_have_their_tails"}),
        ("uniform_for_normal", {"normal_draws_have_their_tails"}),
        ("seeds_its_own", {"chance_comes_from_rng_alone"}),
        ("xavier_by_fan_in", {"xavier_divides_by_both_fans", "kernels_count_in_the_variance"}),
    ],
)
def test_a_single_slip_costs_what_it_touches(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("fans_swapped", "gain_missing"),
        ("keras_layout", "truncated_normal"),
        ("bound_is_the_whole_width", "he_by_fan_out"),
        ("kernel_counts_once", "variance_as_deviation"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_fans_alone_earn_their_points() -> None:
    source = EXERCISE.starter.decode().replace(
        '    raise NotImplementedError("Exercise 9: fans")',
        "    k = int(np.prod(shape[2:]))\n    return shape[1] * k, shape[0] * k",
    )
    assert grade(SLUG, source, 0).points == 4


def test_he_keeps_the_signal_of_the_picture_and_xavier_loses_it() -> None:
    drawn_values = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_layers").own
    last = dict(zip(drawn_values["names"], (curve[-1] for curve in drawn_values["values"]), strict=True))
    for kind in ("normal", "uniform"):
        assert 1 / 8 < last[f"he_{kind}"] < 8
        assert 1 / 8 < last[f"xavier_{kind}"] * 2**10 < 8


def test_the_trace_shows_one_function_while_the_other_is_to_be_written() -> None:
    source = EXERCISE.reference.replace("    deviation = ", "    raise NotImplementedError\n    deviation = ")
    seen = examiner().observe(EXERCISE, source.encode(), "trace").own
    assert seen["columns"] == ["step", "he_normal", "xavier_normal"]
    assert np.isfinite(seen["rows"][:, 1]).all()
    assert np.isnan(seen["rows"][:, 2]).all()
