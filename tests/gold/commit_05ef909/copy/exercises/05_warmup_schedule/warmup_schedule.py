"""Exercise 5: a learning rate that warms up, and then falls along half a cosine.

With k the step, W the steps of warmup, T the steps in all, B the base rate and M the minimum:

    warmup_lr             k < W        B (k + 1) / W
                          k >= W       B
    warmup_cosine_lr      k < W        the same rise
                          W <= k < T   M + (B - M) (1 + cos(pi (k - W) / (T - W))) / 2
                          k >= T       M, whatever was said above

Convention: steps count from 0, the first has the rate B / W and step W - 1 already has B.
By hand: B = 0.4, W = 4, T = 12, M = 0 give 0.1, 0.2, 0.3, 0.4; at step 8, halfway down, 0.2.
"""

import math


def warmup_lr(step, base_lr, warmup_steps):
    """Return the rate of a step: it rises to base_lr and stays. Without warmup steps there is no rise."""
    # TODO: the first two lines of the formula.
    raise NotImplementedError("Exercise 5: warmup_lr")


def warmup_cosine_lr(step, base_lr, warmup_steps, total_steps, min_lr=0.0):
    """Return the rate of a step: the same rise, then half a cosine down to min_lr, which it keeps."""
    # TODO: the rise, the cosine and what comes after. From total_steps on, the minimum always wins.
    raise NotImplementedError("Exercise 5: warmup_cosine_lr")
