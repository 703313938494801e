"""Describes the fall by a sine around its middle."""

import math


def warmup_lr(step, base_lr, warmup_steps):
    if warmup_steps == 0 or step + 1 >= warmup_steps:
        return base_lr
    return base_lr * ((step + 1) / warmup_steps)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    left = total_steps - step
    if left <= 0:
        return min_lr
    if step < warmup_steps:
        return warmup_lr(step, base_lr, warmup_steps)
    middle, half = (base_lr + min_lr) / 2, (base_lr - min_lr) / 2
    return middle - half * math.sin(math.pi * (0.5 - left / (total_steps - warmup_steps)))
