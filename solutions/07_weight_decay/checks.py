"""Hidden checks of a penalty and three decays, from the shape of an answer to fifty steps of AdamW."""

import numpy as np

NAMES = ("param", "m", "v")


def some(rng, shape):
    """Numbers of either sign, none near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def with_a_zero(rng, size):
    """Gradients of which one is exactly zero: a weight may decay without any."""
    grads = some(rng, size)
    grads[int(rng.integers(size))] = 0.0
    return grads


def drawn(rng, low, high):
    return round(float(rng.uniform(low, high)), 3)


def three(got, expect):
    """The answer as a tuple of three; a list of three is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 3,
        en="`adam_step` and `adamw_step` must return three arrays: the new param, m and v.",
        es="`adam_step` y `adamw_step` deben devolver tres arrays: el nuevo param, m y v.",
        name="weight_decay",
    )
    return tuple(got)


def midway(rng, size):
    """What Adam is asked in the middle of a training: parameter, gradient, averages and step."""
    return some(rng, size), with_a_zero(rng, size), some(rng, size), rng.uniform(3.0, 5.0, size=size), 7


def test_returns_arrays_of_the_right_shape(learner, reference, rng, expect):
    for shape in ((4,), (2, 3)):
        expect.shape(learner.l2_gradient(some(rng, shape), some(rng, shape), 0.1), shape, "grad")
        expect.shape(learner.sgd_step(some(rng, shape), some(rng, shape), 0.1, 0.1), shape, "param")
        for step in (learner.adam_step, learner.adamw_step):
            got = three(step(some(rng, shape), some(rng, shape), np.zeros(shape), np.zeros(shape), 1), expect)
            for name, array in zip(NAMES, got, strict=True):
                expect.shape(array, shape, name)


def test_penalty_adds_twice_the_weight(learner, reference, rng, expect):
    question = (some(rng, 5), some(rng, 5), drawn(rng, 0.1, 0.4))
    expect.close(learner.l2_gradient(*question), reference.l2_gradient(*question), names="grad")
    question = (np.zeros(3), some(rng, 3), drawn(rng, 1.0, 2.0))
    expect.close(learner.l2_gradient(*question), reference.l2_gradient(*question), names="grad")


def test_sgd_decays_by_way_of_the_gradient(learner, reference, rng, expect):
    question = (some(rng, 5), with_a_zero(rng, 5), drawn(rng, 0.1, 0.4), drawn(rng, 0.2, 0.6))
    expect.close(learner.sgd_step(*question), reference.sgd_step(*question), names="param")


def test_in_sgd_half_the_decay_is_the_penalty(learner, reference, rng, expect):
    start, grads, lr, decay = some(rng, 3), some(rng, (20, 3)), drawn(rng, 0.05, 0.2), drawn(rng, 0.2, 0.6)
    want = reference.unroll_sgd(start, grads, lr, decay)
    expect.close(learner.unroll_sgd(start, grads, lr, decay), want, names="param", per_step=True)
    expect.close(learner.unroll_penalized(start, grads, lr, decay / 2), want, names="param", per_step=True)


def test_without_decay_nothing_decays(learner, reference, rng, expect):
    question = (some(rng, 4), some(rng, 4), drawn(rng, 0.1, 0.4), 0.0)
    expect.close(learner.sgd_step(*question), reference.sgd_step(*question), names="param")
    question = midway(rng, 4)
    for name in ("adam_step", "adamw_step"):
        got = three(getattr(learner, name)(*question, weight_decay=0.0), expect)
        expect.close(got, getattr(reference, name)(*question, weight_decay=0.0), names=NAMES)


def test_adam_averages_the_decay_as_well(learner, reference, rng, expect):
    question, settings = midway(rng, 5), {"lr": drawn(rng, 0.1, 0.4), "weight_decay": drawn(rng, 0.2, 0.6)}
    got = three(learner.adam_step(*question, **settings), expect)
    expect.close(got, reference.adam_step(*question, **settings), names=NAMES)


def test_adamw_averages_the_bare_gradient(learner, reference, rng, expect):
    question, settings = midway(rng, 5), {"lr": drawn(rng, 0.1, 0.4), "weight_decay": drawn(rng, 0.2, 0.6)}
    got = three(learner.adamw_step(*question, **settings), expect)
    expect.close(got[1:], reference.adamw_step(*question, **settings)[1:], names=NAMES[1:])


def test_adamw_decays_apart(learner, reference, rng, expect):
    question, settings = midway(rng, 5), {"lr": drawn(rng, 0.1, 0.4), "weight_decay": drawn(rng, 0.2, 0.6)}
    got = three(learner.adamw_step(*question, **settings), expect)
    expect.close(got[:1], reference.adamw_step(*question, **settings)[:1], names=NAMES[:1])


def test_both_keep_on_for_fifty_steps(learner, reference, rng, expect):
    start, grads = some(rng, 3), some(rng, 3) + 0.5 * rng.normal(size=(50, 3))
    settings = {
        "lr": 0.01,
        "beta1": drawn(rng, 0.5, 0.8),
        "beta2": drawn(rng, 0.9, 0.99),
        "eps": 1e-4,
        "weight_decay": 0.05,
    }
    for unroll in ("unroll_adam", "unroll_adamw"):
        got = getattr(learner, unroll)(start, grads, **settings)
        expect.close(got, getattr(reference, unroll)(start, grads, **settings), per_step=True)


def test_decays_by_a_hundredth_unless_told(learner, reference, rng, expect):
    question, lr = midway(rng, 4), drawn(rng, 0.1, 0.4)
    for name in ("adam_step", "adamw_step"):
        got = three(getattr(learner, name)(*question, lr=lr), expect)
        expect.close(got, getattr(reference, name)(*question, lr=lr), names=NAMES)


def test_leaves_its_inputs_alone(learner, reference, rng, expect):
    learner.l2_gradient(some(rng, 4), some(rng, 4), 0.3)
    expect.unchanged(learner, names=("grad", "param"))
    learner.sgd_step(some(rng, 4), some(rng, 4), 0.1, 0.3)
    expect.unchanged(learner, names=("param", "grad"))
    for step in (learner.adam_step, learner.adamw_step):
        step(*midway(rng, 4))
        expect.unchanged(learner, names=("param", "grad", "m", "v"))
