"""Ejercicio 1: la retropropagación de un clasificador, a mano.

La red tiene 784 entradas, 128 unidades ocultas y 10 clases. Su pérdida es la media de la entropía
cruzada en un lote:

    z = x w1 + b1,   h = max(z, 0),   logits = h w2 + b2,   loss = -mean(log softmax(logits)[label])

Convención: los ejemplos son filas, un peso es (in, out) y cada gradiente tiene la forma de aquello a lo
que corresponde. La vuelta solo calcula: no modifica los pesos ni ningún otro array que reciba.
"""

import numpy as np


def mlp_forward(x, params):
    """Ya hecha. Da los logits y lo que la vuelta necesitará de la ida."""
    z = x @ params["w1"] + params["b1"]
    h = np.maximum(z, 0.0)
    logits = h @ params["w2"] + params["b2"]
    return logits, {"z": z, "h": h}


def linear_backward(grad_out, x, weight):
    """Devuelve (grad_x, grad_weight, grad_bias), para out = x weight + bias.

    grad_x = grad_out W^T,   grad_weight = x^T grad_out,   grad_bias = la suma de las filas de grad_out.
    A mano: grad_out [[2, -1]], x [[3]], weight [[1, 4]] dan [[-2]], [[6, -3]] y [2, -1].
    """
    # TODO: tres gradientes, una línea para cada uno.
    raise NotImplementedError("Ejercicio 1: linear_backward")


def relu_backward(grad_out, x):
    """Devuelve grad_x, donde x es lo que entró en la ReLU.

    La pendiente es 1 donde x es positivo y 0 en el resto, también en x = 0; grad_x es grad_out por ella.
    A mano: grad_out [[5, 5, -5]], x [[-1, 0, 2]] dan [[0, 0, -5]].
    """
    # TODO: deja pasar lo que la ReLU dejó pasar.
    raise NotImplementedError("Ejercicio 1: relu_backward")


def softmax_cross_entropy_backward(logits, labels):
    """Devuelve el gradiente de la pérdida media de las N filas respecto a los logits (N, clases).

    grad_logits = (P - Y) / N, con P el softmax de cada fila e Y las etiquetas (N,) en filas one-hot.
    A mano: logits [[0, 0], [0, 0]], labels [0, 1] dan [[-0.25, 0.25], [0.25, -0.25]].
    """
    # TODO: probabilidades que aguanten logits de 1000 y, con ellas, la fórmula.
    raise NotImplementedError("Ejercicio 1: softmax_cross_entropy_backward")


def mlp_backward(x, labels, params):
    """Devuelve los gradientes de la pérdida, en un dict con las claves de params: w1, b1, w2, b2.

    A mano: x [[2]], labels [0], w1 [[1]], b1 [0], w2 [[3, -1]], b2 [-6, 2]
    dan w1 [[-4]], b1 [-2], w2 [[-1, 1]], b2 [-0.5, 0.5].
    """
    # TODO: haz la ida una vez y vuelve por las mismas capas, de la última a la primera.
    raise NotImplementedError("Ejercicio 1: mlp_backward")
