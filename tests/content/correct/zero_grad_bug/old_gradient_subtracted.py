"""Keeps what was there and subtracts it again: a long way round, and right."""

import torch


def train(model, batches, loss_fn, optimizer):
    losses = []
    for inputs, targets in batches:
        old = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        with torch.no_grad():
            for parameter, before in zip(model.parameters(), old, strict=True):
                if before is not None:
                    parameter.grad -= before
        optimizer.step()
        losses.append(loss.item())
    return losses
