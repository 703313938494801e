"""The two schedules as PyTorch's own step through them; beyond the end of a run those climb again, so this stops."""

import torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, SequentialLR


def rate_after(steps, base_lr, schedulers):
    """The rate that an optimizer has after so many calls of its scheduler's `step`."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base_lr)
    parts, milestones = schedulers(optimizer)
    scheduler = SequentialLR(optimizer, parts, milestones) if milestones else parts[0]
    for _ in range(steps):
        optimizer.step()
        scheduler.step()
    return scheduler.get_last_lr()[0]


def rise(optimizer, warmup_steps):
    """(k + 1) / W: the first step has one part, the last has them all."""
    if warmup_steps == 0:
        return ConstantLR(optimizer, factor=1.0)
    return LinearLR(optimizer, start_factor=1 / warmup_steps, total_iters=warmup_steps - 1)


def warmup_lr(step, base_lr, warmup_steps):
    # LinearLR is constant from its last step on: a few more show that it is.
    return rate_after(min(step, warmup_steps + 3), base_lr, lambda o: ([rise(o, warmup_steps)], []))


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    if step > total_steps or total_steps == warmup_steps:
        return warmup_lr(step, base_lr, warmup_steps) if step < total_steps else min_lr

    def schedulers(optimizer):
        fall = CosineAnnealingLR(optimizer, T_max=total_steps - warmup_steps, eta_min=min_lr)
        return ([rise(optimizer, warmup_steps), fall], [warmup_steps]) if warmup_steps else ([fall], [])

    return rate_after(step, base_lr, schedulers)
