"""Exercise 8: gradients under a ceiling, all together or number by number.

With g all gradients as one long vector, ||g|| its norm (the root of the sum of squares) and c the ceiling:

    clip_grad_norm     g  <-  g min(1, c / (||g|| + 1e-6))
    clip_grad_value    each number of g  <-  the nearest one from -c to c

Convention: torch.nn.utils'. What is in .grad changes, in place; where .grad is None, nothing does.
By hand: gradients [3, 4] and [12] have norm 13; a ceiling of 6.5 leaves (nearly) [1.5, 2] and [6],
and 13 is returned. Number by number, with a ceiling of 5, they become [3, 4] and [5].
"""


def clip_grad_norm(params, max_norm):
    """Scale the gradients of `params`, perhaps a generator; return their norm from before, 0.0 for none."""
    grads = [p.grad for p in params if p.grad is not None]
    # One norm over all of them: with a norm for each tensor, the step would point another way.
    norm = sum(g.square().sum().item() for g in grads) ** 0.5
    scale = min(1.0, max_norm / (norm + 1e-6))
    for g in grads:
        g.mul_(scale)
    return norm


def clip_grad_value(params, clip_value):
    """Bring each number of the gradients into the range from -clip_value to clip_value; return nothing."""
    for p in params:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)


def clipped_step(loss, params, optimizer, max_norm):
    """Take one step down `loss` with its own gradient, clipped; return the norm from before clipping."""
    optimizer.zero_grad()
    loss.backward()
    # Between the gradients and their use: earlier there is nothing to clip, later it changes nothing.
    norm = clip_grad_norm(params, max_norm)
    optimizer.step()
    return norm
