"""The order of operations of PyTorch's own single-tensor Adam."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    exp_avg = m + (grad - m) * (1 - beta1)
    exp_avg_sq = v * beta2 + (1 - beta2) * (grad * grad.conj())
    bias_correction1 = 1 - beta1**t
    bias_correction2 = 1 - beta2**t
    denom = np.sqrt(exp_avg_sq) / bias_correction2**0.5 + eps
    return param + (-lr / bias_correction1) * (exp_avg / denom), exp_avg, exp_avg_sq
