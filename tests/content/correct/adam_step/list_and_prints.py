"""Returns a list instead of a tuple, and says what it does."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    print("step", t, "m_hat", m_hat, "v_hat", v_hat)
    return [param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v]
