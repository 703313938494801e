"""Runs a learner's `mlp_backward` on networks built here: the full one, the picture's and the trace's."""

import numpy as np


def full_network(mlp_backward, x, labels, seed):
    """The gradients of a 784-128-10 network whose weights are drawn from `seed`."""
    return mlp_backward(x, labels, _network(seed, 784, 128, 10))


def figure_gradients(mlp_backward):
    """Every element of the four gradients of a network small enough to see: 10-8-5, six examples."""
    rng = np.random.default_rng(7)
    x, labels = rng.normal(size=(6, 10)), np.array([0, 1, 2, 3, 4, 1])
    grads = mlp_backward(x, labels, _network(11, 10, 8, 5))
    return {"names": list(grads), "values": [_drawable(grad) for grad in grads.values()]}


def trace(mlp_backward):
    """Fifteen steps of gradient descent: the loss before each, and the norm of each gradient."""
    rng = np.random.default_rng(5)
    labels = np.arange(12) % 3
    x = rng.normal(size=(12, 4)) + 1.5 * np.eye(3, 4)[labels]
    params = _network(3, 4, 6, 3)
    rows = []
    for _ in range(15):
        loss = _loss(x, labels, params)
        grads = mlp_backward(x, labels, params)
        rows.append([loss, *(np.linalg.norm(grads[name]) for name in params)])
        params = {name: params[name] - 0.3 * grads[name] for name in params}
    return {"columns": ["loss", *(f"norm_{name}" for name in params)], "rows": np.array(rows)}


def _network(seed, inputs, hidden, classes):
    """He's initialization, uniform; and biases that are not all zero, so that they show."""
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.uniform(-1, 1, size=(inputs, hidden)) * np.sqrt(6 / inputs),
        "b1": rng.uniform(-0.2, 0.2, size=hidden),
        "w2": rng.uniform(-1, 1, size=(hidden, classes)) * np.sqrt(6 / hidden),
        "b2": rng.uniform(-0.2, 0.2, size=classes),
    }


def _loss(x, labels, params):
    hidden = np.maximum(x @ params["w1"] + params["b1"], 0)
    logits = hidden @ params["w2"] + params["b2"]
    logits = logits - logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(labels)), labels].mean()


def _drawable(grad):
    """A gradient as the picture wants it: two axes, at most 32 rows and columns."""
    return np.atleast_2d(np.asarray(grad, dtype=float))[:32, :32]
