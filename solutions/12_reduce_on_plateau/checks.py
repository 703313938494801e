"""Hidden checks of `ReduceOnPlateau`, from the type of a rate to metrics below zero.

Where a metric lies exactly on the edge of being better, it is a sum of powers of two: any order of operations agrees.
"""

import math

import numpy as np

PLAIN = {
    "mode": "min",
    "factor": 0.5,
    "patience": 2,
    "threshold": 0.0,
    "threshold_mode": "rel",
    "cooldown": 0,
    "min_lr": 0.0,
    "eps": 1e-8,
}


def drawn(rng, low, high):
    """A number short enough to be read in a message."""
    return round(float(rng.uniform(low, high)), 3)


def agree(learner, reference, expect, metrics, lr, **settings):
    """The learner's rates are the reference's; what is not given is `PLAIN`."""
    metrics, settings = [float(metric) for metric in metrics], PLAIN | settings
    got, want = learner.rates(metrics, lr, **settings), reference.rates(metrics, lr, **settings)
    expect.close(got, want, names="rate", per_step=True)


def test_every_rate_is_a_number(learner, reference, rng, expect):
    metrics = [3.0, 2.0, 2.5, 2.5, 2.5, 2.5]
    got = learner.rates(metrics, drawn(rng, 0.1, 0.5), **PLAIN)
    expect.that(
        isinstance(got, list) and all(is_number(rate) for rate in got),
        en="`step` must return a number: the rate after it, whether it has changed or not.",
        es="`step` debe devolver un número: la tasa que queda, haya cambiado o no.",
        name="step",
    )


def is_number(rate):
    """Any real number; a truth value is none."""
    return isinstance(rate, (int, float, np.integer, np.floating)) and not isinstance(rate, bool)


def test_waits_for_patience_and_one_more(learner, reference, rng, expect):
    for patience in (int(rng.integers(3, 6)), 2, 1, 0):
        factor, calls = drawn(rng, 0.6, 0.8), 3 * (patience + 1) + 3
        standing = [drawn(rng, 0.5, 2.0)] * calls
        agree(learner, reference, expect, standing, drawn(rng, 0.1, 0.5), patience=patience, factor=factor)


def test_only_bad_ones_in_a_row_count(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    course = [5, 6, 6, 4.5, 5.5, 5.2, 4, 4.5, 4.4, 4.3, 4.2, 4.1, 3.9, 4.5, 4.5, 4.6, 4, 3.95, 3.92, 3.95, 3.8, 3.9]
    agree(learner, reference, expect, [size * metric for metric in course], lr)
    for patience in (1, 3):
        agree(learner, reference, expect, size * rng.uniform(1.0, 2.0, size=30), lr, patience=patience)


def test_larger_is_better_in_mode_max(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    course = [1, 2, 3, 4, 5, 4.5, 4.8, 5.5, 5.2, 5.4, 5.3, 5.45, 5.5, 6, 5.9, 5.8, 5.7, 5.6]
    agree(learner, reference, expect, [size * metric for metric in course], lr, mode="max")
    agree(learner, reference, expect, [size] * 9, lr, mode="max")
    agree(learner, reference, expect, size * rng.uniform(1.0, 2.0, size=30), lr, mode="max", patience=1)


SHARES = {
    "min": [1, 0.9, 0.75, 0.8, 0.74, 0.6, 0.56, 0.55, 0.5],
    "max": [1, 1.1, 1.25, 1.2, 1.26, 1.5, 1.57, 1.58, 1.9],
}
"""Times the first best, with a threshold of a quarter: the third is on the edge, the fifth and eighth are better."""
DISTANCES = [0, 0.3, 0.5, 0.4, 0.51, 0.9, 1.0, 1.02, 1.4]
"""From the first best, with a threshold of a half: again the fifth and the eighth are better."""


def test_only_more_than_the_threshold_is_better(learner, reference, rng, expect):
    lr, first = drawn(rng, 0.1, 0.5), float(rng.choice([8.0, 16.0]))
    for mode, patience in (("min", 0), ("max", 0), ("min", 1), ("max", 1)):
        asked = {"mode": mode, "patience": patience}
        shares = [share * first for share in SHARES[mode]]
        agree(learner, reference, expect, shares, lr, threshold=0.25, **asked)
        way = -1 if mode == "min" else 1
        distances = [first + way * distance for distance in DISTANCES]
        agree(learner, reference, expect, distances, lr, threshold=0.5, threshold_mode="abs", **asked)


def test_below_zero_a_share_turns_round(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    share = drawn(rng, 0.1, 0.15)
    creeping = [-size * 0.95**call for call in range(9)]
    for mode in ("min", "max"):
        asked = {"mode": mode, "patience": 1, "threshold": share}
        agree(learner, reference, expect, [-size] * 9, lr, **asked)
        agree(learner, reference, expect, creeping, lr, **asked)
        agree(learner, reference, expect, creeping[::-1], lr, **asked)
        agree(learner, reference, expect, [-size * part for part in (1, 0.5, 0.4, 2, 1.9, 1.2, 1, 3)], lr, **asked)


def test_cooldown_forgives_but_keeps_the_best(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    for patience, cooldown in ((2, 3), (1, int(rng.integers(4, 7))), (0, 2), (1, 1)):
        asked = {"patience": patience, "cooldown": cooldown}
        agree(learner, reference, expect, [size] * (2 * (patience + 1 + cooldown) + 4), lr, **asked)
    course = [4, 4, 4, 4, 5, 2, 5, 3, 3, 3, 3, 1, 1.5, 1.5, 1.5, 1.5]
    agree(learner, reference, expect, [size * metric for metric in course], lr, cooldown=3)


def test_falls_no_further_than_allowed(learner, reference, rng, expect):
    lr = drawn(rng, 0.4, 0.6)
    standing = [drawn(rng, 0.5, 2.0)] * 6
    for min_lr, eps in ((0.3 * lr, 1e-8), (0.0, 0.3 * lr), (0.9 * lr, 0.2 * lr), (lr, 1e-8)):
        agree(learner, reference, expect, standing, lr, patience=0, min_lr=min_lr, eps=eps)
    agree(learner, reference, expect, standing, 0.25, patience=0, eps=0.0625)


def test_nan_is_not_better(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    nan = math.nan
    for mode, course in (
        ("min", [2, nan, nan, nan, 3, nan, 1, 2, nan, 2, 2]),
        ("max", [2, 1, nan, 1, nan, nan, nan, 3, 2]),
    ):
        agree(learner, reference, expect, [size * metric for metric in course], lr, mode=mode)
        agree(learner, reference, expect, [nan, nan, nan, nan, size, size, size, size], lr, mode=mode)


def test_refuses_what_makes_no_sense(learner, reference, rng, expect):
    tried = [("factor", 1.0), ("factor", drawn(rng, 1.5, 3.0)), ("mode", "auto"), ("threshold_mode", "relative")]
    for call, met in learner.refused(tried).items():
        expect.that(
            met,
            en=f"`{call}` should raise ValueError, and is accepted.",
            es=f"`{call}` debería lanzar ValueError, y se acepta.",
            name="ReduceOnPlateau",
        )


def test_settings_left_out_have_their_defaults(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 50.0, 100.0)
    too_little, enough = [size] + [0.99997 * size] * 13, [size] + [0.9998 * size] * 13
    for rate, metrics in ((lr, [size] * 36), (lr, too_little), (lr, enough), (1e-6, [size] * 47)):
        expect.close(learner.rates(metrics, rate), reference.rates(metrics, rate), names="rate", per_step=True)
    question = (
        [size, size, 0.9 * size, size, size, size, size, size],
        lr,
        "max",
        0.5,
        1,
        0.05,
        "abs",
        2,
        0.1 * lr,
        1e-9,
    )
    expect.close(
        learner.rates_by_position(*question), reference.rates_by_position(*question), names="rate", per_step=True
    )


def test_two_trainings_do_not_share_a_memory(learner, reference, rng, expect):
    lr, size = drawn(rng, 0.1, 0.5), drawn(rng, 0.5, 2.0)
    runs = [
        ([size * 0.9**call for call in range(12)], PLAIN | {"lr": lr}),
        ([3 * size] * 12, PLAIN | {"lr": 2 * lr, "factor": 0.3}),
        ([5 * size + call for call in range(12)], PLAIN | {"lr": lr, "mode": "max"}),
        ([size] * 12, PLAIN | {"lr": lr, "mode": "max", "patience": 1}),
    ]
    expect.close(learner.taking_turns(runs), reference.taking_turns(runs), names="training")
