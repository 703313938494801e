"""Hidden checks of the backward pass, from the shapes of one layer to the whole network.

Each asks all its questions and judges the answers then; what varies in them is listed in dimensions.toml.
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


def linear_answers(learner, reference, expect, questions):
    """Ask `linear_backward` all of these questions; every answer must be the reference's."""
    answers = [learner.linear_backward(*question) for question in questions]
    for question, answer in zip(questions, answers, strict=True):
        expect.close(three(answer, expect), reference.linear_backward(*question), names=LINEAR)


def relu_answers(learner, reference, expect, questions):
    """Ask `relu_backward` all of these questions; every answer must be the reference's."""
    answers = [learner.relu_backward(*question) for question in questions]
    for question, answer in zip(questions, answers, strict=True):
        expect.close(answer, reference.relu_backward(*question), names="grad_x")


def softmax_answers(learner, reference, expect, questions):
    """Ask `softmax_cross_entropy_backward` all of these questions; every answer must be the reference's."""
    answers = [learner.softmax_cross_entropy_backward(*question) for question in questions]
    for question, answer in zip(questions, answers, strict=True):
        expect.close(answer, reference.softmax_cross_entropy_backward(*question), names="grad_logits")


def test_linear_gradients_have_the_shapes(learner, reference, rng, expect):
    grad_out, x, weight = layer(rng, 5, 4, 3)
    got = three(learner.linear_backward(grad_out, x, weight), expect)
    for name, array, shape in zip(LINEAR, got, (x.shape, weight.shape, (3,)), strict=True):
        expect.shape(array, shape, name)


def test_linear_gradients_are_right(learner, reference, rng, expect):
    # One row, one input, one output; more rows than columns and fewer; the same sizes twice; a bias that gets zero.
    sizes = ((6, 5, 2), (1, 2, 3), (4, 3, 7), (5, 1, 4), (3, 2, 1), (4, 3, 7))
    questions = [layer(rng, *size) for size in sizes]
    balanced = layer(rng, 4, 2, 3)
    balanced[0][2:] = -balanced[0][:2]
    linear_answers(learner, reference, expect, [*questions, balanced])


def test_square_layer_is_not_transposed(learner, reference, rng, expect):
    linear_answers(learner, reference, expect, [layer(rng, 4, 4, 4)])


def test_relu_blocks_negative_inputs(learner, reference, rng, expect):
    questions = [(away_from_zero(rng, shape), away_from_zero(rng, shape)) for shape in ((6, 5), (1, 3), (6, 5), (4, 1))]
    # However near to zero an input is, its sign decides.
    questions.append((away_from_zero(rng, (3, 4)), 1e-9 * away_from_zero(rng, (3, 4))))
    relu_answers(learner, reference, expect, questions)


def test_relu_is_flat_at_zero(learner, reference, rng, expect):
    grad_out, x = away_from_zero(rng, (4, 6)), away_from_zero(rng, (4, 6))
    x[:, ::3] = 0.0
    x[0, 0] = -0.0
    relu_answers(learner, reference, expect, [(grad_out, x)])


def test_softmax_gradient_of_one_example(learner, reference, rng, expect):
    # The last label need not come up: labels do not say how many classes there are.
    questions = [(2.0 * rng.normal(size=(1, 3)), np.array([0])), (2.0 * rng.normal(size=(1, 6)), np.array([4]))]
    questions.append((2.0 * rng.normal(size=(1, 2)), rng.integers(2, size=1)))
    softmax_answers(learner, reference, expect, questions)


def test_softmax_gradient_is_of_the_mean(learner, reference, rng, expect):
    questions = [(2.0 * rng.normal(size=(rows, 4)), some_labels(rng, rows, 4)) for rows in (2, 5, 9, 5)]
    questions.append((2.0 * rng.normal(size=(4, 4)), rng.permutation(4)))
    questions.append((2.0 * rng.normal(size=(3, 4)), np.full(3, rng.integers(1, 4))))
    softmax_answers(learner, reference, expect, questions)


def some_labels(rng, rows, classes):
    """Labels of which at least two differ."""
    labels = rng.integers(classes, size=rows)
    labels[:2] = rng.permutation(classes)[:2]
    return labels


def test_softmax_survives_large_logits(learner, reference, rng, expect):
    level = np.array([[1000.0], [-1000.0], [0.0]])
    between = level + rng.normal(size=(3, 4)), np.append(rng.permutation(3)[:2], 3)
    # Within a row too: some probabilities are 0 in floating point, and so is that of a label.
    apart = np.array([[1000.0, 0.0, -1000.0], [-1000.0, 1000.0, 0.0]]) + rng.normal(size=(2, 3))
    softmax_answers(learner, reference, expect, [between, (apart, np.array([0, 2])), (apart, np.array([2, 1]))])


def test_network_returns_a_gradient_for_each_parameter(learner, reference, rng, expect):
    params = network(rng, 6, 5, 3)
    got = learner.mlp_backward(rng.normal(size=(4, 6)), np.array([0, 1, 2, 1]), params)
    grads = by_name(got, params, expect)
    for name, grad in grads.items():
        expect.shape(grad, params[name].shape, name)


def test_network_gradients_are_right(learner, reference, rng, expect):
    questions = []
    for rows, sizes in ((1, (3, 8, 2)), (7, (5, 9, 4)), (4, (4, 4, 4)), (7, (5, 9, 4))):
        x, labels = rng.normal(size=(rows, sizes[0])), rng.integers(sizes[2], size=rows)
        questions.append((x, labels, network(rng, *sizes)))
    answers = [learner.mlp_backward(*question) for question in questions]
    for question, answer in zip(questions, answers, strict=True):
        expect.close(by_name(answer, question[2], expect), reference.mlp_backward(*question))


def test_full_network_has_101770_gradients(learner, reference, rng, expect):
    labels = np.append(rng.permutation(9)[:2], 9)
    arguments = rng.uniform(size=(3, 784)), labels, int(rng.integers(2**31))
    want = reference.full_network(*arguments)
    got = by_name(learner.full_network(*arguments), want, expect)
    hold_101770_numbers(got, expect)
    expect.close(got, want)


def hold_101770_numbers(got, expect):
    """As many numbers as the network has parameters."""
    count = sum(grad.size for grad in got.values() if isinstance(grad, np.ndarray))
    grouped = f"{count:,}"
    expect.that(
        count == 101_770,
        en=f"The 784-128-10 network has 101,770 parameters, and your gradients hold {grouped} numbers.",
        es=f"La red 784-128-10 tiene 101 770 parámetros y tus gradientes suman {grouped.replace(',', ' ')} números.",
        name="mlp_backward",
    )


def test_backward_only_computes(learner, reference, rng, expect):
    learner.linear_backward(*layer(rng, 3, 3, 3))
    expect.unchanged(learner, names=("grad_out", "x", "weight"))
    learner.relu_backward(away_from_zero(rng, (3, 4)), away_from_zero(rng, (3, 4)))
    expect.unchanged(learner, names=("grad_out", "x"))
    learner.softmax_cross_entropy_backward(rng.normal(size=(3, 4)), np.array([3, 0, 1]))
    expect.unchanged(learner, names=("logits", "labels"))
    learner.mlp_backward(rng.normal(size=(5, 3)), np.array([0, 2, 1, 2, 0]), network(rng, 3, 4, 3))
    expect.unchanged(learner, names=("x", "labels", "params"))
