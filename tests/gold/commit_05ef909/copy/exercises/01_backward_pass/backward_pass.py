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
    # TODO: three gradients, one line each.
    raise NotImplementedError("Exercise 1: linear_backward")


def relu_backward(grad_out, x):
    """Return grad_x, where x is what went into the ReLU.

    The slope is 1 where x is positive and 0 elsewhere, at x = 0 too; grad_x = grad_out times the slope.
    By hand: grad_out [[5, 5, -5]], x [[-1, 0, 2]] give [[0, 0, -5]].
    """
    # TODO: let through what the ReLU let through.
    raise NotImplementedError("Exercise 1: relu_backward")


def softmax_cross_entropy_backward(logits, labels):
    """Return the gradient of the mean loss of the N rows with respect to the logits (N, classes).

    grad_logits = (P - Y) / N, with P the softmax of each row and Y the labels (N,) written one-hot.
    By hand: logits [[0, 0], [0, 0]], labels [0, 1] give [[-0.25, 0.25], [0.25, -0.25]].
    """
    # TODO: probabilities that survive logits of 1000, then the formula.
    raise NotImplementedError("Exercise 1: softmax_cross_entropy_backward")


def mlp_backward(x, labels, params):
    """Return the gradients of the loss as a dict with the keys of params: w1, b1, w2, b2.

    By hand: x [[2]], labels [0], w1 [[1]], b1 [0], w2 [[3, -1]], b2 [-6, 2]
    give w1 [[-4]], b1 [-2], w2 [[-1, 1]], b2 [-0.5, 0.5].
    """
    # TODO: go forward once, then back through the same layers, from the last to the first.
    raise NotImplementedError("Exercise 1: mlp_backward")
