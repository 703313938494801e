"""The three functions as PyTorch does it: its own clipping, and a step whose gradients autograd hands over."""

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def clip_grad_norm(params, max_norm):
    return clip_grad_norm_(params, max_norm).item()


def clip_grad_value(params, clip_value):
    clip_grad_value_(params, clip_value)


def clipped_step(loss, params, optimizer, max_norm):
    # No accumulation that could go wrong: the gradients are returned, and take the place of whatever was there.
    for parameter, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
        parameter.grad = grad
    norm = clip_grad_norm_(params, max_norm)
    optimizer.step()
    return norm.item()
