"""Drives a learner's `ReduceOnPlateau` through runs of metrics, and returns the rate after each call."""

import numpy as np

EPOCHS, START, FLOOR = 90, 0.5, 0.01


def rates(ReduceOnPlateau, metrics, lr, **settings):
    """The rate after each metric of one training."""
    watching = ReduceOnPlateau(lr, **settings)
    return [plain(watching.step(metric)) for metric in metrics]


def rates_by_position(ReduceOnPlateau, metrics, *settings):
    """The same with the settings in the order of the signature."""
    watching = ReduceOnPlateau(*settings)
    return [plain(watching.step(metric)) for metric in metrics]


def taking_turns(ReduceOnPlateau, runs):
    """The rates of several trainings that go on side by side; each run is its metrics and its settings."""
    objects = [ReduceOnPlateau(**settings) for _, settings in runs]
    turns = zip(*(metrics for metrics, _ in runs), strict=True)
    after = [[plain(one.step(metric)) for one, metric in zip(objects, turn, strict=True)] for turn in turns]
    return [list(own) for own in zip(*after, strict=True)]


def refused(ReduceOnPlateau, tried):
    """Of each setting that is tried alone: whether a ValueError met it."""
    calls = {f"ReduceOnPlateau(0.1, {name}={value!r})": {name: value} for name, value in tried}
    return {call: is_refused(ReduceOnPlateau, setting) for call, setting in calls.items()}


def is_refused(make, setting):
    try:
        make(0.1, **setting)
    except ValueError:
        return True
    return False


def plain(rate):
    """A zero-dimensional array is a number too."""
    return rate[()] if isinstance(rate, np.ndarray) and rate.ndim == 0 else rate


def noisy_training(make):
    """Ninety epochs of SGD with noisy gradients, each at the rate that the object gave after the one before."""
    rng, rate, weights = np.random.default_rng(3), START, np.full(200, 3.0)
    watching = make(START, factor=0.3, patience=6, cooldown=3, min_lr=FLOOR)
    rates, losses = [], []
    for _ in range(EPOCHS):
        for _ in range(8):
            weights = weights - rate * (weights + rng.normal(size=200))
        rates.append(rate)
        losses.append(float(np.mean(weights**2)) / 2)
        rate = float(watching.step(losses[-1]))
    return np.array(rates), np.array(losses)


def figure_rate(ReduceOnPlateau):
    """The rate of each epoch of that training."""
    rates, _ = noisy_training(ReduceOnPlateau)
    return {"x": np.arange(float(EPOCHS)), "y": rates, "reference_lines": {"min_lr": FLOOR}}


def figure_metric(ReduceOnPlateau):
    """Its loss, of which the object is told."""
    _, losses = noisy_training(ReduceOnPlateau)
    return {"x": np.arange(float(EPOCHS)), "y": np.log10(losses)}


def trace(ReduceOnPlateau):
    """Sixteen calls with a metric that stands still, as in the example done by hand."""
    watching = ReduceOnPlateau(0.1, patience=2, cooldown=3)
    rows = [[call, 1.0, float(watching.step(1.0))] for call in range(1, 17)]
    return {"columns": ["step", "metric", "lr"], "rows": np.array(rows)}
