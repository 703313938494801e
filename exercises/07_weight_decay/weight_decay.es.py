"""Ejercicio 7: una penalización en la pérdida, un decaimiento en el gradiente y un decaimiento aparte.

Con w el parámetro, g el gradiente, lambda la penalización o el decaimiento y eta la tasa de aprendizaje:

    l2_gradient    g + 2 lambda w                        de la pérdida L + lambda suma de w^2
    sgd_step       w  <-  w - eta (g + lambda w)
    adam_step      g + lambda w en lugar de g, y luego Adam: sus medias ven el decaimiento
    adamw_step     w  <-  w - eta lambda w - eta m^ / (sqrt(v^) + eps): sus medias ven solo g

Convención: la de PyTorch. En adamw_step decae la w de antes del paso; m y v se devuelven sin corregir.
A mano: w = 2, g = 1, lambda = 0,5, eta = 0,1, m = v = 0, t = 1 dan 3; 1,8; 1,9 y 1,8.
"""

import numpy as np


def l2_gradient(grad, param, penalty):
    """Devuelve el gradiente de la pérdida con su penalización, a partir del gradiente sin ella."""
    # TODO: ¿qué le añade la penalización a la pendiente de un peso?
    raise NotImplementedError("Ejercicio 7: l2_gradient")


def sgd_step(param, grad, lr, weight_decay):
    """Devuelve el nuevo param; los arrays que recibe se quedan como estaban."""
    # TODO: un paso de SGD cuyo gradiente lleva dentro el decaimiento.
    raise NotImplementedError("Ejercicio 7: sgd_step")


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Devuelve los nuevos (param, m, v) como Adam; los arrays que recibe se quedan como estaban."""
    # TODO: el ejercicio 3, con un gradiente que lleva dentro el decaimiento.
    raise NotImplementedError("Ejercicio 7: adam_step")


def adamw_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Devuelve los nuevos (param, m, v) como AdamW; los arrays que recibe se quedan como estaban."""
    # TODO: el ejercicio 3, y el decaimiento aparte.
    raise NotImplementedError("Ejercicio 7: adamw_step")
