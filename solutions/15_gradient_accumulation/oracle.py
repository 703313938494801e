"""Both functions without accumulating anything: one large batch, whose gradients autograd hands over."""

import torch


def accumulated_step(model, micro_batches, loss_fn, optimizer):
    inputs, targets = (torch.cat(parts) for parts in zip(*micro_batches, strict=True))
    parameters = list(model.parameters())
    loss = loss_fn(model(inputs), targets)
    for parameter, grad in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = grad
    optimizer.step()
    return loss.item()


def train(model, batches, loss_fn, optimizer, accumulate):
    groups = [batches[k : k + accumulate] for k in range(0, len(batches), accumulate)]
    return [accumulated_step(model, group, loss_fn, optimizer) for group in groups]
