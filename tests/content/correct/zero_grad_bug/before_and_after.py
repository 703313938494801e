"""Clears once before the loop and then after each step."""


def train(model, batches, loss_fn, optimizer):
    model.train()
    losses = []
    optimizer.zero_grad(set_to_none=True)
    for batch in batches:
        loss = loss_fn(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
    return losses
