"""A child in reserve has rehearsed, and nothing of that is to be seen in the submission it then gets."""

from __future__ import annotations

import sys

import pytest

from grader.sandbox import Limits, Pool, Program, Returned

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")

DRAWS = """
import random
import numpy as np
import {module}

def f():
    drawn = [random.random(), float(np.random.random())]
    torch = globals().get("torch")
    if torch is not None:
        drawn += [torch.rand(1).item(), torch.is_grad_enabled(), str(torch.get_default_dtype())]
    return drawn

def names():
    import sys
    return sorted(name for name in sys.modules if "rehears" in name)
"""


def program(module: str) -> Program:
    return Program(DRAWS.format(module=module), "draws.py", ("f", "names"), harness="")


@pytest.mark.parametrize(("runtime", "module"), [("numpy", "math"), ("torch", "torch")])
def test_what_a_submission_draws_is_the_same_from_a_child_in_reserve(runtime: str, module: str) -> None:
    drawn = []
    with Pool(runtime, spares=1) as pool:
        for _ in range(3):  # the first is forked when it is asked for, the others have waited
            with pool.open(program(module), Limits(), 7) as session:
                drawn.append(session.call("f"))
                assert session.call("names") == Returned([])
    assert isinstance(drawn[0], Returned)
    assert drawn[1] == drawn[2] == drawn[0]
