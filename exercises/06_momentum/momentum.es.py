"""Ejercicio 6: SGD con momentum, con la tasa de aprendizaje fuera de la velocidad o dentro de ella.

Con g el gradiente, mu el momentum, tau el dampening y eta la tasa de aprendizaje:

    momentum_step    v  <-  g                       en el primer paso, sea cual sea tau
                     v  <-  mu v + (1 - tau) g      después
                     param  <-  param - eta v
                     param  <-  param - eta (g + mu v)      con nesterov: la v nueva, ya en el primer paso
    physics_step     v  <-  mu v + eta g
                     param  <-  param - v
    as_physics       eta v
    as_pytorch       v / eta

Convención: la primera, la de torch.optim.SGD, empieza con velocidad None; la otra, con ceros.
A mano: param = 1, g = 4, eta = 0,1, mu = 0,5. Primero v = 4, param = 0,6; desde v = 2, v = 5, param = 0,5.
"""


def momentum_step(param, grad, velocity, lr=0.01, momentum=0.9, dampening=0.0, nesterov=False):
    """Devuelve (param, velocity) nuevos; al principio velocity es None. No toca los arrays que recibe."""
    # TODO: la velocidad, que empieza siendo el gradiente; luego el paso, normal o de Nesterov.
    raise NotImplementedError("Ejercicio 6: momentum_step")


def physics_step(param, grad, velocity, lr=0.01, momentum=0.9):
    """Devuelve (param, velocity) nuevos; la velocidad es lo que se mueve el parámetro."""
    # TODO: las mismas dos líneas con la tasa dentro.
    raise NotImplementedError("Ejercicio 6: physics_step")


def as_physics(velocity, lr):
    """Devuelve la velocidad de momentum_step tal como la tiene physics_step."""
    # TODO: ¿cuánto vale la una si se conoce la otra?
    raise NotImplementedError("Ejercicio 6: as_physics")


def as_pytorch(velocity, lr):
    """Devuelve la velocidad de physics_step tal como la tiene momentum_step."""
    # TODO: y a la inversa.
    raise NotImplementedError("Ejercicio 6: as_pytorch")
