"""Hidden checks of clipping, from one large gradient to a step of training with a gradient left over.

Away from the two checks about them, norms are so large, or so far below the ceiling, that 1e-6 cannot matter: one
belief, one failure. A missing gradient never comes first, so that stopping at it differs from never starting.
"""

import numpy as np

SHAPES = ((3,), (2, 4), (1,), (5, 2))
ORDINARY, LARGE, HUGE = 1.0, 1e4, 1e7
WHOLE_NORMS = (((0.75,), (1.0,), 1.25), ((0.5, 0.75), (1.5,), 1.75), ((0.25, 1.0), (2.0,), 2.25))
"""The parts of two gradients, and the norm of both together: exact in floats, whatever the order of the sum."""


def away_from_zero(rng, shape, size):
    """Numbers of either sign, none near zero."""
    return size * rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 3.0, size=shape)


def model(rng, shapes=SHAPES, size=LARGE):
    """Values and gradients of several parameters."""
    return [rng.normal(size=shape) for shape in shapes], [away_from_zero(rng, shape, size) for shape in shapes]


def norm_of(gradients):
    """The size of a question, not its answer: ceilings are drawn around it."""
    return float(np.linalg.norm(np.concatenate([g.ravel() for g in gradients if g is not None])))


def seen(observed, what, expect):
    """One part of what the harness saw; it is always there unless the program meddled with the harness."""
    expect.that(
        isinstance(observed, dict) and what in observed,
        en="Your program changed what watches it run, so nothing can be said about its clipping.",
        es="Tu programa ha modificado lo que lo observa mientras se ejecuta, así que no se puede juzgar su recorte.",
        name=what,
    )
    return observed[what]


def same(got, want, expect, what="gradients"):
    """The learner's gradients, or values, are the reference's."""
    of = {"gradients": "params[{}].grad", "values": "params[{}]"}[what]
    expect.close(seen(got, what, expect), want[what], names=[of.format(i) for i in range(len(want[what]))])


def test_large_gradients_come_down_to_max_norm(learner, reference, rng, expect):
    for shape in ((6,), (2, 3)):
        values, gradients = model(rng, shapes=(shape,))
        question = (values, gradients, float(rng.uniform(0.1, 0.6)) * norm_of(gradients))
        got, want = learner.clip_norm(*question), reference.clip_norm(*question)
        same(got, want, expect)
        same(got, want, expect, "values")


def test_returns_the_norm_from_before(learner, reference, rng, expect):
    for shapes, share in ((((5,),), 0.4), (SHAPES, 0.4), (SHAPES, 1.9)):
        values, gradients = model(rng, shapes)
        question = (values, gradients, share * norm_of(gradients))
        got, want = learner.clip_norm(*question), reference.clip_norm(*question)
        expect.close(seen(got, "norm", expect), want["norm"], names="norm")


def test_one_norm_for_all_parameters(learner, reference, rng, expect):
    values, gradients = model(rng)
    gradients[0] *= 0.02
    question = (values, gradients, float(rng.uniform(0.2, 0.6)) * norm_of(gradients))
    same(learner.clip_norm(*question), reference.clip_norm(*question), expect)


def test_small_gradients_stay_as_they_are(learner, reference, rng, expect):
    for size, share in ((LARGE, 1.2), (ORDINARY, 1.5), (ORDINARY, 40.0)):
        values, gradients = model(rng, size=size)
        question = (values, gradients, share * norm_of(gradients))
        same(learner.clip_norm(*question), reference.clip_norm(*question), expect)
    values, gradients = model(rng)
    comes_down(learner.clip_norm(values, gradients, 0.1 * norm_of(gradients)), gradients, expect)


def comes_down(observed, gradients, expect):
    """A large gradient does not stay as it is: who changes none at all clips nothing."""
    expect.that(
        any(
            not np.array_equal(after, g)
            for after, g in zip(seen(observed, "gradients", expect), gradients, strict=True)
        ),
        en="A gradient ten times as long as `max_norm` stayed as it was too: nothing is clipped.",
        es="Un gradiente diez veces más largo que `max_norm` también se quedó como estaba: no se recorta nada.",
        name="clip_grad_norm",
    )


def test_a_norm_at_the_limit_still_shrinks(learner, reference, rng, expect):
    first, second, norm = WHOLE_NORMS[int(rng.integers(len(WHOLE_NORMS)))]
    gradients = [np.array(first), -np.array(second)]
    question = ([np.zeros(len(first)), np.ones(len(second))], gradients, norm)
    same(learner.clip_norm(*question), reference.clip_norm(*question), expect)


def test_epsilon_counts_for_tiny_norms(learner, reference, rng, expect):
    for size, ceiling in ((7e-7, 3e-7), (4e-6, 1e-6)):
        values, gradients = model(rng, shapes=((3,), (2, 2)), size=1.0)
        tiny = size * float(rng.uniform(0.8, 1.2)) / norm_of(gradients)
        question = (values, [tiny * g for g in gradients], ceiling)
        same(learner.clip_norm(*question), reference.clip_norm(*question), expect)


def test_norm_passes_over_missing_gradients(learner, reference, rng, expect):
    for missing in ((1,), (2, 3), (0, 1, 2, 3)):
        values, gradients = model(rng)
        ceiling = 0.3 * norm_of(gradients)
        gradients = [None if i in missing else g for i, g in enumerate(gradients)]
        got, want = learner.clip_norm(values, gradients, ceiling), reference.clip_norm(values, gradients, ceiling)
        same(got, want, expect)
        expect.close(seen(got, "norm", expect), want["norm"], names="norm")


def test_cuts_each_value_on_its_own(learner, reference, rng, expect):
    for limit in (0.5, 1.2, 5.0):
        values, gradients = model(rng, size=ORDINARY)
        got, want = learner.clip_value(values, gradients, limit), reference.clip_value(values, gradients, limit)
        same(got, want, expect)
        same(got, want, expect, "values")


def test_value_passes_over_missing_gradients(learner, reference, rng, expect):
    # Never all of them: there PyTorch itself raises an error.
    for missing in ((1,), (1, 3)):
        values, gradients = model(rng, size=ORDINARY)
        gradients = [None if i in missing else g for i, g in enumerate(gradients)]
        same(learner.clip_value(values, gradients, 0.8), reference.clip_value(values, gradients, 0.8), expect)


def test_accepts_any_iterable(learner, reference, rng, expect):
    values, gradients = model(rng)
    ceiling = 0.3 * norm_of(gradients)
    as_list = seen(learner.clip_norm(values, gradients, ceiling), "gradients", expect)
    cut = seen(learner.clip_value(values, gradients, LARGE), "gradients", expect)
    names = [f"params[{i}].grad" for i in range(len(SHAPES))]
    for container in ("tuple", "generator"):
        got = learner.clip_norm(values, gradients, ceiling, container=container)
        expect.close(seen(got, "gradients", expect), as_list, names=names)
        got = learner.clip_value(values, gradients, LARGE, container=container)
        expect.close(seen(got, "gradients", expect), cut, names=names)
    empty = learner.clip_norm([], [], 1.0, container="generator")
    expect.close(seen(empty, "norm", expect), 0.0, names="norm")


def problem(rng, steps):
    """Weight and bias of a linear model, and batches so far from it that every gradient is huge."""
    weights = [rng.normal(size=(3, 2)), rng.normal(size=2)]
    return weights, [(rng.normal(size=(6, 3)), HUGE * (1.0 + rng.uniform(size=(6, 2)))) for _ in range(steps)]


def steps_agree(learner, reference, expect, *question):
    """Norms and parameters step by step; what is in `.grad` after a call is nobody's business."""
    got, want = learner.take_steps(*question), reference.take_steps(*question)
    asked = ("norm", "weight", "bias")
    expect.close({part: seen(got, part, expect) for part in asked}, {part: want[part] for part in asked}, per_step=True)


def test_clips_between_backward_and_step(learner, reference, rng, expect):
    # A large eps, or Adam would hardly notice a gradient that is off by a constant factor.
    for optimizer, settings in (
        ("SGD", {"lr": 0.1}),
        ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
        ("Adam", {"lr": 0.1, "eps": 500.0}),
    ):
        for ceiling in (50 * HUGE, 500.0):
            question = (*problem(rng, 1), ceiling, optimizer, settings)
            steps_agree(learner, reference, expect, *question)


def test_a_leftover_gradient_does_not_count(learner, reference, rng, expect):
    weights, batches = problem(rng, 1)
    stale = [away_from_zero(rng, w.shape, HUGE) for w in weights]
    question = (weights, batches, 500.0, "SGD", {"lr": 0.1}, stale)
    steps_agree(learner, reference, expect, *question)
    weights, batches = problem(rng, 4)
    question = (weights, batches, 500.0, "SGD", {"lr": 0.1, "momentum": 0.5})
    steps_agree(learner, reference, expect, *question)
