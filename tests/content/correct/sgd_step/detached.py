"""Through a detached view that shares the memory, and a while loop over an iterator."""

import torch


def sgd_step(params, lr):
    rest = iter(params)
    while (p := next(rest, None)) is not None:
        if isinstance(p.grad, torch.Tensor):
            p.detach().sub_(p.grad.detach().mul(lr))
