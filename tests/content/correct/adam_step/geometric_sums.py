"""Gets the corrections from the sum of the weights instead of a power."""

import numpy as np


def total_weight(beta, t):
    return sum((1 - beta) * beta**k for k in range(t))


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.add(np.multiply(m, beta1), np.multiply(grad, 1 - beta1))
    v = np.add(np.multiply(v, beta2), np.multiply(grad**2, 1 - beta2))
    root = np.hypot(np.sqrt(v / total_weight(beta2, t)), 0)
    return param - lr * m / total_weight(beta1, t) / (root + eps), m, v
