"""Exercise 18: one step of AdaGrad and one of RMSprop.

With w the parameter, g the gradient, s what is remembered of its squares and eta the learning rate:

    AdaGrad    s  <-  s + g^2                            all squares since the start
               w  <-  w - eta_t g / (sqrt(s) + eps)      eta_t = eta / (1 + (t - 1) lr_decay)
    RMSprop    s  <-  alpha s + (1 - alpha) g^2          recent squares: old ones fade
               w  <-  w - eta g / (sqrt(s) + eps)

Convention: PyTorch's. Epsilon is outside the root; t is 1 at the first call; both states start at zero.
By hand, with w = 1, g = 8, eta = 0.1 and t = 1: s = 36 gives 0.92 in AdaGrad; s = 12 and alpha = 0.75 give 0.84
in RMSprop.
"""

import numpy as np


def adagrad_step(param, grad, state_sum, t, lr=0.01, lr_decay=0.0, eps=1e-10):
    """Return the new (param, state_sum); the arrays that came in stay as they were."""
    # TODO: the new sum, the rate of step t, the new parameter.
    raise NotImplementedError("Exercise 18: adagrad_step")


def rmsprop_step(param, grad, square_avg, lr=0.01, alpha=0.99, eps=1e-8):
    """Return the new (param, square_avg); the arrays that came in stay as they were."""
    # TODO: the new mean, the new parameter.
    raise NotImplementedError("Exercise 18: rmsprop_step")
