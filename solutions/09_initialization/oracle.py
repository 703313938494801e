"""`initialization` as the library computes it. FILL IN: call the library's own function, not the formula again."""

import torch


def initialization(x, scale=2.0, shift=1.0):
    return torch.add(torch.full_like(torch.tensor(x), shift), torch.tensor(x), alpha=scale).numpy()
