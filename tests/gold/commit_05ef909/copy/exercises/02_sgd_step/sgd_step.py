"""Exercise 2: one step of gradient descent, on PyTorch parameters.

With w a parameter, g its gradient (what `loss.backward()` left in w.grad) and lr the learning rate:

    w  <-  w - lr g          for every parameter that has a gradient

Convention: torch.optim.SGD's. The parameters change in place, and nothing else does: not their gradients,
not `requires_grad`, not whether autograd is recording. A parameter whose `.grad` is None stays where it is.
By hand: w = [1, -2], w.grad = [4, -3], lr = 0.5 leave w = [-1, -0.5].
"""

import torch


def sgd_step(params, lr):
    """Move each parameter of `params`, which can be any iterable, even a generator; return nothing."""
    # TODO: the line above, for each parameter, where autograd does not record it.
    raise NotImplementedError("Exercise 2: sgd_step")
