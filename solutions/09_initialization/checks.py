"""Hidden checks of `initialization`, from the shape of its answer on. FILL IN: what your own checks must tell apart."""

import numpy as np


def test_returns_an_array_like_x(learner, reference, rng, expect):
    for shape in ((3,), (2, 2)):
        expect.shape(learner.initialization(rng.normal(size=shape)), shape, "y")


def test_scales_and_shifts(learner, reference, rng, expect):
    x = rng.normal(size=5)
    settings = {"scale": float(rng.uniform(2.0, 3.0)), "shift": float(rng.uniform(0.5, 1.5))}
    expect.close(learner.initialization(x, **settings), reference.initialization(x, **settings), names="y")


def test_takes_any_shape(learner, reference, rng, expect):
    x = rng.normal(size=(2, 3, 1))
    expect.close(learner.initialization(x), reference.initialization(x), names="y")


def test_counts_the_shift_of_tiny_values(learner, reference, rng, expect):
    x = 1e-7 * rng.normal(size=4)
    expect.close(learner.initialization(x), reference.initialization(x), names="y")


def test_goes_on_from_its_own_answer(learner, reference, rng, expect):
    x = rng.normal(size=3)
    got, want = learner.unroll(x, 6, scale=0.5), reference.unroll(x, 6, scale=0.5)
    expect.close(got, want, names="y", per_step=True)


def test_leaves_its_input_alone(learner, reference, rng, expect):
    learner.initialization(rng.normal(size=4))
    expect.unchanged(learner, names=("x",))
