"""Another order of lines, other names, and a cache of its own making."""

import numpy as np


def mlp_forward(x, params):
    h = np.clip(x @ params["w1"] + params["b1"], 0, None)
    return np.dot(h, params["w2"]) + params["b2"], {"inputs": x, "hidden": h, "open": h != 0}


def softmax_cross_entropy_backward(logits, labels):
    p = _softmax(logits)
    y = np.zeros(p.shape)
    y[np.arange(p.shape[0]), labels] = 1.0
    return -(y - p) / p.shape[0]


def _softmax(a):
    a = a - np.amax(a, axis=1)[:, np.newaxis]
    e = np.e**a
    return e / np.sum(e, axis=1)[:, np.newaxis]


def relu_backward(grad_out, x):
    return grad_out * np.where(x <= 0, 0, 1)


def linear_backward(grad_out, x, weight):
    db = np.add.reduce(grad_out)
    dw = np.tensordot(x, grad_out, axes=(0, 0))
    dx = np.inner(grad_out, weight)
    return dx, dw, db


def mlp_backward(x, labels, params):
    logits, cache = mlp_forward(x, params)
    d = softmax_cross_entropy_backward(logits, labels)
    dh, dw2, db2 = linear_backward(d, cache["hidden"], params["w2"])
    dz = dh * cache["open"]
    _, dw1, db1 = linear_backward(dz, cache["inputs"], params["w1"])
    return {"b1": db1, "b2": db2, "w1": dw1, "w2": dw2}
