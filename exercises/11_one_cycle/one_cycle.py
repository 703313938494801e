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
    # TODO: the two lines, after a look at whether the step lies within the cycle.
    raise NotImplementedError("Exercise 11: one_cycle_lr")


def one_cycle_momentum(step, total_steps, pct_start=0.3, base_momentum=0.85, max_momentum=0.95):
    """Return the momentum of a step, lowest where the rate is highest; raise ValueError as one_cycle_lr does."""
    # TODO: the same cycle upside down.
    raise NotImplementedError("Exercise 11: one_cycle_momentum")
