"""Gives each parameter new data; the object stays."""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.data = p.data - p.grad.data * lr
