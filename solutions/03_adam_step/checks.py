"""Hidden checks of `adam_step`, from the shape of its answer to epsilon's place.

Every setting has one check that gives it; the others leave it as it is, so that a number of one's own in the place of
an argument costs that check alone. Away from the check on epsilon, the tolerance is too wide for its place to matter.
"""

import numpy as np

NAMES = ("param", "m", "v")


def ordinary(rng, shape):
    """Gradients of either sign and everyday size, none near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def wherever_eps_stands(steps):
    """A tolerance as wide as twice of what an epsilon of 1e-8 can do to a number in so many steps of 0.001."""
    return {"rtol": 1e-9, "atol": 2e-8 * steps}


def three(got, expect):
    """The answer as a tuple of three; a list of three is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 3,
        en="`adam_step` must return three arrays: the new param, m and v.",
        es="`adam_step` debe devolver tres arrays: el nuevo param, m y v.",
        name="adam_step",
    )
    return tuple(got)


def adam_answers(learner, reference, expect, questions, settings, **asked):
    """Ask `adam_step` all of these questions, and compare the parts from `asked["parts"]`."""
    parts, tolerance = asked["parts"], asked.get("tolerance", {})
    answers = [learner.adam_step(*question, **own) for question, own in zip(questions, settings, strict=True)]
    for question, own, answer in zip(questions, settings, answers, strict=True):
        want = reference.adam_step(*question, **own)
        expect.close(three(answer, expect)[parts], want[parts], names=NAMES[parts], **tolerance)


def runs_agree(learner, reference, expect, questions, settings, **tolerance):
    """Let `unroll` take all of these runs, and compare each step of each."""
    runs = [learner.unroll(*question, **own) for question, own in zip(questions, settings, strict=True)]
    for question, own, got in zip(questions, settings, runs, strict=True):
        expect.close(got, reference.unroll(*question, **own), per_step=True, **tolerance)


def test_returns_three_arrays(learner, reference, rng, expect):
    shapes = ((4,), (2, 3), (1,), (2, 2, 2))
    questions = [(rng.normal(size=s), ordinary(rng, s), np.zeros(s), np.zeros(s), 1) for s in shapes]
    answers = [learner.adam_step(*question) for question in questions]
    for shape, answer in zip(shapes, answers, strict=True):
        for name, array in zip(NAMES, three(answer, expect), strict=True):
            expect.shape(array, shape, name)


def test_averages_the_gradient_and_its_square(learner, reference, rng, expect):
    questions = []
    for shape in ((5,), (2, 3), (3, 3)):
        state = ordinary(rng, shape), rng.uniform(3.0, 5.0, size=shape)
        questions.append((rng.normal(size=shape), ordinary(rng, shape), *state, int(rng.integers(3, 30))))
    # Slopes that add up to zero, some that are zero, and such as are huge or tiny.
    even = np.array([1.5, -1.5, 0.5, -0.5, 0.0])
    for grad in (even, 1e5 * even, 1e-5 * even):
        questions.append((rng.normal(size=5), grad, ordinary(rng, 5), rng.uniform(3.0, 5.0, size=5), 4))
    adam_answers(learner, reference, expect, questions, [{}] * len(questions), parts=slice(1, 3))


def test_first_step_has_size_lr(learner, reference, rng, expect):
    questions, settings = [], []
    for lr in (float(rng.uniform(0.05, 0.5)), float(rng.uniform(2.0, 3.0))):
        grad = ordinary(rng, 6) * 10.0 ** np.array([0, 0, 0, 1, 2, 3])
        questions.append((rng.normal(size=6), grad, np.zeros(6), np.zeros(6), 1))
        settings.append({"lr": lr})
    wide = {"rtol": 1e-5, "atol": 1e-5}
    adam_answers(learner, reference, expect, questions, settings, parts=slice(0, 1), tolerance=wide)


def test_correction_fades_over_many_steps(learner, reference, rng, expect):
    questions = [(rng.normal(size=3), ordinary(rng, 3) + 0.3 * rng.normal(size=(100, 3))) for _ in range(2)]
    runs_agree(learner, reference, expect, questions, [{}] * 2, **wherever_eps_stands(100))


def test_each_beta_has_its_own_average(learner, reference, rng, expect):
    questions = [(rng.normal(size=3), ordinary(rng, 3) * rng.uniform(0.5, 1.5, size=(12, 3))) for _ in range(2)]
    beta1, beta2 = float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.9, 0.97))
    settings = [{"beta1": beta1, "beta2": beta2}, {"beta1": beta2, "beta2": beta1}]
    runs_agree(learner, reference, expect, questions, settings, **wherever_eps_stands(12))


def test_epsilon_counts_for_tiny_gradients(learner, reference, rng, expect):
    # With the usual epsilon and slopes of its size; and with one so large that it counts among everyday slopes too.
    questions = [(rng.normal(size=3), 1e-7 * ordinary(rng, (4, 3))), (rng.normal(size=3), ordinary(rng, (4, 3)))]
    runs_agree(learner, reference, expect, questions, [{}, {"eps": float(rng.uniform(0.1, 0.4))}])


def test_zero_gradient_moves_nothing_at_first(learner, reference, rng, expect):
    questions = []
    for shape in ((4,), (2, 3)):
        zero = np.zeros(shape)
        questions.append((rng.normal(size=shape), zero, zero.copy(), zero.copy(), int(rng.integers(2, 9))))
    some = ordinary(rng, 4) * [1, 0, 1, 0]
    wide = wherever_eps_stands(1)
    questions.append((rng.normal(size=4), some, np.zeros(4), np.zeros(4), 1))
    adam_answers(learner, reference, expect, questions, [{}] * 3, parts=slice(0, 3), tolerance=wide)


def test_parameters_do_not_share_a_count(learner, reference, rng, expect):
    shapes = ((3,), (2, 4), (1,), (3,), (2, 2, 2))
    starts = [rng.normal(size=shape) for shape in shapes]
    grads = [[ordinary(rng, shape) for shape in shapes] for _ in range(5)]
    got = learner.unroll_each(starts, grads)
    expect.close(got, reference.unroll_each(starts, grads), **wherever_eps_stands(5))


def test_leaves_its_inputs_alone(learner, reference, rng, expect):
    arguments = (rng.normal(size=4), ordinary(rng, 4), ordinary(rng, 4), rng.uniform(0.5, 2.0, size=4), 7)
    learner.adam_step(*arguments)
    expect.unchanged(learner, names=("param", "grad", "m", "v"))
