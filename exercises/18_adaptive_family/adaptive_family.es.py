"""Ejercicio 18: un paso de AdaGrad y uno de RMSprop.

Con w el parámetro, g el gradiente, s lo que se recuerda de sus cuadrados y eta la tasa de aprendizaje:

    AdaGrad    s  <-  s + g^2                            todos los cuadrados desde el inicio
               w  <-  w - eta_t g / (sqrt(s) + eps)      eta_t = eta / (1 + (t - 1) lr_decay)
    RMSprop    s  <-  alpha s + (1 - alpha) g^2          los cuadrados recientes: los viejos se apagan
               w  <-  w - eta g / (sqrt(s) + eps)

Convención: la de PyTorch. Épsilon va fuera de la raíz; t es 1 en la primera llamada; los dos estados
empiezan en cero.
A mano, con w = 1, g = 8, eta = 0,1 y t = 1: s = 36 da 0,92 en AdaGrad; s = 12 y alpha = 0,75 dan 0,84 en
RMSprop.
"""

import numpy as np


def adagrad_step(param, grad, state_sum, t, lr=0.01, lr_decay=0.0, eps=1e-10):
    """Devuelve los nuevos (param, state_sum); los arrays que recibe se quedan como estaban."""
    # TODO: la nueva suma, la tasa del paso t, el nuevo parámetro.
    raise NotImplementedError("Ejercicio 18: adagrad_step")


def rmsprop_step(param, grad, square_avg, lr=0.01, alpha=0.99, eps=1e-8):
    """Devuelve los nuevos (param, square_avg); los arrays que recibe se quedan como estaban."""
    # TODO: la nueva media, el nuevo parámetro.
    raise NotImplementedError("Ejercicio 18: rmsprop_step")
