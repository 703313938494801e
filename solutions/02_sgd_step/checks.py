"""Hidden checks of `sgd_step`, from the direction of one step to a walk of many.

Gradients stay away from zero; a missing one never comes first, so that stopping at it differs from never starting.
Recording is off in the first of the calls about it, so that a step which cannot be recorded shows its values once.
"""

import numpy as np

SHAPES = ((3,), (2, 4), (1,), (5, 2))
ANY_VALUE = 1e9
"""A relative tolerance that asks for arrays, shapes and finite numbers, and for no particular value."""


def away_from_zero(rng, shape):
    """Numbers of either sign, none near zero and few near one."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 3.0, size=shape)


def model(rng, shapes=SHAPES):
    """Values and gradients of several parameters, and a learning rate."""
    values = [rng.normal(size=shape) for shape in shapes]
    return values, [away_from_zero(rng, shape) for shape in shapes], float(rng.uniform(0.05, 0.4))


def seen(observed, what, expect):
    """One part of what the harness saw; it is always there unless the program meddled with the harness."""
    expect.that(
        isinstance(observed, dict) and what in observed,
        en="Your program changed what watches it run, so nothing can be said about its step.",
        es="Tu programa ha modificado lo que lo observa mientras se ejecuta, así que no se puede juzgar su paso.",
        name=what,
    )
    return observed[what]


def same(got, want, what, expect):
    """The learner's parameters, or their gradients, are the reference's."""
    names = [f"params[{i}]" if what == "values" else f"params[{i}].grad" for i in range(len(want[what]))]
    expect.close(seen(got, what, expect), want[what], names=names)


def test_moves_against_the_gradient(learner, reference, rng, expect):
    values, gradients, lr = model(rng, shapes=((6,),))
    after = seen(learner.take_step(values, gradients, lr), "values", expect)
    expect.close(after, reference.take_step(values, gradients, lr)["values"], names=["params[0]"], rtol=ANY_VALUE)
    moved = after[0] - values[0]
    expect.that(
        np.any(moved != 0),
        en="The parameter is where it was before the call: nothing moved.",
        es="El parámetro está donde estaba antes de la llamada: no se ha movido nada.",
        name="params[0]",
    )
    expect.that(
        np.all(moved * gradients[0] < 0),
        en="Where the gradient is positive the loss rises with the parameter, and somewhere yours went up too.",
        es="Donde el gradiente es positivo, la pérdida sube con el parámetro, y en algún sitio el tuyo también subió.",
        name="params[0]",
    )


def test_step_is_lr_times_the_gradient(learner, reference, rng, expect):
    for _ in range(2):
        arguments = model(rng, shapes=((2, 3),))
        same(learner.take_step(*arguments), reference.take_step(*arguments), "values", expect)


def test_every_parameter_moves(learner, reference, rng, expect):
    arguments = model(rng)
    same(learner.take_step(*arguments), reference.take_step(*arguments), "values", expect)


def test_passes_over_missing_gradients(learner, reference, rng, expect):
    for trainable in ([True, False, True, True], [True, True, True, True]):
        values, gradients, lr = model(rng)
        gradients[1] = None
        got = learner.take_step(values, gradients, lr, trainable=trainable)
        same(got, reference.take_step(values, gradients, lr, trainable=trainable), "values", expect)


def test_leaves_the_gradients_alone(learner, reference, rng, expect):
    for missing in (None, 1):
        values, gradients, lr = model(rng)
        if missing is not None:
            gradients[missing] = None
        got = learner.take_step(values, gradients, lr)
        same(got, reference.take_step(values, gradients, lr), "gradients", expect)


def test_keeps_the_parameters_themselves(learner, reference, rng, expect):
    values, gradients, lr = model(rng)
    got = learner.take_step(values, gradients, lr)
    expect.that(
        seen(got, "positions", expect) == list(range(len(values))),
        en="The list of parameters no longer holds the same objects: the model still has the old ones.",
        es="La lista de parámetros ya no contiene los mismos objetos: el modelo sigue teniendo los de antes.",
        name="params",
    )
    expect.that(
        seen(got, "requires_grad", expect) == [True] * len(values),
        en="After the call some parameter no longer has `requires_grad`: the next `backward` will pass it by.",
        es="Tras la llamada, algún parámetro ya no tiene `requires_grad`: el próximo `backward` lo pasará por alto.",
        name="requires_grad",
    )


def test_leaves_recording_as_it_was(learner, reference, rng, expect):
    for recording in (False, True):
        got = learner.take_step(*model(rng), recording=recording)
        expect.that(
            seen(got, "recording", expect) is recording,
            en="`torch.is_grad_enabled()` no longer says what it said before the call.",
            es="`torch.is_grad_enabled()` ya no dice lo mismo que antes de la llamada.",
            name="recording",
        )


def test_accepts_any_iterable(learner, reference, rng, expect):
    arguments = model(rng)
    as_list = seen(learner.take_step(*arguments), "values", expect)
    names = [f"params[{i}]" for i in range(len(SHAPES))]
    for container in ("tuple", "generator"):
        got = seen(learner.take_step(*arguments, container=container), "values", expect)
        expect.close(got, as_list, names=names)
    learner.take_step([], [], 0.1, container="generator")


def test_walks_downhill_like_sgd(learner, reference, rng, expect):
    start = away_from_zero(rng, 2)
    rates = rng.uniform(0.1, 0.5, size=15).tolist()
    expect.close(learner.descend(start, rates), reference.descend(start, rates), names="w", per_step=True)
