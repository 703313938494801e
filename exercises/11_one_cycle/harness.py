"""Asks a learner's cycle for the rate and the momentum of many steps, each under the call that would give it."""

import numpy as np

TOTAL, HIGHEST = 38, 0.1


def rates(one_cycle_lr, steps, *settings):
    """The rate at each of `steps`, by the text of its call; `settings` are the other arguments in order."""
    return by_call("one_cycle_lr", one_cycle_lr, steps, settings)


def momenta(one_cycle_momentum, steps, *settings):
    """The same for the momentum."""
    return by_call("one_cycle_momentum", one_cycle_momentum, steps, settings)


def by_call(name, function, steps, settings):
    rest = ", ".join(str(value) for value in settings)
    return {f"{name}({step}, {rest})": plain(function(step, *settings)) for step in steps}


def answered_rates(one_cycle_lr, steps, *settings):
    """What comes of each of `steps`: a value, or the word ValueError."""
    return [answer(one_cycle_lr, step, *settings) for step in steps]


def answered_momenta(one_cycle_momentum, steps, *settings):
    """The same for the momentum."""
    return [answer(one_cycle_momentum, step, *settings) for step in steps]


def answer(function, *arguments):
    try:
        return plain(function(*arguments))
    except ValueError:
        return "ValueError"


def plain(value):
    """A zero-dimensional array is a number too."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def figure_rate(one_cycle_lr):
    """A whole cycle of thirty-eight steps, whose peak lies between two of them."""
    drawn = [number(one_cycle_lr(step, HIGHEST, TOTAL)) for step in range(TOTAL)]
    return {
        "x": np.arange(float(TOTAL)),
        "y": np.array(drawn),
        "reference_lines": {"max_lr": HIGHEST, "max_lr/div_factor": HIGHEST / 25},
    }


def figure_momentum(one_cycle_momentum):
    """The momentum along the same cycle."""
    drawn = [number(one_cycle_momentum(step, TOTAL)) for step in range(TOTAL)]
    lines = {"base_momentum": 0.85, "max_momentum": 0.95}
    return {"x": np.arange(float(TOTAL)), "y": np.array(drawn), "reference_lines": lines}


def trace(one_cycle_lr, one_cycle_momentum):
    """Rate and momentum over a cycle of twelve steps."""
    rows = [[k, value_or_nan(one_cycle_lr, k, 1.0, 12), value_or_nan(one_cycle_momentum, k, 12)] for k in range(12)]
    return {"columns": ["step", "one_cycle_lr", "one_cycle_momentum"], "rows": np.array(rows)}


def number(value):
    """A value as a float, also an array of one number, which only some versions of NumPy let float() take."""
    return np.asarray(value, dtype=float).item()


def value_or_nan(function, *arguments):
    """A value, or nan while that function is still to be written: the other one can be traced already."""
    try:
        return number(function(*arguments))
    except NotImplementedError:
        return np.nan
