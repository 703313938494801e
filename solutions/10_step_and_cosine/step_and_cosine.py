"""Exercise 10: a learning rate that falls in steps, along a cosine, and along one cosine after another.

With k the epoch, B the base rate, s the epochs between falls, T the length of a fall and M the minimum:

    step_lr            B gamma^floor(k / s)
    cosine_lr          M + (B - M) (1 + cos(pi k / T)) / 2        at every k: after T it climbs
    warm_restarts_lr   the same with k counted from the last restart, and T the length of that cycle:
                       t_0 at first, t_mult times as long after each restart

Convention: that of PyTorch's schedulers, stepped once an epoch. Epochs count from 0.
By hand, with B = 1: s = 2 gives 1, 1, 0.1; T = 4 and M = 0.1 give 1, 0.868, 0.55, 0.232, 0.1, 0.232;
t_0 = 2 and t_mult = 2 give 1, 0.5, then 1, 0.854, 0.5, 0.146, then 1.
"""

import math


def step_lr(epoch, base_lr, step_size, gamma=0.1):
    """Return the rate of an epoch: gamma times as large after every step_size epochs."""
    return base_lr * gamma ** (epoch // step_size)


def cosine_lr(epoch, base_lr, t_max, eta_min=0.0):
    """Return the rate of an epoch: half a cosine from base_lr to eta_min in t_max epochs, and on along the wave."""
    return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * epoch / t_max)) / 2


def warm_restarts_lr(epoch, base_lr, t_0, t_mult=1, eta_min=0.0):
    """Return the rate of an epoch: the fall of cosine_lr, begun anew at each restart."""
    start, length = 0, t_0
    # Whole cycles are passed one by one: a logarithm can land just below a whole number.
    while epoch >= start + length:
        start += length
        length *= t_mult
    return cosine_lr(epoch - start, base_lr, length, eta_min)
