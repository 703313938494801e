#!/usr/bin/env bash
# ReduceLROnPlateau's docstring explains patience=0: "If the performance improves or remains the same, the learning rate
# is not adjusted." A metric that remains the same is no improvement: the rate falls at every call after the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install -q --disable-pip-version-check numpy "torch==2.13.0"
"$folder/environment/bin/python" - <<'PYTHON'
import sys

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

print("torch", torch.__version__)
promised = "or remains the same, the learning rate is not adjusted" in " ".join(ReduceLROnPlateau.__doc__.split())
print("promised in the docstring:", promised)
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
scheduler, seen = ReduceLROnPlateau(optimizer, patience=0, factor=0.5), []
for _ in range(5):
    scheduler.step(1.0)
    seen.append(optimizer.param_groups[0]["lr"])
print("rates under a metric that is always 1.0:", seen)
sys.exit(0 if promised and seen == [1.0, 0.5, 0.25, 0.125, 0.0625] else "the behaviour has changed")
PYTHON
