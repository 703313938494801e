"""Hands torch gradients to a learner's three functions and returns, as NumPy values, what they left."""

from contextlib import contextmanager

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

CONTAINERS = {"list": list, "tuple": tuple, "generator": lambda params: (p for p in params)}
CEILING, OUTLIERS = 4.0, (6, 17, 18, 30)


def clip_norm(clip_grad_norm, values, gradients, max_norm, container="list"):
    """Clip the gradients of one parameter a value; a gradient of None is left None."""
    params = holding(values, gradients)
    norm = clip_grad_norm(CONTAINERS[container](params), max_norm)
    return {"norm": plain(norm), **left(params)}


def clip_value(clip_grad_value, values, gradients, limit, container="list"):
    """The same for clipping number by number; what it returns is not looked at."""
    params = holding(values, gradients)
    clip_grad_value(CONTAINERS[container](params), limit)
    return left(params)


def take_steps(clipped_step, weights, batches, max_norm, optimizer="SGD", settings=None, stale=None):
    """One step a batch on a linear model with two parameters: the norm returned and where each step led.

    `stale` gives the gradients that are there before the first call. `changed_later` says whether the gradients after
    a call are others than those of its step; cleared ones are not.
    """
    params = holding(weights, stale or [None] * len(weights))
    handed = getattr(torch.optim, optimizer)(params, **settings)
    seen = {"norm": [], "weight": [], "bias": [], "changed_later": []}
    with watched(params) as used:
        for x, y in batches:
            loss = mean_square(params, torch.tensor(x), torch.tensor(y))
            used.clear()
            seen["norm"].append(plain(clipped_step(loss, params, handed, max_norm)))
            for name, p in zip(("weight", "bias"), params, strict=True):
                seen[name].append(p.detach().numpy().copy())
            after = flat_gradient(params)
            seen["changed_later"].append(bool(used) and bool((after != 0).any()) and not torch.equal(after, used[0]))
    return seen


def figure_before(clipped_step):
    """The norm that each of forty steps returns, four of their batches with an outlier."""
    returned = np.array([norm for _, norm, _, _ in lesson(clipped_step, 40)], dtype=float)
    return {"x": np.arange(1.0, 41.0), "y": returned, "reference_lines": {"max_norm": CEILING}}


def figure_after(clipped_step):
    """The norm of the gradient that the optimizer finds at each of the same steps."""
    used = np.array([norm for _, _, norm, _ in lesson(clipped_step, 40)], dtype=float)
    return {"x": np.arange(1.0, 41.0), "y": used, "reference_lines": {"max_norm": CEILING}}


def trace(clipped_step):
    """Twelve of those steps: loss, norm returned, norm of the gradient that was used, the model's bias."""
    rows = [[step, *row] for step, row in enumerate(lesson(clipped_step, 12), start=1)]
    return {"columns": ["step", "loss", "norm", "norm_used", "bias"], "rows": np.array(rows, dtype=float)}


def lesson(clipped_step, steps):
    """SGD on a line through points, always the same; a row is loss, norm returned, norm used, bias."""
    rng, rows = np.random.default_rng(0), []
    params = holding([np.zeros((2, 1)), np.zeros(1)], [None, None])
    optimizer = torch.optim.SGD(params, lr=0.1)
    with watched(params) as used:
        for step in range(1, steps + 1):
            x = rng.normal(size=(8, 2))
            y = x @ np.array([[1.5], [-1.0]]) + 2.0 + 0.3 * rng.normal(size=(8, 1))
            if step in OUTLIERS:
                y[0] += 90.0
            loss = mean_square(params, torch.tensor(x), torch.tensor(y))
            used.clear()
            norm = clipped_step(loss, params, optimizer, CEILING)
            rows.append([loss.item(), number(norm), used[0].norm().item() if used else np.nan, params[1].item()])
    return rows


@contextmanager
def watched(params):
    """A list that gains all gradients, as one vector, just before each step of whichever optimizer."""
    used = []
    hook = register_optimizer_step_pre_hook(lambda *_: used.append(flat_gradient(params)))
    try:
        yield used
    finally:
        hook.remove()


def flat_gradient(params):
    """What is in `.grad` now, one parameter after another; zeros where nothing is."""
    return torch.cat([torch.zeros(p.numel()) if p.grad is None else p.grad.detach().flatten().clone() for p in params])


def holding(values, gradients):
    params = [torch.nn.Parameter(torch.tensor(value)) for value in values]
    for p, gradient in zip(params, gradients, strict=True):
        p.grad = None if gradient is None else torch.tensor(gradient)
    return params


def left(params):
    return {
        "gradients": [None if p.grad is None else p.grad.detach().numpy().copy() for p in params],
        "values": [p.detach().numpy().copy() for p in params],
    }


def mean_square(params, x, y):
    weight, bias = params
    return (x @ weight + bias - y).square().mean()


def plain(norm):
    """A tensor or an array without dimensions is a number too."""
    if isinstance(norm, torch.Tensor):
        norm = norm.detach().numpy().copy()
    return norm[()] if isinstance(norm, np.ndarray) and norm.ndim == 0 else norm


def number(norm):
    """What a picture draws of it; what is no number leaves a gap."""
    norm = plain(norm)
    return float(norm) if isinstance(norm, (int, float, np.number)) else np.nan
