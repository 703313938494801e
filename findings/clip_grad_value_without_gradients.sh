#!/usr/bin/env bash
# clip_grad_value_ raises where no parameter has a gradient; its sister clip_grad_norm_ returns 0 there.
# Both say of themselves that they take an iterable of tensors; a model that is frozen as a whole meets this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install -q --disable-pip-version-check numpy "torch==2.13.0"
"$folder/environment/bin/python" - <<'PYTHON'
import sys

import torch

print("torch", torch.__version__)
frozen = [torch.nn.Parameter(torch.zeros(2), requires_grad=False)]
norm = torch.nn.utils.clip_grad_norm_(frozen, 1.0)
print("clip_grad_norm_ returns", norm)
try:
    seen = torch.nn.utils.clip_grad_value_(frozen, 1.0)
except RuntimeError as error:
    print("clip_grad_value_ raises RuntimeError:", str(error).splitlines()[0])
    sys.exit(0 if norm.item() == 0.0 else 1)
print("clip_grad_value_ returns", seen, "as one would expect: this has changed")
sys.exit(1)
PYTHON
