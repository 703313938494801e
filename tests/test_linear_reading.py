"""Whatever text a stranger hands in, what reads it in the grader's process takes time that grows as the text does.

Four times the text may take four times as long, and sixteen times where time grows with the square. Machines are
noisy: a reader is found guilty of a shape only where it is again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from grader.checker.shortcuts import find_shortcut
from grader.course import Shortcut
from grader.similarity.tokens import tokens_of
from grader.text import Text
from tests.hostile_shapes import SHAPES

SMALL = 6_000
TRIES = 4
WORST = 8.0
# Below this the clock tells nothing, and nobody waits.
QUICK = 0.004

OPTIM = Shortcut(name="torch.optim", reason=Text({"en": "because", "es": "porque"}))


def shortcut(source: str) -> None:
    # Each part of the name stands in the text, so that it has to be read whole.
    find_shortcut(f"import torch, optim\n{source}", (OPTIM,))


READERS: dict[str, Callable[[str], object]] = {"forbidden shortcuts": shortcut, "similar code": tokens_of}


def seconds(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def grows_too_fast(read: Callable[[str], object], small: str, large: str) -> bool:
    least_small = least_large = float("inf")
    for _ in range(TRIES):
        least_small = min(least_small, seconds(read, small))
        least_large = min(least_large, seconds(read, large))
        if least_large < QUICK or least_large / max(least_small, 1e-6) < WORST:
            return False
    return True


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_is_linear_in_every_shape_of_text(reader: str) -> None:
    assert len(SHAPES) >= 100
    read = READERS[reader]
    slow = [name for name, shape in SHAPES.items() if grows_too_fast(read, shape(SMALL), shape(4 * SMALL))]
    assert slow == []


def test_a_reader_that_is_not_linear_is_found() -> None:
    """The measure itself: this one looks at every pair of characters."""
    assert grows_too_fast(lambda text: sum(text.count(each) for each in text), "x" * SMALL, "x" * 4 * SMALL)
