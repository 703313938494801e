"""Hidden checks of the backward pass, from the shapes of one layer to the whole network.

Upstream gradients stay away from zero and batches hold several rows, so that each wrong way shows. The last
check asks square layers, on which a transposed product raises nothing: one belief, one failure.
"""

import numpy as np

LINEAR = ("grad_x", "grad_weight", "grad_bias")


def away_from_zero(rng, shape):
    """Numbers of either sign, none near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def layer(rng, rows, inputs, outputs):
    """The arguments of `linear_backward`."""
    return (
        away_from_zero(rng, (rows, outputs)),
        away_from_zero(rng, (rows, inputs)),
        away_from_zero(rng, (inputs, outputs)),
    )


def network(rng, inputs, hidden, classes):
    """The weights of a small classifier whose hidden units are neither all on nor all off."""
    return {
        "w1": rng.normal(size=(inputs, hidden)),
        "b1": 0.1 * rng.normal(size=hidden),
        "w2": rng.normal(size=(hidden, classes)),
        "b2": 0.1 * rng.normal(size=classes),
    }


def three(got, expect):
    """The answer of `linear_backward` as a tuple; a list of three is as good."""
    expect.that(
        isinstance(got, (tuple, list)) and len(got) == 3,
        en="`linear_backward` must return three arrays: `grad_x`, `grad_weight` and `grad_bias`.",
        es="`linear_backward` debe devolver tres arrays: `grad_x`, `grad_weight` y `grad_bias`.",
        name="linear_backward",
    )
    return tuple(got)


def by_name(got, params, expect):
    """The answer of `mlp_backward`, once it is known to have one entry for each parameter."""
    expect.that(
        isinstance(got, dict) and set(got) == set(params),
        en="`mlp_backward` must return a dict with the keys `w1`, `b1`, `w2` and `b2`, and no other.",
        es="`mlp_backward` debe devolver un diccionario con las claves `w1`, `b1`, `w2` y `b2`, y ninguna otra.",
        name="mlp_backward",
    )
    return {name: got[name] for name in params}


def test_linear_gradients_have_the_shapes(learner, reference, rng, expect):
    grad_out, x, weight = layer(rng, 5, 4, 3)
    got = three(learner.linear_backward(grad_out, x, weight), expect)
    for name, array, shape in zip(LINEAR, got, (x.shape, weight.shape, (3,)), strict=True):
        expect.shape(array, shape, name)


def test_linear_gradients_are_right(learner, reference, rng, expect):
    for rows, inputs, outputs in ((1, 2, 3), (6, 5, 2), (4, 3, 7)):
        arguments = layer(rng, rows, inputs, outputs)
        got = three(learner.linear_backward(*arguments), expect)
        expect.close(got, reference.linear_backward(*arguments), names=LINEAR)


def test_square_layer_is_not_transposed(learner, reference, rng, expect):
    arguments = layer(rng, 4, 4, 4)
    got = three(learner.linear_backward(*arguments), expect)
    expect.close(got, reference.linear_backward(*arguments), names=LINEAR)


def test_relu_blocks_negative_inputs(learner, reference, rng, expect):
    arguments = away_from_zero(rng, (6, 5)), away_from_zero(rng, (6, 5))
    expect.close(learner.relu_backward(*arguments), reference.relu_backward(*arguments), names="grad_x")


def test_relu_is_flat_at_zero(learner, reference, rng, expect):
    grad_out, x = away_from_zero(rng, (4, 6)), away_from_zero(rng, (4, 6))
    x[:, ::3] = 0.0
    x[0, 0] = -0.0
    expect.close(learner.relu_backward(grad_out, x), reference.relu_backward(grad_out, x), names="grad_x")


def test_softmax_gradient_of_one_example(learner, reference, rng, expect):
    for classes in (3, 6):
        arguments = 2.0 * rng.normal(size=(1, classes)), rng.integers(classes, size=1)
        got = learner.softmax_cross_entropy_backward(*arguments)
        expect.close(got, reference.softmax_cross_entropy_backward(*arguments), names="grad_logits")


def test_softmax_gradient_is_of_the_mean(learner, reference, rng, expect):
    for rows in (2, 5, 9):
        labels = rng.integers(4, size=rows)
        labels[:2] = rng.permutation(4)[:2]
        arguments = 2.0 * rng.normal(size=(rows, 4)), labels
        got = learner.softmax_cross_entropy_backward(*arguments)
        expect.close(got, reference.softmax_cross_entropy_backward(*arguments), names="grad_logits")


def test_softmax_survives_large_logits(learner, reference, rng, expect):
    level = np.array([[1000.0], [-1000.0], [0.0]])
    arguments = level + rng.normal(size=(3, 4)), rng.permutation(4)[:3]
    got = learner.softmax_cross_entropy_backward(*arguments)
    expect.close(got, reference.softmax_cross_entropy_backward(*arguments), names="grad_logits")


def test_network_returns_a_gradient_for_each_parameter(learner, reference, rng, expect):
    params = network(rng, 6, 5, 3)
    got = learner.mlp_backward(rng.normal(size=(4, 6)), np.array([0, 1, 2, 1]), params)
    for name, grad in by_name(got, params, expect).items():
        expect.shape(grad, params[name].shape, name)


def test_network_gradients_are_right(learner, reference, rng, expect):
    for rows, sizes in ((1, (3, 8, 2)), (7, (5, 9, 4))):
        params = network(rng, *sizes)
        x, labels = rng.normal(size=(rows, sizes[0])), rng.integers(sizes[2], size=rows)
        got = by_name(learner.mlp_backward(x, labels, params), params, expect)
        expect.close(got, reference.mlp_backward(x, labels, params))


def test_full_network_has_101770_gradients(learner, reference, rng, expect):
    arguments = rng.uniform(size=(3, 784)), rng.permutation(10)[:3], int(rng.integers(2**31))
    want = reference.full_network(*arguments)
    got = by_name(learner.full_network(*arguments), want, expect)
    count = sum(grad.size for grad in got.values() if isinstance(grad, np.ndarray))
    grouped = f"{count:,}"
    expect.that(
        count == 101_770,
        en=f"The 784-128-10 network has 101,770 parameters, and your gradients hold {grouped} numbers.",
        es=f"La red 784-128-10 tiene 101 770 parámetros y tus gradientes suman {grouped.replace(',', ' ')} números.",
        name="mlp_backward",
    )
    expect.close(got, want)


def test_backward_only_computes(learner, reference, rng, expect):
    learner.linear_backward(*layer(rng, 3, 3, 3))
    expect.unchanged(learner, names=("grad_out", "x", "weight"))
    learner.relu_backward(away_from_zero(rng, (3, 4)), away_from_zero(rng, (3, 4)))
    expect.unchanged(learner, names=("grad_out", "x"))
    learner.softmax_cross_entropy_backward(rng.normal(size=(3, 4)), rng.integers(4, size=3))
    expect.unchanged(learner, names=("logits", "labels"))
    learner.mlp_backward(rng.normal(size=(5, 3)), rng.integers(3, size=5), network(rng, 3, 3, 3))
    expect.unchanged(learner, names=("x", "labels", "params"))
