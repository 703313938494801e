"""Drives a learner's steps through whole runs, and returns what happened at each step."""

import numpy as np

START, CURVATURE = np.array([-2.4, 1.6]), np.array([0.15, 6.0])
SIZES = np.array([0.01, 0.3, 2.0, 50.0])


def unroll_adagrad(adagrad_step, start, grads, **settings):
    """One step a gradient from a fresh start: (T, …) arrays of the parameter and the sum after each."""
    param, state, kept = start, np.zeros_like(start), {"param": [], "state_sum": []}
    for t, grad in enumerate(grads, start=1):
        param, state = adagrad_step(np.array(param), np.array(grad), np.array(state), t, **settings)
        kept["param"].append(np.array(param))
        kept["state_sum"].append(np.array(state))
    return {name: np.array(steps) for name, steps in kept.items()}


def unroll_rmsprop(rmsprop_step, start, grads, **settings):
    """The same of RMSprop: the parameter and the mean after each step."""
    param, state, kept = start, np.zeros_like(start), {"param": [], "square_avg": []}
    for grad in grads:
        param, state = rmsprop_step(np.array(param), np.array(grad), np.array(state), **settings)
        kept["param"].append(np.array(param))
        kept["square_avg"].append(np.array(state))
    return {name: np.array(steps) for name, steps in kept.items()}


def figure_path(adagrad_step):
    """Sixty steps of AdaGrad down a valley forty times as steep on one side as along its floor."""
    x, y = np.linspace(-2.9, 1.2, 61), np.linspace(-1.6, 2.2, 63)
    across, along = np.meshgrid(x, y)
    points, state = [START], np.zeros(2)
    for t in range(1, 61):
        point, state = adagrad_step(np.array(points[-1]), CURVATURE * points[-1], np.array(state), t, lr=0.35)
        points.append(np.array(point))
    return {
        "x": x,
        "y": y,
        "loss": 0.5 * (CURVATURE[0] * across**2 + CURVATURE[1] * along**2),
        "points": np.array(points),
        "minimum": np.zeros(2),
    }


def figure_strides(adagrad_step, rmsprop_step):
    """How far each of sixteen steps moves four weights whose gradients keep their very different sizes."""
    grads = np.tile(SIZES, (16, 1))
    runs = {
        "AdaGrad": unroll_adagrad(adagrad_step, np.zeros(4), grads, lr=0.1),
        "RMSprop": unroll_rmsprop(rmsprop_step, np.zeros(4), grads, lr=0.1, alpha=0.8),
    }
    strides = [np.abs(np.diff(run["param"], axis=0, prepend=0.0)).T for run in runs.values()]
    return {"names": list(runs), "values": strides}


def trace(adagrad_step, rmsprop_step):
    """Twelve steps of both under a gradient that is 4 for six steps and 0.5 from then on."""
    grads = np.array([[4.0]] * 6 + [[0.5]] * 6)
    rows = [np.arange(1.0, 13.0), grads[:, 0]]
    rows += columns_or_nan(lambda: unroll_adagrad(adagrad_step, np.zeros(1), grads, lr=0.1))
    rows += columns_or_nan(lambda: unroll_rmsprop(rmsprop_step, np.zeros(1), grads, lr=0.1, alpha=0.8))
    return {"columns": ["step", "grad", "adagrad", "state_sum", "rmsprop", "square_avg"], "rows": np.column_stack(rows)}


def columns_or_nan(unroll):
    """A run's columns, or nan while its function is still to be written: the other can be traced already."""
    try:
        return [steps[:, 0] for steps in unroll().values()]
    except NotImplementedError:
        return [np.full(12, np.nan)] * 2
