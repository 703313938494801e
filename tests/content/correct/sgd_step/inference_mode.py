"""Under inference mode."""

import torch


def sgd_step(params, lr):
    with torch.inference_mode():
        for p in params:
            g = p.grad
            if g is None:
                continue
            p.sub_(g.mul(lr))
