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
        if factor >= 1:
            raise ValueError("factor must be below 1")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError("mode is min or max, threshold_mode is rel or abs")
        self.lr, self.mode, self.factor, self.patience = lr, mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.min_lr, self.eps = cooldown, min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.bad, self.resting = 0, 0

    def step(self, metric):
        """Take in the metric of one epoch and return the learning rate from then on."""
        if self._is_better(metric):
            self.best, self.bad = metric, 0
        else:
            self.bad += 1
        # A cooldown forgives bad epochs, yet the best has been kept above.
        if self.resting > 0:
            self.resting -= 1
            self.bad = 0
        if self.bad > self.patience:
            lower = max(self.lr * self.factor, self.min_lr)
            if self.lr - lower > self.eps:
                self.lr = lower
            self.bad, self.resting = 0, self.cooldown
        return self.lr

    def _is_better(self, metric):
        """Whether a metric beats the best so far by more than the threshold."""
        share = self.threshold if self.threshold_mode == "rel" else 0.0
        distance = self.threshold if self.threshold_mode == "abs" else 0.0
        if self.mode == "min":
            return metric < self.best * (1 - share) - distance
        return metric > self.best * (1 + share) + distance
