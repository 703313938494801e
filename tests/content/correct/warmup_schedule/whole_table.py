"""Builds the whole schedule as a list and looks the step up."""

import math


def warmup_lr(step, base_lr, warmup_steps):
    rise = [base_lr * (k + 1) / warmup_steps for k in range(warmup_steps)]
    return [*rise, base_lr][min(step, warmup_steps)]


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    rates = [warmup_lr(k, base_lr, warmup_steps) for k in range(warmup_steps)]
    length = total_steps - warmup_steps
    for k in range(length):
        rates.append(min_lr + (base_lr - min_lr) * (math.cos(k / length * math.pi) + 1) / 2)
    return rates[step] if step < total_steps else min_lr
