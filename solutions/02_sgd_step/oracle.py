"""`sgd_step` as PyTorch takes it: its own optimizer, made for one step."""

import torch


def sgd_step(params, lr):
    parameters = list(params)
    if parameters:
        torch.optim.SGD(parameters, lr=lr).step()
