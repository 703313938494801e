"""Asks a learner's schedules for the rates of many epochs, each under the call that would give it."""

import numpy as np

BASE, FLOOR = 0.1, 0.01


def step_rates(step_lr, epochs, *settings):
    """The rate at each of `epochs`, by the text of its call; `settings` are the other arguments in order."""
    return rates_by_call("step_lr", step_lr, epochs, settings)


def cosine_rates(cosine_lr, epochs, *settings):
    """The same for the cosine."""
    return rates_by_call("cosine_lr", cosine_lr, epochs, settings)


def restart_rates(warm_restarts_lr, epochs, *settings):
    """The same for the warm restarts."""
    return rates_by_call("warm_restarts_lr", warm_restarts_lr, epochs, settings)


def rates_by_call(name, schedule, epochs, settings):
    rest = ", ".join(str(value) for value in settings)
    return {f"{name}({epoch}, {rest})": plain(schedule(epoch, *settings)) for epoch in epochs}


def plain(rate):
    """A zero-dimensional array, as np.where makes it, is a number too."""
    return rate[()] if isinstance(rate, np.ndarray) and rate.ndim == 0 else rate


def figure_steps(step_lr):
    """Forty epochs, with a fall after every ten."""
    return drawn(step_lr, 40, {"base_lr": BASE}, 10, 0.4)


def figure_cosine(cosine_lr):
    """Fifteen epochs down, fifteen up, and half of the way down again."""
    return drawn(cosine_lr, 38, {"base_lr": BASE, "eta_min": FLOOR}, 15, FLOOR)


def figure_restarts(warm_restarts_lr):
    """Cycles of five, ten and twenty epochs, and the restart after them."""
    return drawn(warm_restarts_lr, 41, {"base_lr": BASE, "eta_min": FLOOR}, 5, 2, FLOOR)


def drawn(schedule, epochs, lines, *settings):
    """What a picture of so many epochs draws."""
    rates = [number(schedule(epoch, BASE, *settings)) for epoch in range(epochs)]
    return {"x": np.arange(float(epochs)), "y": np.array(rates), "reference_lines": lines}


def trace(step_lr, cosine_lr, warm_restarts_lr):
    """All three over fifteen epochs: a fall every four, four down and four up, cycles of two, four and eight."""
    rows = [
        [
            epoch,
            rate_or_nan(step_lr, epoch, BASE, 4),
            rate_or_nan(cosine_lr, epoch, BASE, 4, FLOOR),
            rate_or_nan(warm_restarts_lr, epoch, BASE, 2, 2, FLOOR),
        ]
        for epoch in range(15)
    ]
    return {"columns": ["step", "step_lr", "cosine_lr", "warm_restarts_lr"], "rows": np.array(rows)}


def number(rate):
    """A rate as a float, also an array of one number, which only some versions of NumPy let float() take."""
    return np.asarray(rate, dtype=float).item()


def rate_or_nan(schedule, *arguments):
    """A rate, or nan while that function is still to be written: the others can be traced already."""
    try:
        return number(schedule(*arguments))
    except NotImplementedError:
        return np.nan
