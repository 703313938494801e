"""First on a program's path, it makes a Linux machine look like a learner's Mac to that program: nothing forks."""

import os
import sys


def _refused() -> int:
    raise OSError("nothing may be forked here")


os.fork = os.forkpty = _refused
sys.platform = "darwin"
