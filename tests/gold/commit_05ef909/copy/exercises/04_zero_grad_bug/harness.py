"""Builds a small network and an optimizer, lets a learner's `train` drive them, and tells what was seen."""

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

LAYERS = ("hidden", "output")


def network(weights, normalised=False):
    """Linear, (batch norm,) tanh, linear, in float64, holding copies of `weights`."""
    (hidden, inputs), (outputs, _) = (weights[f"{layer}.weight"].shape for layer in LAYERS)
    model = torch.nn.Sequential()
    # Before a batch norm a bias has no effect, and its gradient would be rounding noise.
    model.add_module("hidden", torch.nn.Linear(inputs, hidden, bias=not normalised, dtype=torch.float64))
    if normalised:
        model.add_module("norm", torch.nn.BatchNorm1d(hidden, dtype=torch.float64))
    model.add_module("curve", torch.nn.Tanh())
    model.add_module("output", torch.nn.Linear(hidden, outputs, dtype=torch.float64))
    for name, parameter in model.named_parameters():
        if name in weights:
            parameter.data = torch.from_numpy(weights[name].copy())
    return model


def watch(train, model, batches, optimizer):
    """Call `train`; give what it returned and, after each step of whichever optimizer, what was there."""
    parameters = dict(model.named_parameters())
    seen = []

    def after_step(stepped, args, kwargs):
        seen.append(
            {
                "own": stepped is optimizer,
                "optimizer": stepped,
                "lr": float(stepped.param_groups[0]["lr"]),
                "parameters": {name: p.detach().numpy().copy() for name, p in parameters.items()},
            }
        )

    hook = register_optimizer_step_post_hook(after_step)
    try:
        losses = train(model, batches, torch.nn.functional.mse_loss, optimizer)
    finally:
        hook.remove()
    return losses, seen


def observe(train, weights, batches, optimizer="SGD", settings=None, stale=None, normalised=False):
    """Everything there is to judge a run by; `parameters` holds (steps, …) arrays by name.

    `stale` gives gradients that are there before `train` is called; `other_optimizers` counts those that took
    `other_steps`; `state_steps` are the optimizer's own counts, one a parameter, where it keeps them.
    """
    model = network(weights, normalised)
    for name, parameter in model.named_parameters():
        if stale is not None and name in stale:
            parameter.grad = torch.from_numpy(np.array(stale[name]))
    handed = getattr(torch.optim, optimizer)(model.parameters(), **(settings or {}))
    tensors = [(torch.from_numpy(np.array(x)), torch.from_numpy(np.array(y))) for x, y in batches]
    losses, seen = watch(train, model, tensors, handed)
    return {
        "losses": losses,
        "parameters": {
            name: np.array([step["parameters"][name] for step in seen]) for name, _ in model.named_parameters()
        },
        "learning_rates": np.array([step["lr"] for step in seen]),
        "own_steps": sum(step["own"] for step in seen),
        "other_steps": sum(not step["own"] for step in seen),
        # All are kept until here, so that none can have the id of one that is gone.
        "other_optimizers": len({id(step["optimizer"]) for step in seen if not step["own"]}),
        "state_steps": [float(handed.state[p]["step"]) for p in model.parameters() if "step" in handed.state[p]],
        "training": model.training,
    }


def lesson(steps):
    """A network and batches that are the same in every run, for the picture and the table."""
    rng = np.random.default_rng(0)
    weights = {
        "hidden.weight": rng.normal(size=(4, 2)),
        "hidden.bias": rng.normal(size=4),
        "output.weight": 0.5 * rng.normal(size=(1, 4)),
        "output.bias": np.zeros(1),
    }
    inputs = rng.normal(size=(steps, 16, 2))
    targets = np.tanh(inputs.sum(axis=2, keepdims=True)) + 2.0
    batches = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in zip(inputs, targets, strict=True)]
    return network(weights), batches


def lesson_watched(train, steps):
    """The lesson with plain SGD: losses, what was seen after each step, norm of the gradient it was made with."""
    model, batches = lesson(steps)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    norms = []

    def after_step(stepped, args, kwargs):
        squares = [p.grad.square().sum().item() for p in model.parameters() if p.grad is not None]
        norms.append(sum(squares) ** 0.5)

    hook = register_optimizer_step_post_hook(after_step)
    try:
        losses, seen = watch(train, model, batches, optimizer)
    finally:
        hook.remove()
    return losses, seen, norms


def figure_gradient_norm(train):
    """The norm of the gradient that each of forty steps of SGD was made with."""
    _, _, norms = lesson_watched(train, 40)
    return {"x": np.arange(1.0, len(norms) + 1), "y": np.array(norms)}


def trace(train):
    """Twelve steps of SGD: each batch's loss, the norm of the gradient used, the output's bias."""
    steps = enumerate(zip(*lesson_watched(train, 12), strict=False), start=1)
    rows = [[t, loss, norm, seen["parameters"]["output.bias"].item()] for t, (loss, seen, norm) in steps]
    return {"columns": ["step", "loss", "gradient_norm", "output_bias"], "rows": np.array(rows, dtype=float)}
