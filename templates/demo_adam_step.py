"""My attempt at Adam, from the lecture notes."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step, the way I understood it."""
    # first moment: where we are heading
    m = beta1 * m + (1 - beta1) * grad
    # second moment: how big the gradients are
    v = beta2 * v + (1 - beta2) * grad**2

    # eps outside the sqrt, like in PyTorch
    step = lr * m / (np.sqrt(v) + eps)
    new_param = param - step
    return new_param, m, v
