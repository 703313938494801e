"""Hidden checks of both forms of momentum, from the shape of an answer to a rate that changes on the way."""

NAMES = ("param", "velocity")


def some(rng, shape):
    """Numbers of either sign, none near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def drawn(rng, low, high):
    return round(float(rng.uniform(low, high)), 3)


def both(got, expect):
    """The answer as a tuple of two; a list of two is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 2,
        en="A step must return two arrays: the new param and velocity.",
        es="Un paso debe devolver dos arrays: el nuevo param y la nueva velocity.",
        name="momentum",
    )
    return tuple(got)


def steps_agree(learner, reference, expect, *question, only=slice(None), **settings):
    got = both(learner.momentum_step(*question, **settings), expect)
    want = reference.momentum_step(*question, **settings)
    expect.close(got[only], want[only], names=NAMES[only])


def test_returns_two_arrays(learner, reference, rng, expect):
    for shape in ((4,), (2, 3)):
        question = some(rng, shape), some(rng, shape), some(rng, shape)
        for got in (learner.momentum_step(*question), learner.physics_step(*question)):
            for name, array in zip(NAMES, both(got, expect), strict=True):
                expect.shape(array, shape, name)


def test_first_velocity_is_the_gradient(learner, reference, rng, expect):
    steps_agree(learner, reference, expect, some(rng, 5), some(rng, 5), None, drawn(rng, 0.1, 0.4))


def test_velocity_keeps_its_share_and_takes_the_gradient_whole(learner, reference, rng, expect):
    question = (some(rng, 5), some(rng, 5), some(rng, 5), drawn(rng, 0.1, 0.4), drawn(rng, 0.6, 0.8))
    steps_agree(learner, reference, expect, *question, only=slice(1, None))
    steps_agree(learner, reference, expect, some(rng, 3), some(rng, 3), some(rng, 3), only=slice(1, None))


def test_moves_by_the_new_velocity(learner, reference, rng, expect):
    question = (some(rng, (2, 3)), some(rng, (2, 3)), some(rng, (2, 3)), drawn(rng, 0.1, 0.4), drawn(rng, 0.6, 0.8))
    steps_agree(learner, reference, expect, *question, only=slice(1))


def test_dampening_waits_for_the_second_step(learner, reference, rng, expect):
    settings = {"lr": drawn(rng, 0.1, 0.4), "momentum": drawn(rng, 0.6, 0.8), "dampening": drawn(rng, 0.2, 0.7)}
    steps_agree(learner, reference, expect, some(rng, 4), some(rng, 4), None, **settings)


def test_dampening_lessens_later_gradients(learner, reference, rng, expect):
    settings = {"lr": drawn(rng, 0.1, 0.4), "momentum": drawn(rng, 0.6, 0.8), "dampening": drawn(rng, 0.45, 0.7)}
    steps_agree(learner, reference, expect, some(rng, 4), some(rng, 4), some(rng, 4), **settings)


def test_nesterov_looks_ahead_with_the_new_velocity(learner, reference, rng, expect):
    start, grads, rates = some(rng, 4), some(rng, (4, 4)), [drawn(rng, 0.1, 0.4)] * 4
    settings = {"momentum": drawn(rng, 0.6, 0.8), "nesterov": True}
    got, want = learner.unroll(start, grads, rates, **settings), reference.unroll(start, grads, rates, **settings)
    expect.close(got, want, per_step=True)


def test_without_momentum_it_is_plain_sgd(learner, reference, rng, expect):
    for velocity in (None, some(rng, 4)):
        question = (some(rng, 4), some(rng, 4), velocity, drawn(rng, 0.1, 0.4), 0.0)
        steps_agree(learner, reference, expect, *question, only=slice(1))


def test_physics_moves_by_its_velocity(learner, reference, rng, expect):
    question = (some(rng, 5), some(rng, 5), some(rng, 5), drawn(rng, 0.1, 0.4), drawn(rng, 0.6, 0.8))
    got = both(learner.physics_step(*question), expect)
    expect.close(got, reference.physics_step(*question), names=NAMES)
    start, grads = some(rng, 2), some(rng, (6, 2))
    got, want = learner.unroll_physics(start, grads, [0.01] * 6), reference.unroll_physics(start, grads, [0.01] * 6)
    expect.close(got, want, per_step=True)


def test_a_velocity_of_one_form_becomes_that_of_the_other(learner, reference, rng, expect):
    for shape in ((5,), (2, 3)):
        velocity, lr = some(rng, shape), drawn(rng, 0.1, 0.4)
        expect.close(learner.as_physics(velocity, lr), reference.as_physics(velocity, lr), names="velocity")
        expect.close(learner.as_pytorch(velocity, lr), reference.as_pytorch(velocity, lr), names="velocity")


def test_the_forms_part_when_the_rate_changes(learner, reference, rng, expect):
    start, grads, rates = some(rng, 3), some(rng, (12, 3)), [0.2] * 4 + [0.05] * 4 + [0.4] * 4
    for unroll in ("unroll", "unroll_physics"):
        got = getattr(learner, unroll)(start, grads, rates, momentum=0.7)
        expect.close(got, getattr(reference, unroll)(start, grads, rates, momentum=0.7), per_step=True)


def test_leaves_its_inputs_alone(learner, reference, rng, expect):
    learner.momentum_step(some(rng, 4), some(rng, 4), some(rng, 4))
    expect.unchanged(learner, names=("param", "grad", "velocity"))
    learner.physics_step(some(rng, 4), some(rng, 4), some(rng, 4))
    expect.unchanged(learner, names=("param", "grad", "velocity"))
    learner.as_physics(some(rng, 4), 0.3)
    expect.unchanged(learner, names=("velocity",))
    learner.as_pytorch(some(rng, 4), 0.3)
    expect.unchanged(learner, names=("velocity",))
