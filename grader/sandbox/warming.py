"""What the zygote imports and does once, so that no child has to."""

from __future__ import annotations

import gc
import importlib.util
import random
import site
import sys

import numpy as np

from grader.sandbox.control import Runtime


def warm(runtime: Runtime) -> dict[str, str]:
    """Imports what submissions will use and runs it once; gives the versions."""
    # An interpreter without `site` lacks `exit` and `quit`, which beginners call.
    site.setquit()
    versions = {"python": sys.version.split()[0], "numpy": np.__version__}
    if runtime == "torch":
        versions["torch"] = _warm_torch()
    random.seed(0)
    np.random.seed(0)
    np.linalg.svd(np.eye(3))
    # Each folder's listing is now kept, so that a late import need not be allowed to list what holds a mask.
    importlib.util.find_spec("a_module_that_is_not_there")
    gc.collect()
    gc.freeze()
    gc.disable()
    return versions


def _warm_torch() -> str:
    """Imports torch with what its first optimizer step loads, and takes that step."""
    import torch
    import torch._dynamo

    torch.set_num_threads(1)
    # Where there are devices all the same, autograd starts threads for them, which no fork survives.
    if not torch.cuda.is_available():
        model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.zeros(2, 4)).sum().backward()
            optimizer.step()
    return str(torch.__version__)
