"""Written with loops over examples, inputs, outputs and classes, as on paper."""

import math

import numpy as np


def mlp_forward(x, params):
    z = x @ params["w1"] + params["b1"]
    h = np.maximum(z, 0.0)
    return h @ params["w2"] + params["b2"], {"z": z, "h": h}


def linear_backward(grad_out, x, weight):
    rows, outputs = grad_out.shape
    inputs = len(weight)
    grad_x, grad_weight, grad_bias = np.zeros((rows, inputs)), np.zeros((inputs, outputs)), np.zeros(outputs)
    for n in range(rows):
        for j in range(outputs):
            grad_bias[j] += grad_out[n, j]
            grad_x[n] += grad_out[n, j] * weight[:, j]
            grad_weight[:, j] += grad_out[n, j] * x[n]
    return [grad_x, grad_weight, grad_bias]


def relu_backward(grad_out, x):
    grad_x = np.zeros_like(grad_out)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            grad_x[place] = grad_out[place]
    return grad_x


def softmax_cross_entropy_backward(logits, labels):
    grad = np.empty_like(logits)
    for n, row in enumerate(logits):
        exps = [math.exp(value - max(row)) for value in row]
        for c, value in enumerate(exps):
            grad[n, c] = (value / sum(exps) - (c == labels[n])) / len(logits)
    return grad


def mlp_backward(x, labels, params):
    logits, cache = mlp_forward(x, params)
    grads = {}
    grad_h, grads["w2"], grads["b2"] = linear_backward(
        softmax_cross_entropy_backward(logits, labels), cache["h"], params["w2"]
    )
    _, grads["w1"], grads["b1"] = linear_backward(relu_backward(grad_h, cache["z"]), x, params["w1"])
    return grads
