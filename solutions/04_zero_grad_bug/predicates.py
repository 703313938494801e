"""Beliefs about `train` that come in many spellings, told from what was observed."""

import numpy as np


def observations(calls):
    """What the recorded runs saw, leaving out those that raised."""
    return [call.value for call in calls if call.function == "observe" and isinstance(call.value, dict)]


def rebuilds_the_optimizer(calls, reference):
    """Some run had steps by several optimizers other than the one handed over."""
    return any(seen["other_optimizers"] > 1 for seen in observations(calls))


def brings_its_own_optimizer(calls, reference):
    """Steps were taken by an optimizer other than the one handed over, the same through each run."""
    runs = observations(calls)
    return any(seen["other_optimizers"] for seen in runs) and all(seen["other_optimizers"] < 2 for seen in runs)


def lowers_learning_rate(calls, reference):
    """Every step was the given optimizer's own, and some were taken at a lower rate than it came with."""
    pairs = [
        (call.value, right.value)
        for call, right in zip(calls, reference, strict=True)
        if call.function == "observe" and isinstance(call.value, dict)
    ]
    return any(
        seen["other_steps"] == 0
        and seen["learning_rates"].size > 0
        and bool(np.min(seen["learning_rates"]) < np.min(right["learning_rates"]) * (1 - 1e-6))
        for seen, right in pairs
    )
