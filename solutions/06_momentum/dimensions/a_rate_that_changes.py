"""Right while the rate is constant: the rate of a run's first step is used for all the others."""

rate_of = {}


def momentum_step(param, grad, velocity, lr=0.01, momentum=0.9, dampening=0.0, nesterov=False):
    if velocity is None:
        velocity = grad
    else:
        lr = rate_of.get(velocity.tobytes(), lr)
        velocity = momentum * velocity + (1 - dampening) * grad
    rate_of[velocity.tobytes()] = lr
    step = grad + momentum * velocity if nesterov else velocity
    return param - lr * step, velocity


def physics_step(param, grad, velocity, lr=0.01, momentum=0.9):
    velocity = momentum * velocity + lr * grad
    return param - velocity, velocity


def as_physics(velocity, lr):
    return lr * velocity


def as_pytorch(velocity, lr):
    return velocity / lr
