"""Exercise 12: a learning rate that falls when a metric has stopped getting better.

Better than the best so far, with c the threshold:

                              mode min                  mode max
    threshold_mode rel        metric < best (1 - c)     metric > best (1 + c)
    threshold_mode abs        metric < best - c         metric > best + c

Every other metric, nan too, adds 1 to a count; a better one sets it to 0. More than patience in a row:

    lr  <-  max(factor lr, min_lr)      if that is lower by more than eps

Convention: that of torch.optim.lr_scheduler.ReduceLROnPlateau. The first metric beats a best of infinity.
By hand: patience = 2, cooldown = 3, and a metric that is always 1: the rate falls at calls 4, 10 and 16.
"""

import math


class ReduceOnPlateau:
    """Watches one metric for one learning rate, and remembers between calls what it needs."""

    def __init__(
        self,
        lr,
        mode="min",
        factor=0.1,
        patience=10,
        threshold=1e-4,
        threshold_mode="rel",
        cooldown=0,
        min_lr=0.0,
        eps=1e-8,
    ):
        """Keep the settings; a factor of 1 or more, or an unknown mode, is a ValueError."""
        # TODO: what the object has to know, and what it has to remember from one call to the next.
        raise NotImplementedError("Exercise 12: __init__")

    def step(self, metric):
        """Take in the metric of one epoch and return the learning rate from then on."""
        # TODO: is it better? If not, are there too many in a row by now? A cooldown may be running.
        raise NotImplementedError("Exercise 12: step")
