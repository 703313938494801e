"""Ejercicio 3: un paso de Adam.

Con g el gradiente, y b1 y b2 las dos betas:

    m  <-  b1 m + (1 - b1) g            media móvil del gradiente
    v  <-  b2 v + (1 - b2) g^2          media móvil de su cuadrado
    m^  =  m / (1 - b1^t)               ambas medias arrancan en cero:
    v^  =  v / (1 - b2^t)               aquí se corrige ese arranque
    param  <-  param - lr m^ / (sqrt(v^) + eps)

Convención: la de torch.optim.Adam. eps se suma fuera de la raíz y t vale 1 en la primera llamada.
A mano: param 1, g 4, m y v 0, t 1, lr 0,1. Las medias pasan a 0,4 y 0,016, y param a 0,9.
"""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Devuelve los nuevos (param, m, v); los arrays que recibe se quedan como estaban."""
    # TODO: las cinco líneas de arriba, en su orden.
    raise NotImplementedError("Ejercicio 3: adam_step")
