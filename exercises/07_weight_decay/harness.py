"""Drives a learner's steps through whole runs, and returns what happened at each step."""

import numpy as np

START, CURVATURE, FLOOR = np.array([-1.6, -1.1]), np.array([0.5, 12.0]), np.array([2.0, 1.0])


def unroll_sgd(sgd_step, start, grads, lr, weight_decay):
    """One step of SGD a gradient: the (T, …) parameters. Copies go in and copies are kept."""
    param, params = start, []
    for grad in grads:
        param = sgd_step(np.array(param), np.array(grad), lr, weight_decay)
        params.append(np.array(param))
    return np.array(params)


def unroll_penalized(l2_gradient, start, grads, lr, penalty):
    """The same by plain SGD, which knows of no decay, on a loss with a penalty."""
    param, params = start, []
    for grad in grads:
        param = param - lr * np.array(l2_gradient(np.array(grad), np.array(param), penalty))
        params.append(param)
    return np.array(params)


def unroll_adam(adam_step, start, grads, **settings):
    """One step of `adam_step` a gradient from a fresh start: (T, …) arrays of what each step returned."""
    return run(adam_step, start, grads, settings)


def unroll_adamw(adamw_step, start, grads, **settings):
    """The same with `adamw_step`."""
    return run(adamw_step, start, grads, settings)


def run(step, param, grads, settings):
    m, v = np.zeros_like(param), np.zeros_like(param)
    kept = {"param": [], "m": [], "v": []}
    for t, grad in enumerate(grads, start=1):
        param, m, v = step(np.array(param), np.array(grad), np.array(m), np.array(v), t, **settings)
        for name, part in zip(kept, (param, m, v), strict=True):
            kept[name].append(np.array(part))
    return {name: np.array(steps) for name, steps in kept.items()}


def descend(step, steps):
    """The points of a run down a valley whose floor is not at the origin, the start included."""
    points, m, v = [START], np.zeros(2), np.zeros(2)
    for t in range(1, steps + 1):
        grad = CURVATURE * (points[-1] - FLOOR)
        point, m, v = step(np.array(points[-1]), grad, np.array(m), np.array(v), t, lr=0.1, weight_decay=0.25)
        points.append(np.array(point))
    return np.array(points)


def figure_path(adamw_step):
    """Sixty steps of AdamW, over the lines of equal loss; the decay pulls toward the origin."""
    x, y = np.linspace(-2.2, 3.0, 61), np.linspace(-1.7, 2.4, 63)
    across, along = np.meshgrid(x, y)
    return {
        "x": x,
        "y": y,
        "loss": 0.5 * (CURVATURE[0] * (across - FLOOR[0]) ** 2 + CURVATURE[1] * (along - FLOOR[1]) ** 2),
        "points": descend(adamw_step, 60),
        "minimum": FLOOR,
    }


def figure_gap(adam_step, adamw_step):
    """How far apart Adam and AdamW are, with the same decay, at each of these steps."""
    gap = descend(adam_step, 60) - descend(adamw_step, 60)
    return {"x": np.arange(61.0), "y": np.sqrt((gap**2).sum(axis=1))}


def trace(sgd_step, adam_step, adamw_step):
    """One weight by three rules with the same decay of 0.5, from 1, under a constant gradient of 0.2."""
    sgd = unroll_or_nan(lambda: unroll_sgd(sgd_step, np.ones(1), np.full((12, 1), 0.2), 0.1, 0.5))
    settings = {"lr": 0.1, "weight_decay": 0.5}
    adam = unroll_or_nan(lambda: run(adam_step, np.ones(1), np.full((12, 1), 0.2), settings)["param"])
    adamw = unroll_or_nan(lambda: run(adamw_step, np.ones(1), np.full((12, 1), 0.2), settings)["param"])
    rows = np.column_stack([np.arange(1.0, 13.0), sgd, adam, adamw])
    return {"columns": ["step", "sgd", "adam", "adamw"], "rows": rows}


def unroll_or_nan(unroll):
    """A run, or nan while its function is still to be written: the others can be traced already."""
    try:
        return unroll()
    except NotImplementedError:
        return np.full((12, 1), np.nan)
