"""Hidden checks of `adam_step`, from the shape of its answer to epsilon's place.

Away from the check on epsilon, `eps` is so small that its place cannot matter: one belief, one failure.
"""

import numpy as np

NAMES = ("param", "m", "v")
NEGLIGIBLE = 1e-16


def ordinary(rng, shape):
    """Gradients of either sign and everyday size, none near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def three(got, expect):
    """The answer as a tuple of three; a list of three is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 3,
        en="`adam_step` must return three arrays: the new param, m and v.",
        es="`adam_step` debe devolver tres arrays: el nuevo param, m y v.",
        name="adam_step",
    )
    return tuple(got)


def test_returns_three_arrays(learner, reference, rng, expect):
    for shape in ((4,), (2, 3)):
        param, grad = rng.normal(size=shape), ordinary(rng, shape)
        got = three(learner.adam_step(param, grad, np.zeros(shape), np.zeros(shape), 1), expect)
        for name, array in zip(NAMES, got, strict=True):
            expect.shape(array, shape, name)


def test_averages_the_gradient_and_its_square(learner, reference, rng, expect):
    param, grad = rng.normal(size=5), ordinary(rng, 5)
    m, v = ordinary(rng, 5), rng.uniform(3.0, 5.0, size=5)
    arguments = (param, grad, m, v, int(rng.integers(3, 30)))
    got = three(learner.adam_step(*arguments), expect)
    expect.close(got[1:], reference.adam_step(*arguments)[1:], names=NAMES[1:])


def test_first_step_has_size_lr(learner, reference, rng, expect):
    grad = ordinary(rng, 6) * 10.0 ** np.array([-1, 0, 0, 1, 2, 3])
    arguments = (rng.normal(size=6), grad, np.zeros(6), np.zeros(6), 1)
    settings = {"lr": float(rng.uniform(0.05, 0.5)), "eps": NEGLIGIBLE}
    got = three(learner.adam_step(*arguments, **settings), expect)
    want = reference.adam_step(*arguments, **settings)
    expect.close(got[:1], want[:1], names=NAMES[:1])


def test_correction_fades_over_many_steps(learner, reference, rng, expect):
    grads = ordinary(rng, 3) + 0.7 * rng.normal(size=(100, 3))
    settings = {"lr": float(rng.uniform(0.01, 0.05)), "eps": NEGLIGIBLE}
    start = rng.normal(size=3)
    got = learner.unroll(start, grads, **settings)
    expect.close(got, reference.unroll(start, grads, **settings), per_step=True)


def test_each_beta_has_its_own_average(learner, reference, rng, expect):
    grads, start = rng.normal(size=(12, 3)), rng.normal(size=3)
    settings = {
        "lr": float(rng.uniform(0.05, 0.2)),
        "beta1": float(rng.uniform(0.2, 0.5)),
        "beta2": float(rng.uniform(0.9, 0.97)),
        "eps": NEGLIGIBLE,
    }
    got = learner.unroll(start, grads, **settings)
    expect.close(got, reference.unroll(start, grads, **settings), per_step=True)


def test_epsilon_counts_for_tiny_gradients(learner, reference, rng, expect):
    grads, start = 1e-7 * ordinary(rng, (4, 3)), rng.normal(size=3)
    got = learner.unroll(start, grads)
    expect.close(got, reference.unroll(start, grads), per_step=True)


def test_zero_gradient_moves_nothing_at_first(learner, reference, rng, expect):
    zero = np.zeros(4)
    arguments = (rng.normal(size=4), zero, zero.copy(), zero.copy(), int(rng.integers(2, 9)))
    got = three(learner.adam_step(*arguments), expect)
    expect.close(got, reference.adam_step(*arguments), names=NAMES)


def test_parameters_do_not_share_a_count(learner, reference, rng, expect):
    shapes = ((3,), (2, 4), (1,))
    starts = [rng.normal(size=shape) for shape in shapes]
    grads = [[ordinary(rng, shape) for shape in shapes] for _ in range(5)]
    got = learner.unroll_each(starts, grads, eps=NEGLIGIBLE)
    expect.close(got, reference.unroll_each(starts, grads, eps=NEGLIGIBLE))


def test_leaves_its_inputs_alone(learner, reference, rng, expect):
    arguments = (rng.normal(size=4), ordinary(rng, 4), ordinary(rng, 4), rng.uniform(0.5, 2.0, size=4), 7)
    learner.adam_step(*arguments)
    expect.unchanged(learner, names=("param", "grad", "m", "v"))
