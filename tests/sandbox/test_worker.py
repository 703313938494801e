"""What a child sends back of the arguments it was given: only what the call has changed, and that to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.sandbox.far.worker import Given
from grader.sandbox.wire.protocol import Call, DictNode
from grader.sandbox.wire.values import Packer, Unpacker, pack_call


def given(*arguments: Any, **keywords: Any) -> Given:
    packer = Packer()
    call = Call(1, "f", *pack_call(packer, arguments, keywords))
    return Given(call, b"".join(packer.parts))


def sent_back(came: Given) -> Any:
    """The arguments as the grader would read them; None where nothing is sent."""
    packer = Packer()
    nodes, keywords = came.left(packer)
    if nodes is None:
        assert keywords is None
        assert packer.parts == []
        return None
    assert isinstance(keywords, DictNode)
    unpacker = Unpacker(b"".join(packer.parts))
    return (*unpacker.unpack(nodes), unpacker.unpack(keywords))


ANYTHING = (
    np.arange(3.0),
    [1, 2],
    {"a": np.zeros((2, 2))},
    np.array(np.nan),
    float("nan"),
    "text",
    None,
    (True, 1 << 70),
)


def test_what_is_left_alone_is_not_sent_back() -> None:
    assert sent_back(given(*ANYTHING, lr=np.float32(0.1))) is None
    assert sent_back(given()) is None


def set_first(came: Given) -> None:
    came.arguments[0][0] = 5.0


def same_value_of_another_kind(came: Given) -> None:
    came.arguments[1][0] = True


def to_negative_zero(came: Given) -> None:
    came.arguments[2]["a"][0, 0] = -0.0


def another_in_a_keyword(came: Given) -> None:
    came.keywords["state"].append(1)


@pytest.mark.parametrize("change", [set_first, same_value_of_another_kind, to_negative_zero, another_in_a_keyword])
def test_a_change_anywhere_sends_all_as_it_is_now(change: Callable[[Given], None]) -> None:
    came = given(*ANYTHING, state=[])
    change(came)
    back = sent_back(came)
    assert back is not None
    for now, told in zip((*came.arguments, came.keywords), back, strict=True):
        np.testing.assert_equal(told, now)
