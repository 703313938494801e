"""Hidden checks of `sgd_step`, from the direction of one step to a walk of many.

Gradients stay away from zero, but where they must not matter less for it; a missing one never comes first, so that
stopping at it differs from never starting. What a step leaves behind is judged by where the next one leads: gradients
that are gone, parameters that no longer learn and recording that was switched move something else.
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


def named(values):
    """A name for each parameter."""
    return [f"params[{i}]" for i in range(len(values))]


def same_steps(learner, reference, expect, questions, **settings):
    """Take all of these steps; the learner's parameters must end where the reference's do."""
    observed = [learner.take_step(*question, **settings) for question in questions]
    for question, answer in zip(questions, observed, strict=True):
        want = reference.take_step(*question, **settings)["values"]
        expect.close(seen(answer, "values", expect), want, names=named(want))
    return observed


def moves(observed, values, expect, *, from_first):
    """How far the two steps went, for each parameter that the first one moved; there is one at least."""
    first, second = seen(observed, "first", expect), seen(observed, "second", expect)
    for after in (first, second):
        expect.close(after, values, names=named(values), rtol=ANY_VALUE)
    begin = first if from_first else values
    pairs = [(a - v, b - w) for a, b, v, w in zip(first, second, values, begin, strict=True) if np.any(a != v)]
    expect.that(
        pairs,
        en="No parameter has moved.",
        es="No se ha movido ningún parámetro.",
        name="params",
    )
    return pairs


def moves_again(observed, values, expect, *, from_first, en, es):
    """What the first step moved, the second moves as far."""
    pairs = moves(observed, values, expect, from_first=from_first)
    expect.that(all(np.allclose(two, one, rtol=1e-6, atol=1e-9) for one, two in pairs), en=en, es=es, name="params")


def moves_no_more(observed, values, expect, *, from_first, en, es):
    """The second step moves nothing."""
    pairs = moves(observed, values, expect, from_first=from_first)
    expect.that(not any(np.any(two) for _, two in pairs), en=en, es=es, name="params")


def moved_against(after, values, gradients, expect):
    """Every number moved, and downhill."""
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


def test_moves_against_the_gradient(learner, reference, rng, expect):
    values, gradients, lr = model(rng, shapes=((6,),))
    observed = learner.take_step(values, gradients, lr)
    after = seen(observed, "values", expect)
    expect.close(after, reference.take_step(values, gradients, lr)["values"], names=["params[0]"], rtol=ANY_VALUE)
    moved_against(after, values, gradients, expect)


def test_step_is_lr_times_the_gradient(learner, reference, rng, expect):
    questions = [model(rng, shapes=((2, 3),)) for _ in range(2)]
    # A rate above one; slopes that are huge, tiny, zero here and there, or add up to zero.
    values, gradients, _ = model(rng, shapes=((2, 3),))
    questions.append((values, gradients, float(rng.uniform(2.0, 5.0))))
    questions.append((values, [1e4 * gradients[0]], 0.5))
    questions.append((values, [1e-6 * gradients[0]], 0.5))
    questions.append((values, [gradients[0] * [[1, 0, 1], [0, 1, 1]]], 0.25))
    questions.append((values, [np.array([[1.0, -2.0, 3.0], [-1.0, 2.0, -3.0]])], 0.25))
    same_steps(learner, reference, expect, questions)


def test_every_parameter_moves(learner, reference, rng, expect):
    shapes = (SHAPES, ((2, 3, 4), (1, 1), (7,)), ((2, 2), (2, 2), (2, 2)))
    questions = [model(rng, shapes=own) for own in shapes]
    # Parameters that begin at zero, as biases do, and two that begin with equal numbers.
    values, gradients, lr = model(rng, shapes=((3,), (3,), (3,)))
    same_steps(learner, reference, expect, [*questions, ([np.zeros(3), values[1], values[1].copy()], gradients, lr)])


def test_passes_over_missing_gradients(learner, reference, rng, expect):
    questions = []
    for missing, trainable in (([1], [True, False, True, True]), ([1], None), ([1, 2], None), ([3], None)):
        values, gradients, lr = model(rng)
        questions.append(
            (values, [None if i in missing else g for i, g in enumerate(gradients)], lr, "list", trainable)
        )
    values, _, lr = model(rng)
    questions.append((values, [None] * len(values), lr))
    for question, observed in zip(questions, same_steps(learner, reference, expect, questions), strict=True):
        still_missing(seen(observed, "gradients", expect), question[1], expect)


def still_missing(after, before, expect):
    """No gradient has come where there was none."""
    for i, gradient in enumerate(before):
        if gradient is None:
            expect.close(after[i], None, names=f"params[{i}].grad")


def test_leaves_the_gradients_alone(learner, reference, rng, expect):
    questions = [model(rng), model(rng, shapes=((4,),))]
    watched = [learner.take_step(*question) for question in questions]
    answers = [learner.two_steps(*question, backward=False) for question in questions]
    for question, watch, answer in zip(questions, watched, answers, strict=True):
        names = [f"{name}.grad" for name in named(question[0])]
        expect.close(seen(watch, "gradients", expect), question[1], names=names)
        moves_again(
            answer,
            question[0],
            expect,
            from_first=True,
            en="A second step with the same gradients must move each parameter as the first one did.",
            es="Un segundo paso con los mismos gradientes debe mover cada parámetro igual que el primero.",
        )


def test_keeps_the_parameters_themselves(learner, reference, rng, expect):
    question = model(rng)
    watched, answer = learner.take_step(*question), learner.two_steps(*question)
    same_objects(watched, expect)
    moves_again(
        answer,
        question[0],
        expect,
        from_first=True,
        en="After the call some parameter no longer has `requires_grad`: the next `backward` passes it by.",
        es="Tras la llamada, algún parámetro ya no tiene `requires_grad`: el próximo `backward` lo pasa por alto.",
    )


def same_objects(watched, expect):
    """The list that was given still holds the parameters it held."""
    expect.that(
        seen(watched, "positions", expect) == list(range(len(SHAPES))),
        en="The list of parameters no longer holds the same objects: the model still has the old ones.",
        es="La lista de parámetros ya no contiene los mismos objetos: el modelo sigue teniendo los de antes.",
        name="params",
    )


def test_leaves_recording_as_it_was(learner, reference, rng, expect):
    off, on = model(rng), model(rng)
    learner.take_step(*off, recording=False)
    without = learner.step_and_record(*off, recording=False)
    with_it = learner.step_and_record(*on, recording=True)
    moves_no_more(
        without,
        off[0],
        expect,
        from_first=False,
        en="Autograd was not recording before the call, and it is afterwards: a `backward` leaves gradients.",
        es="Autograd no grababa antes de la llamada, y después sí: un `backward` deja gradientes.",
    )
    moves_again(
        with_it,
        on[0],
        expect,
        from_first=False,
        en="Autograd was recording before the call, and it is not afterwards: no `backward` leaves gradients.",
        es="Autograd grababa antes de la llamada, y después no: ningún `backward` deja gradientes.",
    )


def test_accepts_any_iterable(learner, reference, rng, expect):
    question = model(rng)
    as_list = learner.take_step(*question)
    others = [learner.take_step(*question, container=container) for container in ("tuple", "generator")]
    learner.take_step([], [], 0.1, container="generator")
    learner.take_step([], [], 0.1)
    want = seen(as_list, "values", expect)
    for other in others:
        expect.close(seen(other, "values", expect), want, names=named(want))


def test_walks_downhill_like_sgd(learner, reference, rng, expect):
    start = away_from_zero(rng, 2)
    rates = rng.uniform(0.1, 0.5, size=15).tolist()
    expect.close(learner.descend(start, rates), reference.descend(start, rates), names="w", per_step=True)
