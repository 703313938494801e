"""Ejercicio 12: una tasa de aprendizaje que baja cuando una métrica ha dejado de mejorar.

Mejor que la mejor hasta ahora, con c el umbral:

                              mode min                  mode max
    threshold_mode rel        metric < best (1 - c)     metric > best (1 + c)
    threshold_mode abs        metric < best - c         metric > best + c

Cualquier otra, también nan, suma 1 a una cuenta; una mejor la pone a 0. Con más de patience seguidas:

    lr  <-  max(factor lr, min_lr)      si así baja más de eps

Convención: la de torch.optim.lr_scheduler.ReduceLROnPlateau. La primera métrica le gana a un infinito.
A mano: patience = 2, cooldown = 3 y una métrica que siempre es 1: la tasa baja en las llamadas 4, 10 y 16.
"""

import math


class ReduceOnPlateau:
    """Vigila una métrica para una tasa de aprendizaje, y recuerda entre llamadas lo que necesita."""

    def __init__(
        self,
        lr,
        mode="min",
        factor=0.1,
        patience=10,
        threshold=1e-4,
        threshold_mode="rel",
        cooldown=0,
        min_lr=0.0,
        eps=1e-8,
    ):
        """Guarda los ajustes; un factor de 1 o más, o un modo desconocido, es un ValueError."""
        # TODO: lo que el objeto debe saber, y lo que debe recordar de una llamada a la siguiente.
        raise NotImplementedError("Ejercicio 12: __init__")

    def step(self, metric):
        """Recibe la métrica de una época y devuelve la tasa de aprendizaje que rige desde entonces."""
        # TODO: ¿es mejor? Si no, ¿son ya demasiadas seguidas? Puede haber un cooldown en marcha.
        raise NotImplementedError("Ejercicio 12: step")
