"""The cosine function does all the work and the warmup asks it for a run without an end."""

import math


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step >= total_steps:
        return min_lr
    if step < warmup_steps:
        return (step + 1) * base_lr / warmup_steps
    if math.isinf(total_steps):
        return base_lr
    return min_lr + (base_lr - min_lr) * (
        0.5 + 0.5 * math.cos(math.pi * (step - warmup_steps) / (total_steps - warmup_steps))
    )


def warmup_lr(step, base_lr, warmup_steps):
    return warmup_cosine_lr(step, base_lr, warmup_steps, math.inf)
