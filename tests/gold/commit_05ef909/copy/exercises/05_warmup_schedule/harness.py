"""Asks a learner's schedules for the rates of many steps, each under the call that would give it."""

import numpy as np

WARMUP, TOTAL, BASE, FLOOR = 8, 40, 0.1, 0.01


def plain(rate):
    """A zero-dimensional array, as np.where makes it, is a number too."""
    return rate[()] if isinstance(rate, np.ndarray) and rate.ndim == 0 else rate


def warmup_rates(warmup_lr, steps, base_lr, warmup_steps):
    """The rate at each of `steps`, by the text of its call."""
    return {
        f"warmup_lr({step}, {base_lr}, {warmup_steps})": plain(warmup_lr(step, base_lr, warmup_steps)) for step in steps
    }


def cosine_rates(warmup_cosine_lr, steps, *settings):
    """The rate at each of `steps`, by the text of its call; `settings` are the other arguments in order."""
    rest = ", ".join(str(value) for value in settings)
    return {f"warmup_cosine_lr({step}, {rest})": plain(warmup_cosine_lr(step, *settings)) for step in steps}


def figure_warmup(warmup_lr):
    """Twenty steps, eight of them warmup."""
    steps = np.arange(20)
    rates = [float(warmup_lr(int(step), BASE, WARMUP)) for step in steps]
    return {"x": steps.astype(float), "y": np.array(rates), "reference_lines": {"base_lr": BASE}}


def figure_cosine(warmup_cosine_lr):
    """A whole run of forty steps, and ten beyond its end."""
    steps = np.arange(TOTAL + 10)
    rates = [float(warmup_cosine_lr(int(step), BASE, WARMUP, TOTAL, FLOOR)) for step in steps]
    lines = {"base_lr": BASE, "min_lr": FLOOR}
    return {"x": steps.astype(float), "y": np.array(rates), "reference_lines": lines}


def trace(warmup_lr, warmup_cosine_lr):
    """Both schedules over fifteen steps, four of them warmup and twelve in all."""
    rows = [
        [
            step,
            rate_or_nan(warmup_lr, step, BASE, 4),
            rate_or_nan(warmup_cosine_lr, step, BASE, 4, 12, FLOOR),
        ]
        for step in range(15)
    ]
    return {"columns": ["step", "warmup_lr", "warmup_cosine_lr"], "rows": np.array(rows)}


def rate_or_nan(schedule, *arguments):
    """A rate, or nan while that function is still to be written: the other one can be traced already."""
    try:
        return float(schedule(*arguments))
    except NotImplementedError:
        return np.nan
