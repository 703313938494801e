"""A belief about arrays that comes in many spellings, told from the recorded calls."""

import numpy as np


def changes_its_inputs(calls, reference):
    """Any array that went in came out different, whichever it was."""
    return any(
        not np.array_equal(before, after, equal_nan=True)
        for call in calls
        for before, after in zip(call.arguments, call.arguments_after, strict=True)
        if isinstance(before, np.ndarray)
    )
