"""The first weights as PyTorch draws them: `torch.nn.init`, its generator seeded from the one that is given."""

import torch
from torch.nn import init


def fans(shape):
    # PyTorch has no public name for it.
    return init._calculate_fan_in_and_fan_out(torch.empty(shape))


def xavier_uniform(shape, rng):
    return init.xavier_uniform_(empty(shape), generator=seeded(rng)).numpy()


def xavier_normal(shape, rng):
    return init.xavier_normal_(empty(shape), generator=seeded(rng)).numpy()


def he_uniform(shape, rng):
    return init.kaiming_uniform_(empty(shape), nonlinearity="relu", generator=seeded(rng)).numpy()


def he_normal(shape, rng):
    return init.kaiming_normal_(empty(shape), nonlinearity="relu", generator=seeded(rng)).numpy()


def empty(shape):
    return torch.empty(shape, dtype=torch.float64)


def seeded(rng):
    return torch.Generator().manual_seed(int(rng.integers(2**63)))
