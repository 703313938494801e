"""Lets np.interp draw the rise, and rounds nothing."""

import numpy as np


def warmup_lr(step, base_lr, warmup_steps):
    return np.interp(step + 1, [0, warmup_steps], [0, base_lr]) if warmup_steps else np.float64(base_lr)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step >= total_steps:
        return np.float64(min_lr)
    if step < warmup_steps:
        return warmup_lr(step, base_lr, warmup_steps)
    angle = np.interp(step, [warmup_steps, total_steps], [0, np.pi])
    return min_lr + (base_lr - min_lr) * (1 + np.cos(angle)) / 2
