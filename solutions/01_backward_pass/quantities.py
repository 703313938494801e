"""Quantities that quiz items ask for, computed by the reference; a parameter named like its function receives it."""

import numpy as np


def right_logit_gradient(softmax_cross_entropy_backward, p, n):
    """The gradient at the right logit of one row: n equal rows of two classes, the right one with probability p."""
    logits = np.tile([np.log(p / (1 - p)), 0.0], (n, 1))
    return float(softmax_cross_entropy_backward(logits, np.zeros(n, dtype=int))[0, 0])


def bias_gradient(linear_backward, g, n):
    """One entry of grad_bias where each of the n rows of grad_out holds g."""
    _, _, grad_bias = linear_backward(np.full((n, 1), float(g)), np.ones((n, 1)), np.ones((1, 1)))
    return float(grad_bias[0])
