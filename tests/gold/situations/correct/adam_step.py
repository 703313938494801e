import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m_new = m + (1 - beta1) * (grad - m)
    v_new = v + (1 - beta2) * (np.square(grad) - v)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    epsilon = eps * np.sqrt(1 - beta2**t)
    return param - rate * m_new / (np.sqrt(v_new) + epsilon), m_new, v_new
