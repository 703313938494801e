"""Values cross whole or not at all, and no bytes whatever do more than raise `ProtocolError`."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.sandbox.wire import protocol
from grader.sandbox.wire.protocol import (
    DTYPES,
    Call,
    DictNode,
    Done,
    Failed,
    ListNode,
    Opaque,
    ProtocolError,
    nodes_of,
    read_header,
    read_message,
    write_frame,
)
from grader.sandbox.wire.values import Packer, Unpacker

NOTHING = DictNode([], [])


def framed(value: Any) -> bytes:
    """The bytes of a reply that carries a value."""
    packer = Packer()
    node = packer.pack(value)
    return b"".join(bytes(part) for part in write_frame(Done(1, node, ListNode([]), NOTHING), packer))


def read_frame(frame: bytes) -> Any:
    """What the grader makes of a frame: the value of a reply."""
    size = protocol.HEADER.size
    if len(frame) < size:
        raise ProtocolError("short")
    meta, body = read_header(frame[:size])
    if len(frame) != size + meta + body:
        raise ProtocolError("short")
    message = read_message(frame[size : size + meta])
    if not isinstance(message, Done | Failed):
        raise ProtocolError("not a reply")
    unpacker = Unpacker(frame[size + meta :])
    values = [unpacker.unpack(node) for node in nodes_of(message)]
    unpacker.finish()
    return values[0]


def same(one: Any, other: Any) -> bool:  # noqa: PLR0911 - one line a type
    """Equal in value, type, shape and dtype; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    return bool(one == other)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda code: npst.arrays(np.dtype(code), npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
scalars = st.sampled_from(sorted(DTYPES)).flatmap(lambda code: npst.arrays(np.dtype(code), 1)).map(lambda a: a[0])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 200), 1 << 200)
    | st.floats()
    | st.complex_numbers()
    | text
    | arrays
    | scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(text | st.integers(-(1 << 53), 1 << 53), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_value_comes_back_as_it_was(value: Any) -> None:
    """Whatever may cross arrives with its value, type, shape and dtype."""
    assert same(read_frame(framed(value)), value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        (np.zeros(2, object), "numpy.ndarray of object"),
        (np.array(["a"]), "numpy.ndarray of <U1"),
        (np.ma.zeros(2), "numpy.ma.MaskedArray"),
        (type("F", (float,), {})(1), "F"),
        ({1, 2}, "set"),
        ({1.5: 2}, "dict with keys"),
        ({True: 2}, "dict with keys"),
        ({1 << 60: 2}, "dict with keys"),
        ("\ud800", "str with lone surrogates"),
        (1 << 100_000, "int, too large"),
        (list(range(200_000)), "list, too large"),
        (np.zeros(10_000_000), "numpy.ndarray, too large"),
        (range(3), "range"),
        (b"bytes", "bytes"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_may_not_cross_is_named(value: Any, name: str) -> None:
    """Anything else crosses as the name of its type, and what stood beside it crosses whole."""
    found, beside = read_frame(framed((value, 1.5))) if not name.endswith("large") else (read_frame(framed(value)), 1.5)
    assert isinstance(found, Opaque)
    assert name in found.type_name
    assert beside == 1.5


def test_value_that_contains_itself_is_named() -> None:
    """A list that contains itself is too large to send, and says so."""
    endless: list[Any] = []
    endless.append(endless)
    assert read_frame(framed(endless)) == Opaque("list, too large to send")


@pytest.mark.parametrize("order", [">f8", "<f8"])
def test_byte_order_does_not_matter(order: str) -> None:
    """An array of either byte order arrives as the machine's own."""
    assert same(read_frame(framed(np.arange(3, dtype=order))), np.arange(3.0))


def test_array_is_contiguous_and_its_own() -> None:
    """A strided, transposed or read-only array arrives as a plain one that may be written to."""
    arrived = read_frame(framed(np.broadcast_to(np.arange(6.0).reshape(2, 3).T, (2, 3, 2))))
    assert arrived.flags.c_contiguous
    assert arrived.flags.writeable
    assert arrived.flags.owndata or arrived.base.flags.owndata


@given(st.binary(max_size=64))
def test_no_bytes_break_the_header(data: bytes) -> None:
    """A header is two lengths within their bounds, or an error of the protocol."""
    size = protocol.HEADER.size
    try:
        meta, body = read_header((data + bytes(size))[:size])
    except ProtocolError:
        return
    assert meta <= protocol.MAX_META
    assert body <= protocol.MAX_BODY


def reads_safely(frame: bytes) -> None:
    """Reads a frame; anything but a value or `ProtocolError` fails the test, as does much memory."""
    tracemalloc.start()
    try:
        read_frame(frame)
    except ProtocolError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100 * (len(frame) + 10_000)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(meta: bytes) -> None:
    """Random bytes as a message raise nothing but `ProtocolError`."""
    reads_safely(protocol.HEADER.pack(protocol.MAGIC, len(meta), 0) + meta)


WORDS = [
    "type",
    "id",
    "value",
    "arguments",
    "keywords",
    "items",
    "keys",
    "values",
    "dtype",
    "shape",
    "raw",
    "digits",
    "name",
]
TAGS = ["a", "t", "l", "d", "s", "c", "i", "o", "<f8", "|b1", "done", "failed", "-" + "f" * 99]
whole_numbers = st.integers(-(1 << 63), (1 << 64) - 1)
msgpack_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | whole_numbers | st.floats() | st.binary(max_size=9) | st.sampled_from(TAGS),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=7)
    ),
    max_leaves=20,
)


@given(msgpack_values, msgpack_values, st.binary(max_size=40))
@settings(max_examples=300)
def test_no_message_breaks_the_reader(value: Any, odd: Any, body: bytes) -> None:
    """Well-formed messages with wrong contents raise nothing but `ProtocolError`."""
    empty = {"type": "l", "items": []}
    message = {
        "type": "done",
        "id": 1,
        "value": value,
        "arguments": empty,
        "keywords": {"type": "d", "keys": [], "values": []},
    }
    for candidate in (message, odd, {**message, "arguments": odd}):
        meta = msgspec.msgpack.encode(candidate)
        reads_safely(protocol.HEADER.pack(protocol.MAGIC, len(meta), len(body)) + meta + body)


@given(values, st.data())
def test_no_damage_breaks_the_reader(value: Any, data: st.DataObject) -> None:
    """A right frame with some bytes changed gives a value or `ProtocolError`."""
    frame = bytearray(framed(value))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    reads_safely(bytes(frame))


@pytest.mark.parametrize(
    "node",
    [
        {"type": "a", "dtype": "<f8", "shape": [1 << 26] * 8},
        {"type": "a", "dtype": "<f8", "shape": [0, 1 << 40]},
        {"type": "a", "dtype": "<f8", "shape": [-1]},
        {"type": "a", "dtype": "<f8", "shape": [1] * 9},
        {"type": "a", "dtype": "|O", "shape": [1]},
        {"type": "a", "dtype": "|V8", "shape": [1]},
        {"type": "s", "dtype": "<f8", "raw": b"1234"},
        {"type": "i", "digits": "f" * 2000},
        {"type": "i", "digits": "0x"},
        {"type": "d", "keys": [1, 1], "values": [0, 0]},
        {"type": "d", "keys": ["a"], "values": []},
        {"type": "d", "keys": [1 << 60], "values": [0]},
        {"type": "x"},
        {"type": "l"},
        [1, 2],
        b"bytes",
    ],
    ids=str,
)
def test_node_out_of_bounds_is_refused(node: Any) -> None:
    """Each bound on a node is kept."""
    empty = {"type": "l", "items": []}
    message = {
        "type": "done",
        "id": 1,
        "value": node,
        "arguments": empty,
        "keywords": {"type": "d", "keys": [], "values": []},
    }
    meta = msgspec.msgpack.encode(message)
    with pytest.raises(ProtocolError):
        read_frame(protocol.HEADER.pack(protocol.MAGIC, len(meta), 8) + meta + bytes(8))


def test_deep_message_is_refused() -> None:
    """A message nested deeper than values may be is refused, however it is written."""
    node: Any = None
    for _ in range(protocol.MAX_DEPTH + 2):
        node = {"type": "l", "items": [node]}
    empty = {"type": "l", "items": []}
    message = {
        "type": "done",
        "id": 1,
        "value": node,
        "arguments": empty,
        "keywords": {"type": "d", "keys": [], "values": []},
    }
    meta = msgspec.msgpack.encode(message)
    with pytest.raises(ProtocolError):
        read_frame(protocol.HEADER.pack(protocol.MAGIC, len(meta), 0) + meta)


def test_message_over_its_bound_is_not_written() -> None:
    """A call that is too long is refused on the side that writes it."""
    with pytest.raises(ProtocolError):
        write_frame(Call(1, "f" * (protocol.MAX_META + 1), ListNode([]), NOTHING))


def test_bool_has_no_third_value() -> None:
    """A byte of a boolean array is read as true or false, whatever it is."""
    packer = Packer()
    node = packer.pack(np.zeros(3, bool))
    arrived = Unpacker(b"\x00\x02\xff").unpack(node)
    assert arrived.view(np.uint8).tolist() == [0, 1, 1]
