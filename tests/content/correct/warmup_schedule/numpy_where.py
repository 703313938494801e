"""Chooses the stretch with np.where, which gives zero-dimensional arrays."""

import numpy as np


def warmup_lr(step, base_lr, warmup_steps):
    return np.where(step < warmup_steps, base_lr * (step + 1) / np.maximum(warmup_steps, 1), base_lr)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    progress = np.clip((step - warmup_steps) / max(total_steps - warmup_steps, 1), 0, 1)
    fall = min_lr + (base_lr - min_lr) * (1 + np.cos(np.pi * progress)) / 2
    rate = np.where(step < warmup_steps, warmup_lr(step, base_lr, warmup_steps), fall)
    return np.where(step >= total_steps, min_lr, rate)
