"""Whatever text a stranger hands in, what reads it in the grader's process takes time that grows as the text does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.checker.shortcuts import find_shortcut
from grader.course import Shortcut
from grader.similarity.tokens import tokens_of
from grader.text import Text
from tests.growth import grows_too_fast
from tests.hostile_shapes import SHAPES

SMALL = 6_000

OPTIM = Shortcut(name="torch.optim", reason=Text({"en": "because", "es": "porque"}))


def shortcut(source: str) -> None:
    # Each part of the name stands in the text, so that it has to be read whole.
    find_shortcut(f"import torch, optim\n{source}", (OPTIM,))


READERS: dict[str, Callable[[str], object]] = {"forbidden shortcuts": shortcut, "similar code": tokens_of}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_is_linear_in_every_shape_of_text(reader: str) -> None:
    assert len(SHAPES) >= 100
    read = READERS[reader]
    slow = [name for name, shape in SHAPES.items() if grows_too_fast(read, shape(SMALL), shape(4 * SMALL))]
    assert slow == []


def test_a_reader_that_is_not_linear_is_found() -> None:
    """The measure itself: this one looks at every pair of characters."""
    assert grows_too_fast(lambda text: sum(text.count(each) for each in text), "x" * SMALL, "x" * 4 * SMALL)
