"""Ejercicio 8: gradientes con un tope, todos juntos o número por número.

Con g todos los gradientes como un único vector largo, ||g|| su norma (la raíz de la suma de los cuadrados)
y c el tope:

    clip_grad_norm     g  <-  g min(1, c / (||g|| + 1e-6))
    clip_grad_value    cada número de g  <-  el más cercano que haya de -c a c

Convención: la de torch.nn.utils. Lo que hay en .grad cambia in situ; si .grad es None, se pasa por alto.
A mano: los gradientes [3, 4] y [12] tienen norma 13; un tope de 6,5 los deja (casi) en [1.5, 2] y [6],
y se devuelve 13. Número por número, con un tope de 5, pasan a ser [3, 4] y [5].
"""

import torch


def clip_grad_norm(params, max_norm):
    """Escala los gradientes de `params`, quizá un generador; devuelve su norma de antes, 0.0 si no hay."""
    # TODO: la norma de todos los gradientes juntos y luego un solo factor para todos.
    raise NotImplementedError("Ejercicio 8: clip_grad_norm")


def clip_grad_value(params, clip_value):
    """Lleva cada número de los gradientes al intervalo de -clip_value a clip_value; no devuelve nada."""
    # TODO: la segunda línea.
    raise NotImplementedError("Ejercicio 8: clip_grad_value")


def clipped_step(loss, params, optimizer, max_norm):
    """Da un paso cuesta abajo por `loss`, solo con su gradiente, recortado; devuelve la norma de antes."""
    # TODO: cuatro cosas que hace un bucle de entrenamiento, y el lugar del recorte entre ellas.
    raise NotImplementedError("Ejercicio 8: clipped_step")
