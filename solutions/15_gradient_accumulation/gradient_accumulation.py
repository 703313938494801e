"""Exercise 15: one step from many small batches, as if they had been one large batch.

With n_i the rows of micro-batch i, N those of all together, and L_i the mean loss of the rows of i:

    L  =  sum over i of  n_i / N  L_i            and the gradient is the same sum of theirs

Convention: loss_fn is a mean over rows; one step for a group of batches; losses are from before the step.
By hand: w = 0, loss mean of (w - y)^2, y = 3 in one row and 1, 1, 1 in three give L = 3 and a slope of -3;
with a rate of 0.1 the weight becomes 0.3.
"""


def accumulated_step(model, micro_batches, loss_fn, optimizer):
    """Take one step for a list of (inputs, targets); return the mean loss of all rows before it."""
    optimizer.zero_grad()
    rows = sum(len(inputs) for inputs, _ in micro_batches)
    total = 0.0
    for inputs, targets in micro_batches:
        loss = loss_fn(model(inputs), targets)
        # Its mean is over its own rows; of the large batch they are this share.
        share = len(inputs) / rows
        (share * loss).backward()
        total += share * loss.item()
    optimizer.step()
    return total


def train(model, batches, loss_fn, optimizer, accumulate):
    """Take a step for each group of `accumulate` batches, the last perhaps shorter; return their losses."""
    losses = []
    for start in range(0, len(batches), accumulate):
        group = batches[start : start + accumulate]
        losses.append(accumulated_step(model, group, loss_fn, optimizer))
    return losses
