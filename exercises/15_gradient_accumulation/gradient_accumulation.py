"""Exercise 15: one step from many small batches, as if they had been one large batch.

With n_i the rows of micro-batch i, N those of all together, and L_i the mean loss of the rows of i:

    L  =  sum over i of  n_i / N  L_i            and the gradient is the same sum of theirs

Convention: loss_fn is a mean over rows; one step for a group of batches; losses are from before the step.
By hand: w = 0, loss mean of (w - y)^2, y = 3 in one row and 1, 1, 1 in three give L = 3 and a slope of -3;
with a rate of 0.1 the weight becomes 0.3.
"""


def accumulated_step(model, micro_batches, loss_fn, optimizer):
    """Take one step for a list of (inputs, targets); return the mean loss of all rows before it."""
    # TODO: gather the gradients of all micro-batches, then step once.
    raise NotImplementedError("Exercise 15: accumulated_step")


def train(model, batches, loss_fn, optimizer, accumulate):
    """Take a step for each group of `accumulate` batches, the last perhaps shorter; return their losses."""
    # TODO: cut the list into groups.
    raise NotImplementedError("Exercise 15: train")
