"""The three schedules as PyTorch's own schedulers step through them, one call of `step` an epoch."""

from functools import cache

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts, StepLR


class Stepped:
    """A scheduler and the rates that it has given so far: it is stepped on when a later epoch is asked for."""

    def __init__(self, make, base_lr, **settings):
        self.optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base_lr)
        self.scheduler = make(self.optimizer, **settings)
        self.rates = []

    def at(self, epoch):
        while len(self.rates) <= epoch:
            self.rates.append(self.scheduler.get_last_lr()[0])
            self.optimizer.step()
            self.scheduler.step()
        return self.rates[epoch]


stepped = cache(Stepped)


def step_lr(epoch, base_lr, step_size, gamma=0.1):
    return stepped(StepLR, base_lr, step_size=step_size, gamma=gamma).at(epoch)


def cosine_lr(epoch, base_lr, t_max, eta_min=0.0):
    return stepped(CosineAnnealingLR, base_lr, T_max=t_max, eta_min=eta_min).at(epoch)


def warm_restarts_lr(epoch, base_lr, t_0, t_mult=1, eta_min=0.0):
    return stepped(CosineAnnealingWarmRestarts, base_lr, T_0=t_0, T_mult=t_mult, eta_min=eta_min).at(epoch)
