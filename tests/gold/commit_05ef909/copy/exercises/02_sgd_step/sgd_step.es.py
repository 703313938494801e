"""Ejercicio 2: un paso de descenso de gradiente, con parámetros de PyTorch.

Con w un parámetro, g su gradiente (lo que `loss.backward()` dejó en w.grad) y lr la tasa de aprendizaje:

    w  <-  w - lr g          para cada parámetro que tenga gradiente

Convención: la de torch.optim.SGD. Los parámetros cambian in situ y nada más cambia: ni sus gradientes,
ni `requires_grad`, ni si autograd está grabando. Un parámetro cuyo `.grad` es None se queda donde está.
A mano: w = [1, -2] con w.grad = [4, -3] y lr 0,5 acaba en w = [-1, -0.5].
"""

import torch


def sgd_step(params, lr):
    """Mueve cada parámetro de `params`, un iterable cualquiera, incluso un generador; no devuelve nada."""
    # TODO: la línea de arriba, con cada parámetro y sin que autograd la grabe.
    raise NotImplementedError("Ejercicio 2: sgd_step")
