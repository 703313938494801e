"""Both forms as PyTorch takes them: its own optimizer, given the velocity that comes in."""

import torch


def momentum_step(param, grad, velocity, lr=0.01, momentum=0.9, dampening=0.0, nesterov=False):
    weight = torch.nn.Parameter(torch.tensor(param))
    weight.grad = torch.tensor(grad)
    optimizer = torch.optim.SGD([weight], lr=lr, momentum=momentum, dampening=dampening, nesterov=nesterov)
    if velocity is not None:
        optimizer.state[weight]["momentum_buffer"] = torch.tensor(velocity)
    optimizer.step()
    # With momentum 0 it keeps no buffer.
    buffer = optimizer.state[weight].get("momentum_buffer")
    return weight.detach().numpy(), grad if buffer is None else buffer.numpy()


def physics_step(param, grad, velocity, lr=0.01, momentum=0.9):
    """PyTorch's step of rate 1 on a gradient that has the rate in it already."""
    return momentum_step(param, lr * grad, velocity, lr=1.0, momentum=momentum)


def as_physics(velocity, lr):
    return torch.mul(torch.tensor(velocity), lr).numpy()


def as_pytorch(velocity, lr):
    return torch.div(torch.tensor(velocity), lr).numpy()
