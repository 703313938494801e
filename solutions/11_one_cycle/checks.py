"""Hidden checks of the cycle, from the type of a rate to the steps outside it."""

import numpy as np


def drawn(rng, low, high):
    """A number short enough to be read in a message."""
    return round(float(rng.uniform(low, high)), 4)


def whole(rng, low, high):
    """A count from low to high, both of them included."""
    return int(rng.integers(low, high + 1))


def factors(rng):
    return drawn(rng, 5.0, 20.0), drawn(rng, 30.0, 80.0)


def rates_agree(learner, reference, expect, *question):
    expect.close(learner.rates(*question), reference.rates(*question))


def momenta_agree(learner, reference, expect, *question):
    expect.close(learner.momenta(*question), reference.momenta(*question))


def test_every_value_is_a_number(learner, reference, rng, expect):
    for values in (learner.rates([1, 6], 0.2, 10), learner.momenta([1, 6], 10)):
        expect.that(
            isinstance(values, dict) and all(is_number(value) for value in values.values()),
            en="Both functions must return a number, whatever the step.",
            es="Las dos funciones deben devolver un número, sea cual sea el paso.",
            name="one_cycle",
        )


def is_number(value):
    """Any real number; a truth value is none, nor is nan."""
    return (
        isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and not np.isnan(value)
    )


def test_starts_at_a_fraction_of_the_peak(learner, reference, rng, expect):
    rates_agree(learner, reference, expect, [0], drawn(rng, 0.1, 1.0), 10 * whole(rng, 1, 5), 0.5, *factors(rng))


def test_climbs_half_a_cosine_to_the_peak(learner, reference, rng, expect):
    total = 10 * whole(rng, 2, 5)
    peak = total * 4 // 10 - 1
    question = (list(range(1, peak + 1)), drawn(rng, 0.1, 1.0), total, 0.4)
    rates_agree(learner, reference, expect, *question, *factors(rng))


def test_the_peak_may_lie_between_two_steps(learner, reference, rng, expect):
    rates_agree(learner, reference, expect, list(range(1, 5)), drawn(rng, 0.1, 1.0), 8, 0.3, *factors(rng))
    total, share = whole(rng, 15, 40), drawn(rng, 0.21, 0.79)
    near = int(share * total) - 1
    rates_agree(learner, reference, expect, [near, near + 1], drawn(rng, 0.1, 1.0), total, share, *factors(rng))


def test_falls_half_a_cosine_from_the_peak(learner, reference, rng, expect):
    total = 10 * whole(rng, 2, 5)
    peak = total * 4 // 10 - 1
    question = (list(range(peak + 1, total - 1)), drawn(rng, 0.1, 1.0), total, 0.4)
    rates_agree(learner, reference, expect, *question, *factors(rng))


def test_ends_far_below_its_start(learner, reference, rng, expect):
    total = 10 * whole(rng, 2, 5)
    rates_agree(learner, reference, expect, [total - 1], drawn(rng, 0.1, 1.0), total, 0.4, *factors(rng))


def test_works_for_short_cycles_and_long_climbs(learner, reference, rng, expect):
    for total, share in ((3, 0.5), (3, 0.9), (4, 0.3), (5, 0.98), (1000, 0.002)):
        steps = sorted({0, 1, 2, total - 2, total - 1})
        rates_agree(learner, reference, expect, steps, drawn(rng, 0.1, 1.0), total, share, *factors(rng))


def test_factors_are_those_of_torch_unless_given(learner, reference, rng, expect):
    total = 10 * whole(rng, 2, 5)
    rates_agree(learner, reference, expect, [0, 2, total // 2, total - 1], drawn(rng, 0.1, 1.0), total)


def test_momentum_mirrors_the_rate(learner, reference, rng, expect):
    lowest, highest = drawn(rng, 0.5, 0.8), drawn(rng, 0.9, 0.99)
    for total, share in ((10 * whole(rng, 2, 5), 0.4), (8, 0.3)):
        momenta_agree(learner, reference, expect, list(range(total)), total, share, lowest, highest)


def test_momentum_goes_from_095_to_085_unless_told(learner, reference, rng, expect):
    total = 10 * whole(rng, 2, 5)
    momenta_agree(learner, reference, expect, [0, 2, total // 2, total - 1], total)


def test_no_step_outside_the_cycle_has_a_value(learner, reference, rng, expect):
    total = whole(rng, 10, 30)
    steps = [-1, total, -7, total + 1, 5 * total, 0, total - 1]
    for function, settings in (("answered_rates", (0.5, total)), ("answered_momenta", (total,))):
        got, want = getattr(learner, function)(steps, *settings), getattr(reference, function)(steps, *settings)
        expect.that(
            isinstance(got, list) and [refused(each) for each in got] == [refused(each) for each in want],
            en="A step below 0 or from total_steps on must raise a ValueError, and every other step give a value.",
            es="Un paso menor que 0 o que llegue a total_steps debe dar un ValueError; cualquier otro, un valor.",
            name="step",
        )


def refused(answer):
    return isinstance(answer, str) and answer == "ValueError"
