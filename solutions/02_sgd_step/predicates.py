"""Beliefs about `sgd_step` that come in many spellings, told from what the harness saw."""

import numpy as np


def clears_the_gradients(calls, reference):
    """Wherever there was a gradient it is gone, None or zeros, and all the rest is right; partly if a step raised."""
    asked = _steps(calls, reference)
    steps = [(call, expected) for call, expected in asked if call.raised is None]
    held = bool(steps) and all(
        _right_but_for(call, expected, "gradients") and _cleared(call.value["gradients"], expected["gradients"])
        for call, expected in steps
    )
    return "partly" if held and len(steps) < len(asked) else held


def updates_outside_no_grad(calls, reference):
    """Where autograd recorded the step was refused, whatever the words; where it did not, the values are right.

    Partly where such a step leaves other gradients behind than it found.
    """
    steps = _steps(calls, reference)
    refused = [call for call, _ in steps if call.raised == "RuntimeError" and "requires grad" in call.message]
    went = [(call, expected) for call, expected in steps if call.raised is None]
    held = (
        bool(refused)
        and bool(went)
        and len(refused) + len(went) == len(steps)
        and all(call.keywords.get("recording", True) for call in refused)
        and all(call.keywords.get("recording", True) is False for call, _ in went)
        and all(_same(call.value["values"], expected["values"]) for call, expected in went)
    )
    kept = all(_same(call.value["gradients"], expected["gradients"]) for call, expected in went)
    return "partly" if held and not kept else held


def turns_off_requires_grad(calls, reference):
    """Wherever there was a gradient the parameter comes out frozen, and all the rest is right."""
    steps = _steps(calls, reference)
    return bool(steps) and all(
        _right_but_for(call, expected, "requires_grad")
        and not any(
            flag
            for flag, gradient in zip(call.value["requires_grad"], expected["gradients"], strict=True)
            if gradient is not None
        )
        for call, expected in steps
    )


def _steps(calls, reference):
    """Calls of `take_step` in which some parameter had a gradient, each with what the reference left."""
    return [
        (call, expected.value)
        for call, expected in zip(calls, reference, strict=True)
        if call.function == "take_step" and any(gradient is not None for gradient in expected.value["gradients"])
    ]


def _right_but_for(call, expected, part):
    seen = call.value
    return (
        isinstance(seen, dict)
        and set(seen) == set(expected)
        and all(_same(seen[name], expected[name]) for name in expected if name != part)
    )


def _cleared(gradients, expected):
    return len(gradients) == len(expected) and all(
        gradient is None or not np.any(gradient)
        for gradient, before in zip(gradients, expected, strict=True)
        if before is not None
    )


def _same(got, expected):
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(expected, np.ndarray):
        return isinstance(got, np.ndarray) and got.shape == expected.shape and np.allclose(got, expected, 1e-9, 1e-12)
    return got is expected or got == expected
