"""Counts with exact fractions and turns them into floats at the end."""

import math
from fractions import Fraction


def warmup_lr(step, base_lr, warmup_steps):
    if step < warmup_steps:
        return float(Fraction(step + 1, warmup_steps) * Fraction(base_lr))
    return float(base_lr)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step >= total_steps:
        return float(min_lr)
    if step < warmup_steps:
        return warmup_lr(step, base_lr, warmup_steps)
    progress = float(Fraction(step - warmup_steps, total_steps - warmup_steps))
    return base_lr - (base_lr - min_lr) * (1 - math.cos(math.pi * progress)) / 2
