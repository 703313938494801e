import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    while t > 0:
        m = beta1 * m + (1 - beta1) * grad
    return param, m, v
