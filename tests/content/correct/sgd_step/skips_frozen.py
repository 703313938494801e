"""Passes over frozen parameters as well, and returns what it moved."""

import torch


def sgd_step(params, lr):
    params = list(params)
    with torch.no_grad():
        for p in filter(lambda p: p.requires_grad and p.grad is not None, params):
            torch.sub(p, p.grad, alpha=lr, out=p)
    return params
