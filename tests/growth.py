"""How time grows with what is read, and beside what else takes: ratios of one process's own clock, never seconds.

Four times the text may take four times as long, and sixteen times where time grows with the square. Machines are
noisy: a reader is found guilty only where it is again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 4
WORST = 8.0
# Below this the clock tells nothing, and nobody waits.
QUICK = 0.004


def seconds(read: Callable[..., object], *texts: str) -> float:
    started = time.process_time()
    read(*texts)
    return time.process_time() - started


def grows_too_fast(read: Callable[[str], object], small: str, large: str) -> bool:
    least_small = least_large = float("inf")
    for _ in range(TRIES):
        least_small = min(least_small, seconds(read, small))
        least_large = min(least_large, seconds(read, large))
        if least_large < QUICK or least_large / max(least_small, 1e-6) < WORST:
            return False
    return True


def takes_much_longer(than: Callable[[], object], this: Callable[[], object], times: float) -> bool:
    """Whether `this` takes so many times as long as the other, again and again."""
    return all(seconds(this) > max(times * seconds(than), QUICK) for _ in range(TRIES))
