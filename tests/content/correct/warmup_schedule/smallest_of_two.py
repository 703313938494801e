"""Cuts the rise off with min, guarded against no warmup."""

import math


def warmup_lr(step, base_lr, warmup_steps):
    return base_lr * min(1, (step + 1) / max(1, warmup_steps))


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step >= total_steps:
        return min_lr
    if step < warmup_steps:
        return warmup_lr(step, base_lr, warmup_steps)
    fraction = (step - warmup_steps) / (total_steps - warmup_steps)
    return min_lr + 0.5 * (base_lr - min_lr) * (1 + math.cos(math.pi * fraction))
