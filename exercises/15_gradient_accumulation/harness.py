"""Builds a small network and an optimizer, lets a learner's functions drive them, and tells what came of it."""

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook


def mean_square(outputs, targets):
    """The usual loss."""
    return (outputs - targets).square().mean()


def leaning(outputs, targets):
    """Another mean over rows, which counts an output above its target three times."""
    gap = outputs - targets
    return torch.where(gap > 0, 3.0 * gap, -gap).mean()


LOSSES = {"mean_square": mean_square, "leaning": leaning}


def take_steps(
    accumulated_step, weights, groups, optimizer="SGD", settings=None, stale=None, loss="mean_square", again=False
):
    """One call a group: the losses returned and the parameters after each, then where one more step leads.

    `stale` gives gradients that are there before the first call; with `again` the groups are gone through twice.
    """
    model = network(weights)
    for name, p in model.named_parameters():
        if stale is not None:
            p.grad = torch.tensor(stale[name])
    handed = getattr(torch.optim, optimizer)(model.parameters(), **(settings or {"lr": 0.1}))
    seen = {"losses": [], **{name: [] for name, _ in model.named_parameters()}}
    for group in groups * (1 + again):
        seen["losses"].append(plain(accumulated_step(model, tensors(group), LOSSES[loss], handed)))
        for name, p in model.named_parameters():
            seen[name].append(p.detach().numpy().copy())
    return {**seen, "last_moves": last_moves(model, handed)}


def run(train, weights, batches, accumulate, optimizer="SGD", settings=None, loss="mean_square"):
    """A whole training: the losses returned, and the parameters after each step of whichever optimizer."""
    model = network(weights)
    handed = getattr(torch.optim, optimizer)(model.parameters(), **(settings or {"lr": 0.1}))
    seen = {name: [] for name, _ in model.named_parameters()}

    def after_step(stepped, args, kwargs):
        for name, p in model.named_parameters():
            seen[name].append(p.detach().numpy().copy())

    hook = register_optimizer_step_post_hook(after_step)
    try:
        losses = train(model, tensors(batches), LOSSES[loss], handed, accumulate)
    finally:
        hook.remove()
    losses = [plain(one) for one in losses] if isinstance(losses, (list, tuple)) else plain(losses)
    parameters = {name: np.array(steps) for name, steps in seen.items()}
    return {"losses": losses, "parameters": parameters, "last_moves": last_moves(model, handed)}


def network(weights):
    """Linear, tanh, linear, in float64, holding copies of `weights`."""
    (hidden, inputs), (outputs, _) = weights["hidden.weight"].shape, weights["output.weight"].shape
    model = torch.nn.Sequential()
    model.add_module("hidden", torch.nn.Linear(inputs, hidden, dtype=torch.float64))
    model.add_module("curve", torch.nn.Tanh())
    model.add_module("output", torch.nn.Linear(hidden, outputs, dtype=torch.float64))
    for name, parameter in model.named_parameters():
        parameter.data = torch.from_numpy(weights[name].copy())
    return model


def tensors(batches):
    return [(torch.from_numpy(np.array(x)), torch.from_numpy(np.array(y))) for x, y in batches]


def last_moves(model, handed):
    """How far each parameter goes in one step of this optimizer along slopes of one: what it remembers shows."""
    before = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    for p in model.parameters():
        p.grad = torch.ones_like(p, requires_grad=False)
    handed.step()
    return {name: p.detach().numpy() - before[name] for name, p in model.named_parameters()}


def plain(loss):
    """A tensor or an array without dimensions is a number too."""
    if isinstance(loss, torch.Tensor):
        loss = loss.detach().numpy().copy()
    return loss[()] if isinstance(loss, np.ndarray) and loss.ndim == 0 else loss


def lesson(train):
    """Four groups of three batches of SGD, always the same: norms of `.grad`, and the losses.

    A norm is taken whenever a loss is asked for, and just before each step.
    """
    rng = np.random.default_rng(0)
    weights = {
        "hidden.weight": rng.normal(size=(4, 2)),
        "hidden.bias": rng.normal(size=4),
        "output.weight": 0.5 * rng.normal(size=(1, 4)),
        "output.bias": np.zeros(1),
    }
    batches = []
    for rows in (4, 8, 4) * 4:
        x = rng.normal(size=(rows, 2))
        batches.append((x, np.tanh(x.sum(axis=1, keepdims=True)) + 2.0))
    model, norms, used = network(weights), [], []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def norm():
        return sum(p.grad.square().sum().item() for p in model.parameters() if p.grad is not None) ** 0.5

    def loss_fn(outputs, targets):
        norms.append(norm())
        return mean_square(outputs, targets)

    def before_step(stepped, args, kwargs):
        norms.append(norm())
        used.append([norm(), model.output.bias.item()])

    hook = register_optimizer_step_pre_hook(before_step)
    try:
        losses = train(model, tensors(batches), loss_fn, optimizer, 3)
    finally:
        hook.remove()
    return norms, used, losses


def figure_norm(train):
    """The norm of what `.grad` holds at each look at it."""
    norms, _, _ = lesson(train)
    return {"x": np.arange(1.0, len(norms) + 1), "y": np.array(norms)}


def trace(train):
    """Each step of that training: its loss, the norm of the gradient used, the output's bias before it."""
    _, used, losses = lesson(train)
    rows = [[t, float(plain(loss)), *row] for t, (loss, row) in enumerate(zip(losses, used, strict=False), start=1)]
    return {"columns": ["step", "loss", "gradient_norm", "output_bias"], "rows": np.array(rows, dtype=float)}
