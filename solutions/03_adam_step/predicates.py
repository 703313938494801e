"""Beliefs about `adam_step` that come in many spellings, told from the recorded calls."""

import numpy as np


def changes_its_inputs(calls, reference):
    """Any array that went in came out different, whichever it was; partly where what came back is wrong as well."""
    changed = any(
        not np.array_equal(before, after, equal_nan=True)
        for call in calls
        if call.function == "adam_step"
        for before, after in zip(call.arguments, call.arguments_after, strict=True)
        if isinstance(before, np.ndarray)
    )
    if changed and not all(same(call.value, right.value) for call, right in zip(calls, reference, strict=True)):
        return "partly"
    return changed


def same(got, expected):
    """Whether two answers hold the same numbers, part by part."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(name in got and same(got[name], expected[name]) for name in expected)
    if isinstance(expected, tuple | list):
        return (
            isinstance(got, tuple | list)
            and len(got) == len(expected)
            and all(same(one, other) for one, other in zip(got, expected, strict=True))
        )
    return np.shape(got) == np.shape(expected) and np.allclose(got, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
