"""Takes the cosine as the real part of a complex exponential."""

import cmath


def warmup_lr(step, base_lr, warmup_steps):
    rise = step < warmup_steps
    return base_lr * ((step + 1) / warmup_steps if rise else 1)


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step >= total_steps:
        return min_lr
    if step < warmup_steps:
        return base_lr * (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    wave = cmath.exp(1j * cmath.pi * progress).real
    return (base_lr + min_lr + (base_lr - min_lr) * wave) / 2
