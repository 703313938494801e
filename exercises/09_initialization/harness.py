"""Drives a learner's `initialization` through whole runs, and returns what happened at each step."""

import numpy as np


def unroll(initialization, x, steps, **settings):
    """Feed each answer in again, as a copy: the (steps, …) array of all answers."""
    answers = []
    for _ in range(steps):
        x = initialization(np.array(x), **settings)
        answers.append(np.array(x))
    return np.array(answers)


def figure_series(initialization):
    """Ten answers, each made from the one before, from 1 on."""
    y = unroll(initialization, np.ones(1), 10, scale=0.5)[:, 0]
    return {"x": np.arange(1.0, 11.0), "y": y}


def trace(initialization):
    """The same run as a table."""
    y = unroll(initialization, np.ones(1), 10, scale=0.5)[:, 0]
    return {"columns": ["step", "y"], "rows": np.column_stack([np.arange(1.0, 11.0), y])}
