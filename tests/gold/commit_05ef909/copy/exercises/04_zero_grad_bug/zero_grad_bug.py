"""Exercise 4: a training loop that runs without a complaint and trains badly.

Whenever `backward` runs, PyTorch does this to every parameter p, with L the loss of the batch:

    p.grad  <-  p.grad + dL/dp

Convention: one step a batch, made with the gradient of that batch and nothing else; the loss
returned is the one before the step.
By hand: w = 0, lr = 0.1 and the loss (w - 2)^2 in every batch lead to 0.4, 0.72 and 0.976 in
three steps. Where gradients pile up it is 0.4, 1.12 and 2.016, past the 2, and the next is 2.909.
"""


def train(model, batches, loss_fn, optimizer):
    """Take one step for each (inputs, targets) of a list; return the losses, as a list of floats."""
    # TODO: mend this loop.
    losses = []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
