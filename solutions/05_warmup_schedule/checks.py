"""Hidden checks of the two schedules, from the type of a rate to the seams between their stretches."""

import numpy as np


def drawn(rng, low, high):
    """A rate short enough to be read in a message."""
    return round(float(rng.uniform(low, high)), 4)


def warmups_agree(learner, reference, expect, *arguments):
    expect.close(learner.warmup_rates(*arguments), reference.warmup_rates(*arguments))


def cosines_agree(learner, reference, expect, *arguments):
    expect.close(learner.cosine_rates(*arguments), reference.cosine_rates(*arguments))


def test_every_rate_is_a_number(learner, reference, rng, expect):
    for rates in (
        learner.warmup_rates([1, 6], 0.2, 4),
        learner.cosine_rates([1, 6, 15], 0.2, 4, 12),
    ):
        expect.that(
            isinstance(rates, dict) and all(is_number(rate) for rate in rates.values()),
            en="A schedule must return a number, whatever the step.",
            es="Un scheduler debe devolver un número, sea cual sea el paso.",
            name="warmup_schedule",
        )


def is_number(rate):
    """Any real number; a truth value is none."""
    return isinstance(rate, (int, float, np.integer, np.floating)) and not isinstance(rate, bool)


def test_warmup_rises_in_equal_parts(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.05, 0.5), int(rng.integers(5, 12))
    warmups_agree(learner, reference, expect, list(range(warmup - 1)), base, warmup)


def test_warmup_ends_at_the_base_and_stays(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.05, 0.5), int(rng.integers(4, 12))
    later = [warmup - 1, warmup, warmup + 1, 2 * warmup, 1000 * warmup]
    warmups_agree(learner, reference, expect, later, base, warmup)


def test_one_step_of_warmup_is_the_base(learner, reference, rng, expect):
    warmups_agree(learner, reference, expect, [0, 1, 2], drawn(rng, 0.05, 0.5), 1)


def test_no_warmup_means_no_rise(learner, reference, rng, expect):
    warmups_agree(learner, reference, expect, [0, 1, 7], drawn(rng, 0.05, 0.5), 0)


def test_cosine_begins_with_the_same_rise(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.1, 0.5), int(rng.integers(4, 10))
    total, floor = warmup + int(rng.integers(8, 20)), drawn(rng, 0.01, 0.04)
    cosines_agree(learner, reference, expect, list(range(warmup)), base, warmup, total, floor)


def test_cosine_falls_from_base_to_minimum(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.1, 0.5), int(rng.integers(3, 10))
    total, floor = warmup + int(rng.integers(8, 20)), drawn(rng, 0.01, 0.04)
    cosines_agree(learner, reference, expect, list(range(warmup, total)), base, warmup, total, floor)


def test_minimum_is_zero_unless_given(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.1, 0.5), int(rng.integers(3, 10))
    total = warmup + int(rng.integers(8, 20))
    cosines_agree(learner, reference, expect, [total, total + 4], base, warmup, total)


def test_minimum_lasts_beyond_the_end(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.1, 0.5), int(rng.integers(3, 10))
    length, floor = int(rng.integers(8, 20)), drawn(rng, 0.01, 0.04)
    total = warmup + length
    later = [total, total + 1, total + 5, total + length, total + 100 * length + 3]
    cosines_agree(learner, reference, expect, later, base, warmup, total, floor)
    cosines_agree(learner, reference, expect, [warmup, warmup + 1], base, warmup, warmup, floor)


def test_cosine_works_without_warmup(learner, reference, rng, expect):
    base, total, floor = drawn(rng, 0.1, 0.5), int(rng.integers(10, 20)), drawn(rng, 0.01, 0.04)
    cosines_agree(learner, reference, expect, list(range(total)), base, 0, total, floor)
