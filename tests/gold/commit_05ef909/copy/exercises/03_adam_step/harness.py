"""Drives a learner's `adam_step` through whole runs, and returns what happened at each step."""

import numpy as np

START = np.array([-2.6, 1.9])
VALLEY = np.array([[1.7, 1.2], [1.2, 1.1]])


def unroll(adam_step, param, grads, **settings):
    """Feed `grads`, one a step, from a fresh start; give (T, …) arrays of what each step returned."""
    (run,) = unroll_each(adam_step, [param], [[grad] for grad in grads], **settings)
    return run


def unroll_each(adam_step, params, grads, **settings):
    """Step every parameter in turn, as an optimizer does: `grads[t][i]` belongs to `params[i]`.

    Copies go in and copies are kept, so that code which writes into its inputs still shows its values.
    """
    states = [(param, np.zeros_like(param), np.zeros_like(param)) for param in params]
    runs = [{"param": [], "m": [], "v": []} for _ in params]
    for t, of_step in enumerate(grads, start=1):
        for i, grad in enumerate(of_step):
            param, m, v = (np.array(part) for part in states[i])
            states[i] = adam_step(param, np.array(grad), m, v, t, **settings)
            param, m, v = states[i]
            for name, part in (("param", param), ("m", m), ("v", v)):
                runs[i][name].append(np.array(part))
    return [{name: np.array(steps) for name, steps in run.items()} for run in runs]


def figure_path(adam_step):
    """Sixty steps down a narrow, slanted valley whose floor lies at the origin."""
    x, y = np.linspace(-3.2, 1.6, 61), np.linspace(-1.6, 3.4, 63)
    across, along = np.meshgrid(x, y)
    points = [START]
    m, v = np.zeros(2), np.zeros(2)
    for t in range(1, 61):
        param, m, v = adam_step(points[-1].copy(), VALLEY @ points[-1], m, v, t, lr=0.12)
        points.append(np.array(param))
    (a, b), (_, c) = VALLEY
    return {
        "x": x,
        "y": y,
        "loss": 0.5 * (a * across**2 + 2 * b * across * along + c * along**2),
        "points": np.array(points),
        "minimum": np.zeros(2),
    }


def trace(adam_step):
    """Twelve steps on the loss param^2 / 2, whose gradient is param itself, from param = 1."""
    param, m, v = np.ones(1), np.zeros(1), np.zeros(1)
    rows = []
    for t in range(1, 13):
        grad = np.array(param)
        param, m, v = adam_step(np.array(param), grad.copy(), np.array(m), np.array(v), t, lr=0.1)
        rows.append([t, grad.item(), np.array(m).item(), np.array(v).item(), np.array(param).item()])
    return {"columns": ["step", "grad", "m", "v", "param"], "rows": np.array(rows)}
