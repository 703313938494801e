"""Hands torch parameters to a learner's `sgd_step` and returns, as NumPy values, how it left them."""

import numpy as np
import torch

CONTAINERS = {"list": list, "tuple": tuple, "generator": lambda params: (p for p in params)}
STRETCH = torch.tensor([[2.2, 1.6], [1.6, 1.8]], dtype=torch.float64)
FRAME = 3.0


def take_step(sgd_step, values, gradients, lr, container="list", trainable=None, recording=True):
    """One step on one parameter a value; a gradient of None is left None.

    `positions` says which parameter stands at each place of the list or tuple afterwards, -1 for a new one.
    """
    params = _parameters(values, trainable)
    for p, gradient in zip(params, gradients, strict=True):
        p.grad = None if gradient is None else torch.tensor(gradient)
    given = CONTAINERS[container](params)
    still_recording = _step(sgd_step, given, lr, recording)
    return {
        "values": _values(params),
        "gradients": [None if p.grad is None else p.grad.detach().numpy().copy() for p in params],
        "requires_grad": [p.requires_grad for p in params],
        "positions": [] if container == "generator" else [_position(p, params) for p in given],
        "recording": still_recording,
    }


def descend(sgd_step, start, rates):
    """Walk down a slanted valley, one step a rate: where the two weights stand before each and at the end."""
    params = _parameters(start.reshape(2, 1), None)
    points = [start.copy()]
    for lr in rates:
        for p in params:
            p.requires_grad_(True).grad = None
        with torch.enable_grad():
            _valley(torch.cat(params)).backward()
        _step(sgd_step, params, lr, recording=True)
        points.append(_point(params))
    return np.array(points)


def figure_path(sgd_step):
    """Thirty steps on the valley's surface; a run that leaves the picture ends there."""
    points = descend(sgd_step, np.array([-2.4, 1.1]), [0.45] * 30)
    outside = np.flatnonzero(~(np.abs(points) <= FRAME).all(axis=1))
    axis = np.linspace(-FRAME, FRAME, 61)
    first, second = np.meshgrid(axis, axis)
    grid = torch.tensor(np.stack([first, second], axis=-1))
    return {
        "x": axis,
        "y": axis,
        "loss": _valley(grid).numpy(),
        "points": points[: outside[0] + 1] if outside.size else points,
        "minimum": np.zeros(2),
    }


def trace(sgd_step):
    """Twenty steps of the same walk: both weights, their loss, and the slopes they are about to follow."""
    points = descend(sgd_step, np.array([-2.4, 1.1]), [0.45] * 20)[:-1]
    at = torch.tensor(points)
    rows = np.column_stack([points, _valley(at).numpy(), (at @ STRETCH).numpy()])
    return {"columns": ["w0", "w1", "loss", "grad0", "grad1"], "rows": rows}


def _parameters(values, trainable):
    flags = [True] * len(values) if trainable is None else trainable
    return [
        torch.nn.Parameter(torch.tensor(value), requires_grad=flag) for value, flag in zip(values, flags, strict=True)
    ]


def _step(sgd_step, params, lr, recording):
    """Call the learner; whether autograd records afterwards. What was found is put back in any case."""
    with torch.set_grad_enabled(recording):
        sgd_step(params, lr)
        return torch.is_grad_enabled()


def _valley(weights):
    return 0.5 * (weights @ STRETCH * weights).sum(dim=-1)


def _values(params):
    return [p.detach().numpy().copy() for p in params]


def _point(params):
    return np.concatenate(_values(params))


def _position(p, params):
    return next((i for i, own in enumerate(params) if own is p), -1)
