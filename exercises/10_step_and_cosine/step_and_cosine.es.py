"""Ejercicio 10: una tasa de aprendizaje que baja a escalones, por un coseno, y por un coseno tras otro.

Con k la época, B la tasa base, s las épocas entre escalones, T la duración de una bajada y M el mínimo:

    step_lr            B gamma^floor(k / s)
    cosine_lr          M + (B - M) (1 + cos(pi k / T)) / 2        con cualquier k: después de T sube
    warm_restarts_lr   lo mismo, con k contada desde el último reinicio y T la duración de ese ciclo:
                       t_0 al principio, t_mult veces más tras cada reinicio

Convención: la de los schedulers de PyTorch, con una llamada por época. Las épocas se cuentan desde 0.
A mano, con B = 1: s = 2 da 1; 1; 0,1; T = 4 y M = 0,1 dan 1; 0,868; 0,55; 0,232; 0,1; 0,232;
t_0 = 2 y t_mult = 2 dan 1; 0,5; luego 1; 0,854; 0,5; 0,146; luego 1.
"""

import math


def step_lr(epoch, base_lr, step_size, gamma=0.1):
    """Devuelve la tasa de una época: se multiplica por gamma cada step_size épocas."""
    # TODO: la primera línea de la fórmula.
    raise NotImplementedError("Ejercicio 10: step_lr")


def cosine_lr(epoch, base_lr, t_max, eta_min=0.0):
    """Devuelve la tasa de una época: medio coseno de base_lr a eta_min en t_max épocas, y la onda sigue."""
    # TODO: la segunda línea de la fórmula.
    raise NotImplementedError("Ejercicio 10: cosine_lr")


def warm_restarts_lr(epoch, base_lr, t_0, t_mult=1, eta_min=0.0):
    """Devuelve la tasa de una época: la bajada de cosine_lr, que vuelve a empezar en cada reinicio."""
    # TODO: halla dónde empieza el ciclo de esa época y cuánto dura. Lo demás ya lo tienes.
    raise NotImplementedError("Ejercicio 10: warm_restarts_lr")
