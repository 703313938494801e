"""Ejercicio 4: un bucle de entrenamiento que no falla y entrena mal.

Cada vez que se llama a `backward`, PyTorch le hace esto a cada parámetro p, con L la pérdida del lote:

    p.grad  <-  p.grad + dL/dp

Convención: un paso por lote, dado con el gradiente de ese lote y nada más; la pérdida que se
devuelve es la de antes del paso.
A mano: con w 0, lr 0,1 y la pérdida (w - 2)^2 en cada lote, tres pasos llevan w a 0,4; 0,72 y 0,976.
Si los gradientes se acumulan, w vale 0,4; 1,12 y 2,016, que se pasa del 2, y después 2,909.
"""


def train(model, batches, loss_fn, optimizer):
    """Da un paso por cada (inputs, targets) de una lista; devuelve una lista de floats, las pérdidas."""
    # TODO: arregla este bucle.
    losses = []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
