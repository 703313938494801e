"""Clears through the model."""


def train(model, batches, loss_fn, optimizer):
    losses = []
    for inputs, targets in batches:
        model.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
