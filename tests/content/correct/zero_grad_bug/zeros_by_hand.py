"""Fills the gradients that there are with zeros, group by group."""


def train(model, batches, loss_fn, optimizer):
    losses = []
    for inputs, targets in batches:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.grad.zero_()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses
