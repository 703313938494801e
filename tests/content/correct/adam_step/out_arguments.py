"""Saves memory with out= buffers of its own."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m = np.multiply(m, beta1)
    new_m += np.multiply(grad, 1 - beta1)
    new_v = np.multiply(v, beta2)
    new_v += np.multiply(np.square(grad), 1 - beta2)
    step = np.divide(new_v, 1 - beta2**t)
    np.sqrt(step, out=step)
    np.add(step, eps, out=step)
    np.divide(new_m, step, out=step)
    np.multiply(step, lr / (1 - beta1**t), out=step)
    return np.subtract(param, step), new_m, new_v
