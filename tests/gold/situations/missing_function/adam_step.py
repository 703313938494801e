import numpy as np


def adam(param, grad, m, v, t):
    return param, m, v
