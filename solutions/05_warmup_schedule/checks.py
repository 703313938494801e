"""Hidden checks of the two schedules, from the type of a rate to the seams between their stretches.

Each asks all its questions and judges the answers then. The scale of the rates varies within each: whole rates for
some optimizers are 10, for others a hundred-thousandth.
"""

import numpy as np


def drawn(rng, low, high):
    """A rate short enough to be read in a message."""
    return round(float(rng.uniform(low, high)), 4)


def warmups_agree(learner, reference, expect, *questions):
    """Ask for the rates of all of these steps and settings; each must be the reference's."""
    answers = [learner.warmup_rates(*question) for question in questions]
    for question, rates in zip(questions, answers, strict=True):
        expect.close(rates, reference.warmup_rates(*question), **to_scale(question))


def cosines_agree(learner, reference, expect, *questions):
    """Ask for the rates of all of these steps and settings; each must be the reference's."""
    answers = [learner.cosine_rates(*question) for question in questions]
    for question, rates in zip(questions, answers, strict=True):
        expect.close(rates, reference.cosine_rates(*question), **to_scale(question))


def to_scale(question):
    """The absolute part of the tolerance belongs to rates of everyday size; it shrinks with the base."""
    return {"atol": 1e-12 * min(question[1], 1.0)}


def numbers(rates, expect):
    """Each rate is a real number; a truth value is none, nor is nan."""
    expect.that(
        isinstance(rates, dict)
        and all(
            isinstance(rate, (int, float, np.integer, np.floating))
            and not isinstance(rate, bool)
            and not np.isnan(rate)
            for rate in rates.values()
        ),
        en="A schedule must return a number, whatever the step.",
        es="Un scheduler debe devolver un número, sea cual sea el paso.",
        name="warmup_schedule",
    )


def settings(rng, low=4, high=10):
    """Base, steps of warmup, steps in all and minimum of an everyday schedule."""
    warmup = int(rng.integers(low, high))
    return drawn(rng, 0.1, 0.5), warmup, warmup + int(rng.integers(8, 20)), drawn(rng, 0.01, 0.04)


def rises_somewhere(rise, base, expect):
    """Of a longer warmup, some rate is not the base yet: who always gives the base knows no warmup."""
    numbers(rise, expect)
    expect.that(
        any(rate != base for rate in rise.values()),
        en="Every rate of a warmup of four steps came back as the base rate: nothing rises to it.",
        es="Todas las tasas de un warmup de cuatro pasos salieron iguales a la tasa base: nada sube hasta ella.",
        name="warmup_lr",
    )


def test_every_rate_is_a_number(learner, reference, rng, expect):
    for rates in (learner.warmup_rates([1, 6], 0.2, 4), learner.cosine_rates([1, 6, 15], 0.2, 4, 12)):
        numbers(rates, expect)


def test_warmup_rises_in_equal_parts(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.05, 0.5), int(rng.integers(5, 12))
    questions = [(list(range(warmup - 1)), base, warmup), ([0], base, 2), ([0, 3, 700], 3e-5, 1500), ([2, 4], 12.0, 6)]
    warmups_agree(learner, reference, expect, *questions)


def test_warmup_ends_at_the_base_and_stays(learner, reference, rng, expect):
    base, warmup = drawn(rng, 0.05, 0.5), int(rng.integers(4, 12))
    later = [warmup - 1, warmup, warmup + 1, 2 * warmup, 1000 * warmup]
    rise = learner.warmup_rates([0, 1, 2, 3], base, 4)
    warmups_agree(learner, reference, expect, (later, base, warmup), ([1, 2, 3], 3e-5, 2), ([9, 10, 10**6], 12.0, 10))
    rises_somewhere(rise, base, expect)


def test_one_step_of_warmup_is_the_base(learner, reference, rng, expect):
    base = drawn(rng, 0.05, 0.5)
    rise = learner.warmup_rates([0, 1, 2, 3], base, 4)
    warmups_agree(learner, reference, expect, ([0, 1, 2], base, 1))
    rises_somewhere(rise, base, expect)


def test_no_warmup_means_no_rise(learner, reference, rng, expect):
    base = drawn(rng, 0.05, 0.5)
    rise = learner.warmup_rates([0, 1, 2, 3], base, 4)
    warmups_agree(learner, reference, expect, ([0, 1, 7], base, 0))
    rises_somewhere(rise, base, expect)


def test_cosine_begins_with_the_same_rise(learner, reference, rng, expect):
    base, warmup, total, floor = settings(rng)
    rise = list(range(warmup))
    questions = [(rise, base, warmup, total, floor), ([0, 1], 3e-5, 2, 9, 1e-6), ([0, 4], 12.0, 5, 6, 1.0)]
    # A warmup that is longer than the fall, and one of a single step.
    questions += [(rise, base, warmup, warmup + 2, floor), ([0], base, 1, total, floor)]
    cosines_agree(learner, reference, expect, *questions)


def test_cosine_falls_from_base_to_minimum(learner, reference, rng, expect):
    base, warmup, total, floor = settings(rng, 3)
    fall = list(range(warmup, total))
    questions = [(fall, base, warmup, total, floor), ([3, 500, 900], 3e-5, 2, 1000, 1e-6), ([5, 8], 12.0, 5, 10, 1.0)]
    # A fall of one step, of two; a minimum just under the base, and one that is the base.
    questions += [([warmup], base, warmup, warmup + 1, floor), ([warmup, warmup + 1], base, warmup, warmup + 2, floor)]
    questions += [(fall, base, warmup, total, 0.9 * base), (fall, base, warmup, total, base)]
    cosines_agree(learner, reference, expect, *questions)


def test_minimum_is_zero_unless_given(learner, reference, rng, expect):
    base, warmup, total, _ = settings(rng, 3)
    before = learner.cosine_rates([warmup + 1], base, warmup, total)
    cosines_agree(learner, reference, expect, ([total, total + 4], base, warmup, total))
    numbers(before, expect)
    expect.that(
        all(rate != 0 for rate in before.values()),
        en="Before its end too the rate came back as zero: that is no fall.",
        es="También antes del final la tasa salió cero: eso no es una caída.",
        name="warmup_cosine_lr",
    )


def test_minimum_lasts_beyond_the_end(learner, reference, rng, expect):
    base, warmup, total, floor = settings(rng, 3)
    length = total - warmup
    later = [total, total + 1, total + 5, total + length, total + 100 * length + 3]
    questions = [(later, base, warmup, total, floor), ([warmup, warmup + 1], base, warmup, warmup, floor)]
    questions += [([total, 3 * total], base, 0, total, floor), ([20, 25], 3e-5, 4, 20, 2e-6)]
    cosines_agree(learner, reference, expect, *questions)


def test_cosine_works_without_warmup(learner, reference, rng, expect):
    base, _, total, floor = settings(rng)
    cosines_agree(learner, reference, expect, (list(range(total)), base, 0, total, floor))
