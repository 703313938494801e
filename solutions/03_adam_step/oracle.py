"""`adam_step` as PyTorch takes it: its own optimizer, given the state that comes in."""

import torch


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    weight = torch.nn.Parameter(torch.tensor(param))
    weight.grad = torch.tensor(grad)
    optimizer = torch.optim.Adam([weight], lr=lr, betas=(beta1, beta2), eps=eps)
    state = {"step": torch.tensor(float(t - 1)), "exp_avg": torch.tensor(m), "exp_avg_sq": torch.tensor(v)}
    optimizer.state[weight] = state
    optimizer.step()
    return weight.detach().numpy(), state["exp_avg"].numpy(), state["exp_avg_sq"].numpy()
