"""Exercise 11: the 1cycle policy, one rate and one momentum for each batch of a whole training.

With k the step, T the steps in all and P = pct_start T - 1 the place of the peak, whole or not:

    0 <= k <= P      half a cosine from first to max_lr         (first: max_lr over div_factor)
    P < k <= T - 1   half a cosine from max_lr to last          (last: first over final_div_factor)

and momentum upside down: from max_momentum to base_momentum at P, and back. Outside 0 ... T - 1: ValueError.
Half a cosine from a to b: b + (a - b) (1 + cos(pi p)) / 2, p from 0 to 1. Convention: torch's OneCycleLR.
By hand: max_lr = 1, T = 10, pct_start = 0.3 give 0.04 at step 0, 0.52 at 1, 1 at 2, 0.000004 at 9.
"""

import math


def one_cycle_lr(step, max_lr, total_steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
    """Return the rate of a step; raise ValueError for a step below 0 or from total_steps on."""
    if not 0 <= step < total_steps:
        raise ValueError("the step lies outside the cycle")
    first = max_lr / div_factor
    last = first / final_div_factor
    # The last step is total_steps - 1, and the peak is a place on the axis: it may lie between two steps.
    peak = pct_start * total_steps - 1
    if step <= peak:
        start, end, progress = first, max_lr, step / peak
    else:
        start, end, progress = max_lr, last, (step - peak) / (total_steps - 1 - peak)
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2


def one_cycle_momentum(step, total_steps, pct_start=0.3, base_momentum=0.85, max_momentum=0.95):
    """Return the momentum of a step, lowest where the rate is highest; raise ValueError as one_cycle_lr does."""
    # The same cycle from 0 to 1 and back to 0, taken away from the top.
    height = one_cycle_lr(step, 1.0, total_steps, pct_start, math.inf, math.inf)
    return max_momentum - (max_momentum - base_momentum) * height
