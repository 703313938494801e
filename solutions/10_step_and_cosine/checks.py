"""Hidden checks of the three schedules, from the type of a rate to restarts that a logarithm misses."""

import numpy as np


def drawn(rng, low, high):
    """A number short enough to be read in a message."""
    return round(float(rng.uniform(low, high)), 4)


def whole(rng, low, high):
    """A count from low to high, both of them included."""
    return int(rng.integers(low, high + 1))


def steps_agree(learner, reference, expect, *question):
    expect.close(learner.step_rates(*question), reference.step_rates(*question))


def cosines_agree(learner, reference, expect, *question):
    expect.close(learner.cosine_rates(*question), reference.cosine_rates(*question))


def restarts_agree(learner, reference, expect, *question):
    expect.close(learner.restart_rates(*question), reference.restart_rates(*question))


def test_every_rate_is_a_number(learner, reference, rng, expect):
    for rates in (
        learner.step_rates([1, 6], 0.2, 4),
        learner.cosine_rates([1, 6], 0.2, 8),
        learner.restart_rates([1, 6], 0.2, 4),
    ):
        numbers(rates, expect)


def numbers(rates, expect):
    expect.that(
        isinstance(rates, dict) and all(is_number(rate) for rate in rates.values()),
        en="A schedule must return a number, whatever the epoch.",
        es="Un scheduler debe devolver un número, sea cual sea la época.",
        name="step_and_cosine",
    )


def is_number(rate):
    """Any real number; a truth value is none, nor is nan."""
    return isinstance(rate, (int, float, np.integer, np.floating)) and not isinstance(rate, bool) and not np.isnan(rate)


def test_step_waits_for_the_first_fall(learner, reference, rng, expect):
    base, size = drawn(rng, 0.05, 0.5), whole(rng, 3, 7)
    later = learner.step_rates([5 * size], base, size, 0.25)
    steps_agree(learner, reference, expect, list(range(size)), base, size, drawn(rng, 0.2, 0.4))
    numbers(later, expect)
    expect.that(
        all(rate != base for rate in later.values()),
        en="Five times as late the rate was still the base: it did not wait for a fall, there is none.",
        es="Cinco veces más tarde la tasa seguía siendo la base: no esperaba a ninguna caída, porque no la hay.",
        name="step_lr",
    )


def test_step_falls_by_gamma_each_time(learner, reference, rng, expect):
    base, size = drawn(rng, 0.05, 0.5), whole(rng, 3, 7)
    steps_agree(learner, reference, expect, list(range(size, 5 * size + 1)), base, size, drawn(rng, 0.6, 0.8))
    steps_agree(learner, reference, expect, [0, 1, 2, 3], base, 1, drawn(rng, 0.2, 0.4))
    steps_agree(learner, reference, expect, [29 * size - 1, 29 * size], base, size, drawn(rng, 0.9, 0.95))


def test_step_falls_to_a_tenth_unless_told(learner, reference, rng, expect):
    size = whole(rng, 3, 7)
    steps_agree(learner, reference, expect, [0, size - 1, size, 2 * size], drawn(rng, 0.05, 0.5), size)


def test_cosine_falls_to_the_floor(learner, reference, rng, expect):
    base, length, floor = drawn(rng, 0.1, 0.5), whole(rng, 5, 12), drawn(rng, 0.01, 0.04)
    cosines_agree(learner, reference, expect, list(range(length + 1)), base, length, floor)
    cosines_agree(learner, reference, expect, [0, 1], base, 1, floor)
    cosines_agree(learner, reference, expect, [0, 2, length], base, length, base)


def test_cosine_climbs_after_the_floor(learner, reference, rng, expect):
    base, length, floor = drawn(rng, 0.1, 0.5), whole(rng, 5, 12), drawn(rng, 0.01, 0.04)
    later = [*range(length + 1, 4 * length + 1), 100 * length + 3, 101 * length - 2]
    cosines_agree(learner, reference, expect, later, base, length, floor)


def test_floor_is_zero_unless_given(learner, reference, rng, expect):
    base, length = drawn(rng, 0.1, 0.5), whole(rng, 5, 12)
    cosines_agree(learner, reference, expect, [length - 1, length], base, length)


def test_restarts_jump_back_to_the_base(learner, reference, rng, expect):
    base, first, floor = drawn(rng, 0.1, 0.5), whole(rng, 4, 7), drawn(rng, 0.01, 0.04)
    restarts_agree(learner, reference, expect, list(range(3 * first + 1)), base, first, 1, floor)
    restarts_agree(learner, reference, expect, [first - 1, first, 40 * first - 1, 40 * first], base, first)


def test_cycles_grow_by_t_mult(learner, reference, rng, expect):
    base, first, floor = drawn(rng, 0.1, 0.5), whole(rng, 3, 5), drawn(rng, 0.01, 0.04)
    for t_mult, cycles in ((2, 7), (3, 13)):
        restarts_agree(learner, reference, expect, list(range(cycles * first + 1)), base, first, t_mult, floor)


def test_no_restart_is_missed_or_late(learner, reference, rng, expect):
    base, floor = drawn(rng, 0.1, 0.5), drawn(rng, 0.01, 0.04)
    for first, t_mult, cycles in ((1, 3, 8), (whole(rng, 2, 9), 3, 7), (1, 10, 5), (1, 2, 11), (1, 1, 5)):
        starts = [first * sum(t_mult**earlier for earlier in range(cycle)) for cycle in range(1, cycles)]
        near = sorted({start + beside for start in starts for beside in (-1, 0, 1)})
        restarts_agree(learner, reference, expect, near, base, first, t_mult, floor)


def test_rates_can_be_asked_in_any_order(learner, reference, rng, expect):
    base, count = drawn(rng, 0.1, 0.5), whole(rng, 3, 5)
    epochs = [3 * count + 1, 2, 3 * count + 1, count, 0]
    steps_agree(learner, reference, expect, epochs, base, count)
    cosines_agree(learner, reference, expect, epochs, base, count)
    restarts_agree(learner, reference, expect, epochs, base, count)
