"""Starts with the second moment and uses powers and other names throughout."""


def squares(old, new, decay):
    return decay * old + (1 - decay) * new


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    variance = squares(v, grad**2, beta2)
    direction = squares(m, grad, beta1)
    scale = (variance / (1 - pow(beta2, t))) ** 0.5 + eps
    return param - lr / (1 - pow(beta1, t)) * direction / scale, direction, variance
