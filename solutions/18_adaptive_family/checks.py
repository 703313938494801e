"""Hidden checks of AdaGrad and RMSprop, from the shape of an answer to sixty steps from zero."""

import numpy as np

ADAGRAD, RMSPROP = ("param", "state_sum"), ("param", "square_avg")


def some(rng, shape):
    """Numbers of either sign, none near zero and none near one, where a square is its own root."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(1.5, 3.0, size=shape)


def drawn(rng, low, high):
    return round(float(rng.uniform(low, high)), 3)


def both(got, expect):
    """The answer as a tuple of two; a list of two is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 2,
        en="A step must return two arrays: the new param and what it remembers.",
        es="Un paso debe devolver dos arrays: el nuevo param y lo que recuerda.",
        name="adaptive_family",
    )
    return tuple(got)


def adagrad(*question, **settings):
    return "adagrad_step", ADAGRAD, question, settings


def rmsprop(*question, **settings):
    return "rmsprop_step", RMSPROP, question, settings


def agree(learner, reference, expect, *questions, only=slice(None)):
    """Every question is asked before the first answer is judged: a fault in one hides none in another."""
    got = [getattr(learner, step)(*question, **settings) for step, _, question, settings in questions]
    want = [getattr(reference, step)(*question, **settings) for step, _, question, settings in questions]
    for answer, expected, (_, names, _, _) in zip(got, want, questions, strict=True):
        expect.close(both(answer, expect)[only], expected[only], names=names[only])


def midway(rng, shape):
    """Parameter, gradient and state in the middle of a training; one gradient is exactly zero."""
    grad = some(rng, shape)
    grad.flat[int(rng.integers(grad.size))] = 0.0
    return some(rng, shape), grad, rng.uniform(4.0, 9.0, size=shape)


def test_returns_two_arrays_of_the_right_shape(learner, reference, rng, expect):
    for shape in ((4,), (2, 3)):
        question = some(rng, shape), some(rng, shape), rng.uniform(4.0, 9.0, size=shape)
        for names, got in (
            (ADAGRAD, learner.adagrad_step(*question, 3)),
            (RMSPROP, learner.rmsprop_step(*question)),
        ):
            for name, array in zip(names, both(got, expect), strict=True):
                expect.shape(array, shape, name)
            are_no_arguments(got, question, expect)


def are_no_arguments(got, question, expect):
    """A step was taken: neither array is zero or one that came in."""
    expect.that(
        not any(np.array_equal(array, given) for array in got for given in question) and np.all(got[1]),
        en="No step was taken: an array came back as it was given, or as zeros.",
        es="No se ha dado ningún paso: un array volvió tal como se dio, o con ceros.",
        name="adaptive_family",
    )


def test_adagrad_sums_every_square(learner, reference, rng, expect):
    large = some(rng, 3), 100 * some(rng, 3), 1e4 * rng.uniform(4.0, 9.0, size=3), 40
    early = adagrad(*midway(rng, 5), 2, lr=drawn(rng, 0.1, 0.4))
    agree(learner, reference, expect, early, adagrad(*large), only=slice(1, None))


def test_adagrad_divides_by_the_root_of_the_new_sum(learner, reference, rng, expect):
    question = adagrad(*midway(rng, 5), 5, lr=drawn(rng, 0.1, 0.4))
    agree(learner, reference, expect, question, only=slice(1))


def test_adagrad_lowers_its_rate_step_by_step(learner, reference, rng, expect):
    settings = {"lr": drawn(rng, 0.1, 0.4), "lr_decay": drawn(rng, 0.1, 0.4)}
    questions = [adagrad(*midway(rng, 3), t, **settings) for t in (1, 2, int(rng.integers(5, 9)), 200)]
    agree(learner, reference, expect, *questions, only=slice(1))


def test_rmsprop_keeps_a_mean_of_squares(learner, reference, rng, expect):
    param, grad, average = midway(rng, 5)
    settings = drawn(rng, 0.1, 0.4), drawn(rng, 0.7, 0.95)
    questions = [rmsprop(param, scale * grad, scale**2 * average, *settings) for scale in (1.0, 100.0)]
    agree(learner, reference, expect, *questions, only=slice(1, None))


def test_rmsprop_divides_by_the_root_of_the_new_mean(learner, reference, rng, expect):
    question = rmsprop(*midway(rng, 5), drawn(rng, 0.1, 0.4), drawn(rng, 0.7, 0.95))
    agree(learner, reference, expect, question, only=slice(1))


def test_epsilon_stands_outside_the_root(learner, reference, rng, expect):
    eps = 10.0 ** float(rng.uniform(-8.5, -7.5))
    grad, memory = eps * some(rng, 4), eps**2 * rng.uniform(1.0, 2.0, size=4)
    tiny = adagrad(some(rng, 4), grad, memory, 3, lr=0.2, eps=eps), rmsprop(some(rng, 4), grad, memory, 0.2, 0.8, eps)
    nothing = adagrad(some(rng, 2), np.zeros(2), np.zeros(2), 1), rmsprop(some(rng, 2), np.zeros(2), np.zeros(2))
    agree(learner, reference, expect, *tiny, *nothing)


def test_both_keep_on_for_sixty_steps(learner, reference, rng, expect):
    start, grads = some(rng, 3), some(rng, 3) * np.array([0.01, 1.0, 30.0]) * rng.uniform(0.2, 1.0, size=(60, 3))
    settings = {"lr": 0.1, "lr_decay": 0.05, "eps": 1e-6}
    others = {"lr": 0.1, "alpha": drawn(rng, 0.7, 0.95), "eps": 1e-6}
    sums, means = learner.unroll_adagrad(start, grads, **settings), learner.unroll_rmsprop(start, grads, **others)
    expect.close(sums, reference.unroll_adagrad(start, grads, **settings), per_step=True)
    expect.close(means, reference.unroll_rmsprop(start, grads, **others), per_step=True)


def test_knows_what_was_not_said(learner, reference, rng, expect):
    questions = []
    for scale in (1.0, 1e-8):
        param, grad, memory = some(rng, 4), scale * some(rng, 4), scale**2 * rng.uniform(4.0, 9.0, size=4)
        questions += [adagrad(param, grad, memory, 4), rmsprop(param, grad, memory)]
    agree(learner, reference, expect, *questions)


def test_leaves_its_inputs_alone(learner, reference, rng, expect):
    learner.adagrad_step(*midway(rng, 4), 2)
    expect.unchanged(learner, names=("param", "grad", "state_sum"))
    learner.rmsprop_step(*midway(rng, 4))
    expect.unchanged(learner, names=("param", "grad", "square_avg"))
