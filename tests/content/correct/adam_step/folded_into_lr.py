"""Folds both corrections into the learning rate, and scales epsilon so that it means the same."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    root = np.sqrt(1 - beta2**t)
    alpha = lr * root / (1 - beta1**t)
    return param - alpha * m / (np.sqrt(v) + eps * root), m, v
