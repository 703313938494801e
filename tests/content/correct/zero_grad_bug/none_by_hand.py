"""Sets every gradient to None by hand."""


def train(model, batches, loss_fn, optimizer):
    losses = [0.0] * len(batches)
    for i in range(len(batches)):
        inputs, targets = batches[i]
        for parameter in model.parameters():
            parameter.grad = None
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses[i] = loss.detach().numpy().item()
    return losses
