"""Ejercicio 9: los primeros pesos de una capa, según Xavier y según He.

    Xavier    Var(W) = 2 / (fan_in + fan_out)
    He        Var(W) = 2 / fan_in

Las dos pueden ser normales o uniformes, alrededor de cero. Un sorteo uniforme entre -b y b tiene
varianza b^2 / 3.

Convención: la de torch.nn.init. Una capa lineal es (out, in); una convolución, (out, in, kh, kw), y en
sus dos fans cuentan todas las posiciones del kernel. Las normales no se truncan, Xavier va sin gain y He
usa fan_in.
A mano: con la forma (2, 8), los fans son 8 y 2; la varianza de He es 0,25, su desviación 0,5 y su b
0,866; la varianza de Xavier es 0,2. Con la forma (2, 8, 3, 3), los fans son 72 y 18.
"""

import numpy as np


def fans(shape):
    """Devuelve (fan_in, fan_out) de los pesos de una capa: números enteros."""
    # TODO: los dos fans. ¿Qué hace con ellos cada posición de un kernel?
    raise NotImplementedError("Ejercicio 9: fans")


def xavier_uniform(shape, rng):
    """Devuelve pesos nuevos de esa forma, uniformes alrededor de cero, sorteados solo con rng."""
    # TODO: el límite que da esa varianza, y el sorteo.
    raise NotImplementedError("Ejercicio 9: xavier_uniform")


def xavier_normal(shape, rng):
    """Devuelve pesos nuevos de esa forma, normales alrededor de cero, sorteados solo con rng."""
    # TODO: el sorteo. ¿Qué pide un generador, la varianza o su raíz?
    raise NotImplementedError("Ejercicio 9: xavier_normal")


def he_uniform(shape, rng):
    """Devuelve pesos nuevos de esa forma, uniformes alrededor de cero, sorteados solo con rng."""
    # TODO: lo mismo con la fórmula de He.
    raise NotImplementedError("Ejercicio 9: he_uniform")


def he_normal(shape, rng):
    """Devuelve pesos nuevos de esa forma, normales alrededor de cero, sorteados solo con rng."""
    # TODO: lo mismo con la fórmula de He.
    raise NotImplementedError("Ejercicio 9: he_normal")
