"""Exercise 3: one step of Adam.

With g the gradient, and b1, b2 the two betas:

    m  <-  b1 m + (1 - b1) g            running average of the gradient
    v  <-  b2 v + (1 - b2) g^2          running average of its square
    m^  =  m / (1 - b1^t)               both averages start at zero:
    v^  =  v / (1 - b2^t)               here that start is corrected
    param  <-  param - lr m^ / (sqrt(v^) + eps)

Convention: torch.optim.Adam's. eps stands outside the root, and t is 1 at the first call.
By hand: param = 1, g = 4, m = v = 0, t = 1, lr = 0.1 give m = 0.4, v = 0.016 and param = 0.9.
"""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the new (param, m, v); the arrays that came in stay as they were."""
    # TODO: the five lines above, in their order.
    raise NotImplementedError("Exercise 3: adam_step")
