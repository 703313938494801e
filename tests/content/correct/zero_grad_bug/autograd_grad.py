"""Asks autograd for the gradients and stores them, which replaces what was there."""

import torch


def train(model, batches, loss_fn, optimizer):
    losses = []
    parameters = list(model.parameters())
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        for parameter, grad in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = grad
        optimizer.step()
        losses.append(loss.tolist())
    return losses
