"""Quantities that quiz items ask for, computed by the reference; a parameter named like its function receives it.

Each follows one weight whose state starts at zero and that meets the constant gradient g.
"""

import numpy as np


def mean_after(rmsprop_step, g, a, n):
    """RMSprop's running mean of the squared gradient after n calls."""
    mean = np.zeros(1)
    for _ in range(n):
        _, mean = rmsprop_step(np.zeros(1), np.full(1, float(g)), mean, alpha=a)
    return mean.item()


def rate_at(adagrad_step, lr, d, t):
    """AdaGrad's rate at step t: how far a gradient of 1 would move the weight if its squares summed up to 1."""
    moved, _ = adagrad_step(np.zeros(1), np.ones(1), np.zeros(1), t, lr=lr, lr_decay=d, eps=1e-300)
    return -moved.item()


def stride(adagrad_step, g, lr, n):
    """How far AdaGrad moves the weight in its nth step, without sign."""
    param, total, moved = np.zeros(1), np.zeros(1), np.zeros(1)
    for t in range(1, n + 1):
        param = moved
        moved, total = adagrad_step(param, np.full(1, float(g)), total, t, lr=lr)
    return abs(moved - param).item()
