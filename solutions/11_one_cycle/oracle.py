"""The cycle as `OneCycleLR` steps through it on plain SGD; it lets a call pass after the last step, so this stops."""

from functools import cache

import torch
from torch.optim.lr_scheduler import OneCycleLR


@cache
def cycle(total_steps, max_lr=1.0, **settings):
    """The rate and the momentum of every step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = OneCycleLR(optimizer, max_lr, total_steps=total_steps, **settings)
    seen = []
    for step in range(total_steps):
        seen.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        if step + 1 < total_steps:
            scheduler.step()
    return seen


def within(step, total_steps):
    if not 0 <= step < total_steps:
        raise ValueError("no such step")


def one_cycle_lr(step, max_lr, total_steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
    within(step, total_steps)
    settings = {"pct_start": pct_start, "div_factor": div_factor, "final_div_factor": final_div_factor}
    return cycle(total_steps, max_lr, **settings)[step][0]


def one_cycle_momentum(step, total_steps, pct_start=0.3, base_momentum=0.85, max_momentum=0.95):
    within(step, total_steps)
    settings = {"pct_start": pct_start, "base_momentum": base_momentum, "max_momentum": max_momentum}
    return cycle(total_steps, **settings)[step][1]
