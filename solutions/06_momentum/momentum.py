"""Exercise 6: SGD with momentum, with the learning rate outside the velocity or inside it.

With g the gradient, mu the momentum, tau the dampening and eta the learning rate:

    momentum_step    v  <-  g                       at the first step, whatever tau
                     v  <-  mu v + (1 - tau) g      later
                     param  <-  param - eta v
                     param  <-  param - eta (g + mu v)      with nesterov: the new v, at the first step too
    physics_step     v  <-  mu v + eta g
                     param  <-  param - v
    as_physics       eta v
    as_pytorch       v / eta

Convention: torch.optim.SGD's for the first; its velocity is None before the first step, the other's is zeros.
By hand: param = 1, g = 4, eta = 0.1, mu = 0.5. At first v = 4, param = 0.6; from v = 2, v = 5 and param = 0.5.
"""


def momentum_step(param, grad, velocity, lr=0.01, momentum=0.9, dampening=0.0, nesterov=False):
    """Return the new (param, velocity); velocity is None at first, and the arrays that came in stay as they were."""
    velocity = grad if velocity is None else momentum * velocity + (1 - dampening) * grad
    # The rate stays outside: when it changes, what has piled up changes with it.
    step = grad + momentum * velocity if nesterov else velocity
    return param - lr * step, velocity


def physics_step(param, grad, velocity, lr=0.01, momentum=0.9):
    """Return the new (param, velocity), the velocity being what the parameter moves by."""
    velocity = momentum * velocity + lr * grad
    return param - velocity, velocity


def as_physics(velocity, lr):
    """Return the velocity of momentum_step as physics_step has it."""
    return lr * velocity


def as_pytorch(velocity, lr):
    """Return the velocity of physics_step as momentum_step has it."""
    return velocity / lr
