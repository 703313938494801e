"""Exercise 1: the backward pass of a classifier, by hand.

The network has 784 inputs, 128 hidden units and 10 classes; its loss is the mean cross-entropy of a batch:

    z = x w1 + b1,   h = max(z, 0),   logits = h w2 + b2,   loss = -mean(log softmax(logits)[label])

Convention: examples are rows, a weight is (in, out), and each gradient has the shape of what it belongs to.
backward only computes: it changes neither the weights nor any other array it is given.
"""

import numpy as np


def mlp_forward(x, params):
    """Given. The logits, and what the way back will need of the way there."""
    z = x @ params["w1"] + params["b1"]
    h = np.maximum(z, 0.0)
    logits = h @ params["w2"] + params["b2"]
    return logits, {"z": z, "h": h}


def linear_backward(grad_out, x, weight):
    """Return (grad_x, grad_weight, grad_bias), for out = x weight + bias.

    grad_x = grad_out W^T,   grad_weight = x^T grad_out,   grad_bias = the sum of the rows of grad_out.
    By hand: grad_out [[2, -1]], x [[3]], weight [[1, 4]] give [[-2]], [[6, -3]] and [2, -1].
    """
    grad_x = grad_out @ weight.T
    grad_weight = x.T @ grad_out
    # The bias was added to every row: it gathers from all of them, and 1/N is already in grad_out.
    grad_bias = grad_out.sum(axis=0)
    return grad_x, grad_weight, grad_bias


def relu_backward(grad_out, x):
    """Return grad_x, where x is what went into the ReLU.

    The slope is 1 where x is positive and 0 elsewhere, at x = 0 too; grad_x = grad_out times the slope.
    By hand: grad_out [[5, 5, -5]], x [[-1, 0, 2]] give [[0, 0, -5]].
    """
    slope = x > 0
    return grad_out * slope


def softmax_cross_entropy_backward(logits, labels):
    """Return the gradient of the mean loss of the N rows with respect to the logits (N, classes).

    grad_logits = (P - Y) / N, with P the softmax of each row and Y the labels (N,) written one-hot.
    By hand: logits [[0, 0], [0, 0]], labels [0, 1] give [[-0.25, 0.25], [0.25, -0.25]].
    """
    # Taking its own maximum from each row leaves the probabilities as they are, and exp can't overflow.
    shifted = logits - logits.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    probs = exps / exps.sum(axis=1, keepdims=True)
    one_hot = np.eye(logits.shape[1])[labels]
    return (probs - one_hot) / len(labels)


def mlp_backward(x, labels, params):
    """Return the gradients of the loss as a dict with the keys of params: w1, b1, w2, b2.

    By hand: x [[2]], labels [0], w1 [[1]], b1 [0], w2 [[3, -1]], b2 [-6, 2]
    give w1 [[-4]], b1 [-2], w2 [[-1, 1]], b2 [-0.5, 0.5].
    """
    logits, cache = mlp_forward(x, params)
    grad_logits = softmax_cross_entropy_backward(logits, labels)
    grad_h, grad_w2, grad_b2 = linear_backward(grad_logits, cache["h"], params["w2"])
    grad_z = relu_backward(grad_h, cache["z"])
    _, grad_w1, grad_b1 = linear_backward(grad_z, x, params["w1"])
    return {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}
