"""Ejercicio 11: la política 1cycle, una tasa y un momentum para cada lote de todo un entrenamiento.

Con k el paso, T los pasos en total y P = pct_start T - 1 el lugar del pico, entero o no:

    0 <= k <= P      medio coseno de first a max_lr             (first: max_lr entre div_factor)
    P < k <= T - 1   medio coseno de max_lr a last              (last: first entre final_div_factor)

y el momentum al revés: de max_momentum a base_momentum en P, y de vuelta. Fuera de 0 ... T - 1: ValueError.
Medio coseno de a a b: b + (a - b) (1 + cos(pi p)) / 2, con p de 0 a 1. Convención: la de OneCycleLR de torch.
A mano: max_lr 1, T = 10 y pct_start 0,3 dan 0,04 en el paso 0; 0,52 en el 1; 1 en el 2; 0,000004 en el 9.
"""

import math


def one_cycle_lr(step, max_lr, total_steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
    """Devuelve la tasa de un paso; da ValueError si el paso es menor que 0 o llega a total_steps."""
    # TODO: las dos líneas, después de mirar si el paso está dentro del ciclo.
    raise NotImplementedError("Ejercicio 11: one_cycle_lr")


def one_cycle_momentum(step, total_steps, pct_start=0.3, base_momentum=0.85, max_momentum=0.95):
    """Devuelve el momentum de un paso, mínimo donde la tasa es máxima; da ValueError como one_cycle_lr."""
    # TODO: el mismo ciclo al revés.
    raise NotImplementedError("Ejercicio 11: one_cycle_momentum")
