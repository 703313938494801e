"""Drives a learner's steps through whole runs, and returns what happened at each step."""

import numpy as np

START, CURVATURE = np.array([-2.4, 1.1]), np.array([1.0, 18.0])
STEPS, FALL = 40, 20


def unroll(momentum_step, start, grads, rates, **settings):
    """One step of `momentum_step` a gradient and rate, from no velocity on: (T, …) arrays of what each returned."""
    return run(momentum_step, start, None, grads, rates, settings)


def unroll_physics(physics_step, start, grads, rates, **settings):
    """The same with `physics_step`, whose velocity starts as zeros."""
    return run(physics_step, start, np.zeros_like(start), grads, rates, settings)


def run(step, param, velocity, grads, rates, settings):
    """Copies go in and copies are kept, so that code which writes into its inputs still shows its values."""
    params, velocities = [], []
    for grad, lr in zip(grads, rates, strict=True):
        given = None if velocity is None else np.array(velocity)
        param, velocity = step(np.array(param), np.array(grad), given, lr=lr, **settings)
        params.append(np.array(param))
        velocities.append(np.array(velocity))
    return {"param": np.array(params), "velocity": np.array(velocities)}


def descend(step, velocity, rates):
    """The points of a run down a narrow valley, the start included."""
    points = [START]
    for lr in rates:
        given = None if velocity is None else np.array(velocity)
        point, velocity = step(np.array(points[-1]), CURVATURE * points[-1], given, lr=lr, momentum=0.8)
        points.append(np.array(point))
    return np.array(points)


def figure_path(momentum_step):
    """Forty steps with momentum, over the lines of equal loss."""
    x, y = np.linspace(-2.8, 1.6, 61), np.linspace(-2.1, 1.7, 63)
    across, along = np.meshgrid(x, y)
    return {
        "x": x,
        "y": y,
        "loss": 0.5 * (CURVATURE[0] * across**2 + CURVATURE[1] * along**2),
        "points": descend(momentum_step, None, [0.06] * STEPS),
        "minimum": np.zeros(2),
    }


def figure_gap(momentum_step, physics_step):
    """How far the two forms are from each other when the rate falls to a fifth after twenty steps."""
    rates = [0.06] * FALL + [0.012] * (STEPS - FALL)
    gap = descend(momentum_step, None, rates) - descend(physics_step, np.zeros(2), rates)
    return {"x": np.arange(STEPS + 1.0), "y": np.sqrt((gap**2).sum(axis=1))}


def trace(momentum_step, physics_step):
    """The first weight by both forms, on param^2 / 2, whose gradient is param; the rate falls after five steps."""
    columns = ["step", "lr", "velocity", "param", "physics"]
    rates = [0.3] * 5 + [0.03] * 6
    param, velocity, other, moved = np.ones(1), None, np.ones(1), np.zeros(1)
    rows = []
    for t, lr in enumerate(rates, start=1):
        given = None if velocity is None else np.array(velocity)
        param, velocity = momentum_step(np.array(param), np.array(param), given, lr=lr, momentum=0.5)
        other, moved = step_or_nan(physics_step, other, moved, lr)
        rows.append([t, lr, np.array(velocity).item(), np.array(param).item(), np.array(other).item()])
    return {"columns": columns, "rows": np.array(rows)}


def step_or_nan(physics_step, param, velocity, lr):
    """A step, or nan while that function is still to be written: the other one can be traced already."""
    try:
        return physics_step(np.array(param), np.array(param), np.array(velocity), lr=lr, momentum=0.5)
    except NotImplementedError:
        return np.full(1, np.nan), np.full(1, np.nan)
