"""One number at a time."""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                continue
            weights, slopes = p.view(-1), p.grad.reshape(-1)
            for i in range(weights.numel()):
                weights[i] = weights[i] - lr * slopes[i]
