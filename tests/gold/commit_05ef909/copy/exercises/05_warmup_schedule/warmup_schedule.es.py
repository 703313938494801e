"""Ejercicio 5: una tasa de aprendizaje que sube con un warmup y luego cae por medio coseno.

Con k el paso, W los pasos de warmup, T los pasos en total, B la tasa base y M el mínimo:

    warmup_lr             k < W        B (k + 1) / W
                          k >= W       B
    warmup_cosine_lr      k < W        la misma subida
                          W <= k < T   M + (B - M) (1 + cos(pi (k - W) / (T - W))) / 2
                          k >= T       M, digan lo que digan las líneas de arriba

Convención: los pasos se cuentan desde 0, al primero le toca B / W y el paso W - 1 ya tiene B.
A mano: B es 0,4; W = 4; T = 12; M = 0. La subida es 0,1; 0,2; 0,3 y 0,4. El paso 8 está
a media bajada y le toca 0,2.
"""

import math


def warmup_lr(step, base_lr, warmup_steps):
    """Devuelve la tasa de un paso: sube hasta base_lr y ahí sigue. Sin pasos de warmup no hay subida."""
    # TODO: las dos primeras líneas de la fórmula.
    raise NotImplementedError("Ejercicio 5: warmup_lr")


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    """Devuelve la tasa de un paso: la misma subida y luego medio coseno hasta min_lr, donde se queda."""
    # TODO: la subida, el coseno y lo que viene después. Desde total_steps manda siempre el mínimo.
    raise NotImplementedError("Ejercicio 5: warmup_cosine_lr")
