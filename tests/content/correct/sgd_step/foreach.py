"""All parameters in one call."""

import torch


def sgd_step(params, lr):
    params = [p for p in params if p.grad is not None]
    if not params:
        return
    with torch.no_grad():
        torch._foreach_add_(params, [p.grad for p in params], alpha=-lr)
