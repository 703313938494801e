"""The four functions as PyTorch computes them: autograd on a penalized loss, and its own three optimizers."""

import torch


def parameter(values, grad):
    weight = torch.nn.Parameter(torch.tensor(values))
    weight.grad = torch.tensor(grad)
    return weight


def l2_gradient(grad, param, penalty):
    weight = torch.nn.Parameter(torch.tensor(param))
    loss = (torch.tensor(grad) * weight).sum()  # its gradient is grad
    (loss + penalty * (weight**2).sum()).backward()
    return weight.grad.numpy()


def sgd_step(param, grad, lr, weight_decay):
    weight = parameter(param, grad)
    torch.optim.SGD([weight], lr=lr, weight_decay=weight_decay).step()
    return weight.detach().numpy()


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    return stepped(torch.optim.Adam, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)


def adamw_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    return stepped(torch.optim.AdamW, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)


def stepped(kind, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    weight = parameter(param, grad)
    optimizer = kind([weight], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    state = {"step": torch.tensor(float(t - 1)), "exp_avg": torch.tensor(m), "exp_avg_sq": torch.tensor(v)}
    optimizer.state[weight] = state
    optimizer.step()
    return weight.detach().numpy(), state["exp_avg"].numpy(), state["exp_avg_sq"].numpy()
