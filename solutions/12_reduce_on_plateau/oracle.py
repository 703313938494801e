"""`ReduceOnPlateau` as PyTorch does it: its own scheduler, on an optimizer with one parameter."""

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


class ReduceOnPlateau:
    def __init__(self, lr, *settings, **named):
        self.optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
        self.scheduler = ReduceLROnPlateau(self.optimizer, *settings, **named)

    def step(self, metric):
        self.scheduler.step(metric)
        return self.optimizer.param_groups[0]["lr"]
