"""What the zygote imports and does once, so that no child has to, and what a child in reserve does while it waits."""

from __future__ import annotations

import gc
import importlib.util
import random
import site
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from grader.sandbox.far.worker import Given
from grader.sandbox.wire.control import Runtime
from grader.sandbox.wire.protocol import Call, Done, write_frame
from grader.sandbox.wire.values import Packer, pack_call

_PIECE = '''
import numpy as np


def descend(params, grads, *, lr=0.1, **settings):
    """A step of something, with what beginners write."""
    moved = {}
    for name, param in params.items():
        grad = grads[name]
        if grad is None or not np.isfinite(grad).all():
            raise ValueError(f"no gradient for {name!r}")
        moved[name] = param - lr * grad / (np.sqrt(grad * grad) + 1e-8)
    return moved


class Average:
    def __init__(self, beta):
        self.beta, self.value, self.steps = beta, None, 0

    def add(self, values):
        try:
            self.value = [self.beta * old + (1 - self.beta) * new for old, new in zip(self.value, values)]
        except TypeError:
            self.value = list(values)
        self.steps += 1
        return tuple(value / (1 - self.beta**self.steps) for value in self.value)


average = Average(0.9)
for t in range(4):
    average.add(np.linspace(-1.0, 1.0, 3))
    descend({"a": np.ones(2), "b": np.zeros((2, 3))}, {"a": np.array([t, 2.0]), "b": np.full((2, 3), 0.5)})
'''


@dataclass(frozen=True)
class Warmth:
    """The versions of what is warm, and what a child can rehearse.

    A rehearsal does in small what a submission will do: the memory it writes to is copied then, and not while somebody
    waits. Nothing of it remains, since every seed is set when a submission is loaded.
    """

    versions: dict[str, str]
    rehearse: Callable[[], None]


def warm(runtime: Runtime) -> Warmth:
    """Imports what submissions will use and runs it once."""
    # An interpreter without `site` lacks `exit` and `quit`, which beginners call.
    site.setquit()
    versions = {"python": sys.version.split()[0], "numpy": np.__version__}
    pieces: list[Callable[[], None]] = [_program, _cross]
    if runtime == "torch":
        import torch
        import torch._dynamo  # the first step of an optimizer imports it

        versions["torch"] = str(torch.__version__)
        torch.set_num_threads(1)
        # Where there are devices all the same, autograd starts threads for them, which no fork survives.
        if not torch.cuda.is_available():
            pieces.append(partial(_train, torch))
    random.seed(0)
    np.random.seed(0)
    np.linalg.svd(np.eye(3))
    _rehearse(pieces)
    # Each folder's listing is now kept, so that a late import need not be allowed to list what holds a mask.
    importlib.util.find_spec("a_module_that_is_not_there")
    gc.collect()
    gc.freeze()
    gc.disable()
    return Warmth(versions, partial(_rehearse, pieces))


def _rehearse(pieces: list[Callable[[], None]]) -> None:
    for piece in pieces:
        piece()


def _program() -> None:
    exec(compile(_PIECE, "rehearsal.py", "exec", dont_inherit=True), {})


def _cross() -> None:
    """What a call is and what it gives, packed as they cross the wall, and unpacked again."""
    values = ({"weight": np.ones((3, 2)), "steps": [1, 2.0]}, np.arange(3), np.float64(1.0), "text", (True, None))
    packer, reply = Packer(), Packer()
    call = Call(1, "f", *pack_call(packer, values, {"lr": 0.1}))
    write_frame(call, packer)
    given = Given(call, b"".join(packer.parts))
    write_frame(Done(1, reply.pack(list(given.arguments)), *given.left(reply)), reply)


def _train(torch: Any) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    inputs, targets = torch.from_numpy(np.zeros((2, 4))), torch.from_numpy(np.ones((2, 1)))
    for make in (torch.optim.Adam, partial(torch.optim.SGD, lr=0.1, momentum=0.9)):
        optimizer = make(model.parameters())
        for _ in range(2):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
            loss.item()
    for _, parameter in model.named_parameters():
        parameter.detach().numpy().copy()
