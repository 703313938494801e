"""Answers that are views, transposed or in Fortran order."""

import numpy as np


def mlp_forward(x, params):
    z = x @ params["w1"] + params["b1"]
    h = np.maximum(z, 0.0)
    logits = h @ params["w2"] + params["b2"]
    return logits, {"z": z, "h": h}


def linear_backward(grad_out, x, weight):
    stacked = np.concatenate([x, np.ones((len(x), 1))], axis=1).T @ grad_out
    return (weight @ grad_out.T).T, np.asfortranarray(stacked[:-1]), stacked[-1]


def relu_backward(grad_out, x):
    return np.where(x.T > 0, grad_out.T, 0.0).T


def softmax_cross_entropy_backward(logits, labels):
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = exps / exps.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)


def mlp_backward(x, labels, params):
    logits, cache = mlp_forward(x, params)
    grad_logits = softmax_cross_entropy_backward(logits, labels)
    grad_h, grad_w2, grad_b2 = linear_backward(grad_logits, cache["h"], params["w2"])
    _, grad_w1, grad_b1 = linear_backward(relu_backward(grad_h, cache["z"]), x, params["w1"])
    return {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}
