"""Clears between the forward and the backward pass, to zeros instead of None."""


def train(model, batches, loss_fn, optimizer):
    losses = []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        losses.append(loss.item())
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
    return losses
