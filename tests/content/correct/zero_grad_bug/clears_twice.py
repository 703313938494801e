"""Clears through both, at both ends, and keeps a running mean that nobody asked for."""


def train(model, batches, loss_fn, optimizer):
    losses, mean = [], 0.0
    for count, (inputs, targets) in enumerate(batches, start=1):
        model.zero_grad()
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        model.zero_grad(set_to_none=False)
        mean += (loss.item() - mean) / count
        print(f"batch {count}: mean loss {mean:.4f}")
        losses.append(loss.item())
    return losses
