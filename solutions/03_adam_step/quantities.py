"""Quantities that quiz items ask for, computed by the reference; a parameter named like its function receives it.

Each follows one weight that starts with m = v = 0 and meets the constant gradient g.
"""

import numpy as np


def _after(adam_step, t, g, **settings):
    """The weight, m and v after t calls."""
    state = np.zeros(1), np.zeros(1), np.zeros(1)
    for step in range(1, t + 1):
        state = adam_step(state[0], np.array([float(g)]), state[1], state[2], step, **settings)
    return tuple(float(part[0]) for part in state)


def m_raw(adam_step, g, b1, t):
    """The running mean of the gradient after t calls."""
    return _after(adam_step, t, g, beta1=b1)[1]


def v_raw(adam_step, g, b2, t):
    """The running mean of the squared gradient after t calls."""
    return _after(adam_step, t, g, beta2=b2)[2]


def m_hat(adam_step, g, b1, t):
    """The mean of the gradient as corrected at step t: read off the step, in which v is corrected too."""
    lr = 1e-3
    before = _after(adam_step, t - 1, g, lr=lr, beta1=b1, eps=0.0)
    after = _after(adam_step, t, g, lr=lr, beta1=b1, eps=0.0)
    # step = lr m_hat / sqrt(v_hat), and v_hat of a constant gradient is its square.
    return (before[0] - after[0]) / lr * abs(float(g))


def first_step(adam_step, g, lr):
    """How far the first call moves the weight: a length, without sign."""
    return abs(_after(adam_step, 1, g, lr=lr)[0])
