"""A scalar rule, spread over the arrays by np.vectorize."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    @np.vectorize
    def one(p, g, a, b):
        a = beta1 * a + (1 - beta1) * g
        b = beta2 * b + (1 - beta2) * g**2
        return p - lr * (a / (1 - beta1**t)) / ((b / (1 - beta2**t)) ** 0.5 + eps), a, b

    return one(param, grad, m, v)
