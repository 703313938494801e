"""Exercise 7: a penalty in the loss, a decay in the gradient, and a decay apart from it.

With w the parameter, g the gradient, lambda the penalty or the decay and eta the learning rate:

    l2_gradient    g + 2 lambda w                        of the loss L + lambda sum w^2
    sgd_step       w  <-  w - eta (g + lambda w)
    adam_step      g + lambda w in place of g, then Adam: its averages see the decay
    adamw_step     w  <-  w - eta lambda w - eta m^ / (sqrt(v^) + eps): its averages see g alone

Convention: PyTorch's. In adamw_step the w from before the step decays; m and v come back uncorrected.
By hand: w = 2, g = 1, lambda = 0.5, eta = 0.1, m = v = 0, t = 1 give 3, 1.8, 1.9 and 1.8.
"""

import numpy as np


def l2_gradient(grad, param, penalty):
    """Return the gradient of the loss with its penalty, from the gradient without it."""
    # The square brings its 2 down; PyTorch's weight_decay has none.
    return grad + 2 * penalty * param


def sgd_step(param, grad, lr, weight_decay):
    """Return the new param; the arrays that came in stay as they were."""
    return param - lr * (grad + weight_decay * param)


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Return the new (param, m, v) as Adam does; the arrays that came in stay as they were."""
    decayed = grad + weight_decay * param
    return adamw_step(param, decayed, m, v, t, lr, beta1, beta2, eps, weight_decay=0.0)


def adamw_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Return the new (param, m, v) as AdamW does; the arrays that came in stay as they were."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    # The decay goes past the averages: no division makes it smaller where gradients are large.
    param = param - lr * weight_decay * param
    param = param - lr * m_hat / (np.sqrt(v_hat) + eps)
    return param, m, v
