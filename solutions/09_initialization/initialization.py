"""Exercise 9: the first weights of a layer, by Xavier and by He.

    Xavier    Var(W) = 2 / (fan_in + fan_out)
    He        Var(W) = 2 / fan_in

Each may be normal or uniform, around zero. A uniform draw between -b and b has the variance b^2 / 3.

Convention: that of torch.nn.init. A linear layer is (out, in), a convolution (out, in, kh, kw), where
every place of the kernel counts in both fans. Normal draws are not truncated, Xavier has no gain, He
takes fan_in.
By hand: shape (2, 8) has fans of 8 and 2; He's variance is 0.25, his deviation 0.5, his b 0.866;
Xavier's variance is 0.2. Shape (2, 8, 3, 3) has fans of 72 and 18.
"""

import math

import numpy as np


def fans(shape):
    """Return (fan_in, fan_out) of the weights of a layer: whole numbers."""
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


def xavier_uniform(shape, rng):
    """Return new weights of this shape, uniform around zero, drawn from rng alone."""
    limit = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape)


def xavier_normal(shape, rng):
    """Return new weights of this shape, normal around zero, drawn from rng alone."""
    # A generator asks for the deviation; the formula is that of the variance.
    deviation = np.sqrt(2 / sum(fans(shape)))
    return rng.normal(0.0, deviation, shape)


def he_uniform(shape, rng):
    """Return new weights of this shape, uniform around zero, drawn from rng alone."""
    bound = np.sqrt(6 / fans(shape)[0])
    return rng.uniform(-bound, bound, shape)


def he_normal(shape, rng):
    """Return new weights of this shape, normal around zero, drawn from rng alone."""
    sigma = np.sqrt(2 / fans(shape)[0])
    return rng.normal(0.0, sigma, shape)
