"""Both steps as PyTorch takes them: its own optimizers, with the state that comes in put in the place of theirs."""

import torch


def parameter(values, grad):
    weight = torch.nn.Parameter(torch.tensor(values))
    weight.grad = torch.tensor(grad)
    return weight


def adagrad_step(param, grad, state_sum, t, lr=0.01, lr_decay=0.0, eps=1e-10):
    weight = parameter(param, grad)
    optimizer = torch.optim.Adagrad([weight], lr=lr, lr_decay=lr_decay, eps=eps)
    state = optimizer.state[weight]
    state["step"], state["sum"] = torch.tensor(float(t - 1)), torch.tensor(state_sum)
    optimizer.step()
    return weight.detach().numpy(), state["sum"].numpy()


def rmsprop_step(param, grad, square_avg, lr=0.01, alpha=0.99, eps=1e-8):
    weight = parameter(param, grad)
    optimizer = torch.optim.RMSprop([weight], lr=lr, alpha=alpha, eps=eps)
    state = {"step": torch.tensor(0.0), "square_avg": torch.tensor(square_avg)}
    optimizer.state[weight] = state
    optimizer.step()
    return weight.detach().numpy(), state["square_avg"].numpy()
