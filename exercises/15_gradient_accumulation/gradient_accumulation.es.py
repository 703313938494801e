"""Ejercicio 15: un paso a partir de muchos lotes pequeños, como si hubieran sido un solo lote grande.

Con n_i las filas del micro-batch i, N las de todos juntos y L_i la pérdida media de las filas de i:

    L  =  suma sobre i de  n_i / N  L_i          y el gradiente es esa misma suma de los suyos

Convención: loss_fn es una media por filas; un paso por grupo de lotes; las pérdidas son de antes del paso.
A mano: w = 0, pérdida media de (w - y)^2, y = 3 en una fila y 1, 1, 1 en tres dan L = 3 y pendiente -3;
con una tasa de 0,1, el peso pasa a valer 0,3.
"""


def accumulated_step(model, micro_batches, loss_fn, optimizer):
    """Da un paso con una lista de (inputs, targets); devuelve la pérdida media de antes, por filas."""
    # TODO: reúne los gradientes de todos los micro-batches y da después un solo paso.
    raise NotImplementedError("Ejercicio 15: accumulated_step")


def train(model, batches, loss_fn, optimizer, accumulate):
    """Da un paso por grupo de `accumulate` lotes, quizá menos al final; devuelve las pérdidas."""
    # TODO: corta la lista en grupos.
    raise NotImplementedError("Ejercicio 15: train")
