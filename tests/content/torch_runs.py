"""One-parameter runs of PyTorch, from which the content's tests read what it does."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import nn
from torch.optim import lr_scheduler

GLOSSARY = tomllib.loads((Path(__file__).parents[2] / "quizzes" / "glossary.toml").read_text(encoding="utf-8"))


def weight(value: float, grad: float | None = None) -> nn.Parameter:
    """One float64 parameter, with or without a gradient."""
    made = nn.Parameter(torch.tensor([value], dtype=torch.float64))
    made.grad = None if grad is None else torch.tensor([grad], dtype=torch.float64)
    return made


def steps(optimizer: torch.optim.Optimizer, parameter: nn.Parameter, grads: Iterable[float]) -> list[float]:
    """The parameter after a step with each of `grads`."""
    values = []
    for grad in grads:
        parameter.grad = torch.full_like(parameter, grad)
        optimizer.step()
        values.append(parameter.item())
    return values


def rates(scheduler: lr_scheduler.LRScheduler, count: int) -> list[float]:
    """The learning rate at each of `count` steps, the first before any call of the scheduler."""
    found = []
    for _ in range(count):
        found.append(scheduler.optimizer.param_groups[0]["lr"])
        scheduler.optimizer.step()
        scheduler.step()
    return found


def default(of: Callable[..., object], name: str) -> object:
    return inspect.signature(of).parameters[name].default


def sgd(lr: float) -> torch.optim.SGD:
    """Plain SGD on one weight at zero that has no gradient."""
    return torch.optim.SGD([weight(0.0)], lr=lr)
