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

import numpy as np


def fans(shape):
    """Return (fan_in, fan_out) of the weights of a layer: whole numbers."""
    # TODO: both fans. What does each place of a kernel do to them?
    raise NotImplementedError("Exercise 9: fans")


def xavier_uniform(shape, rng):
    """Return new weights of this shape, uniform around zero, drawn from rng alone."""
    # TODO: the limit that gives this variance, and the draw.
    raise NotImplementedError("Exercise 9: xavier_uniform")


def xavier_normal(shape, rng):
    """Return new weights of this shape, normal around zero, drawn from rng alone."""
    # TODO: the draw. Which of the two does a generator ask for, the variance or its root?
    raise NotImplementedError("Exercise 9: xavier_normal")


def he_uniform(shape, rng):
    """Return new weights of this shape, uniform around zero, drawn from rng alone."""
    # TODO: the same with the formula of He.
    raise NotImplementedError("Exercise 9: he_uniform")


def he_normal(shape, rng):
    """Return new weights of this shape, normal around zero, drawn from rng alone."""
    # TODO: the same with the formula of He.
    raise NotImplementedError("Exercise 9: he_normal")
