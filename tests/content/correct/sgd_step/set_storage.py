"""Sets each parameter on a new tensor."""

import torch


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            with torch.no_grad():
                p.set_(p - lr * p.grad)
