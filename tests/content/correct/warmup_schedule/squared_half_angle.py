"""Writes half of one plus a cosine as a squared cosine of half the angle."""

from math import cos, pi


def warmup_lr(step, base_lr, warmup_steps):
    return base_lr if step >= warmup_steps else base_lr / warmup_steps * (step + 1)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step < min(warmup_steps, total_steps):
        return warmup_lr(step, base_lr, warmup_steps)
    if step < total_steps:
        share = cos(pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps)) ** 2
        return share * base_lr + (1 - share) * min_lr
    return min_lr
