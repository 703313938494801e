"""Feeds the decoder with what atheris finds: `python -m tests.sandbox.fuzz -max_total_time=600`.

Coverage guides it through the decoder, `protocol` and `values`. Any exception but the protocol's own, and any
memory over the cap, ends it with the input that did it. Needs the package `atheris`, which CI does not install.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import Any

import atheris
import msgspec

with atheris.instrument_imports(include=["grader.sandbox.wire.protocol", "grader.sandbox.wire.values"]):
    from grader.sandbox.wire import protocol, values

CAP_MB = 1024
_SHAPES = [[], [3], [2, 2], [0, 9], [1 << 26] * 8, [-1], [1] * 9, [0, 1 << 40], "3"]
_KEYS = ["a", "b", 1, -1, 1 << 60, True, None, 1.5, b"k"]


def one_input(data: bytes) -> None:
    """Reads the data as a message, as the value of a right reply, and as choices that grow a reply."""
    choices = atheris.FuzzedDataProvider(data)
    way = choices.ConsumeIntInRange(0, 3)
    if way == 0:
        meta, body = choices.ConsumeBytes(1 << 20), b""
    elif way == 1:
        meta, body = _damaged(_message(choices), choices), choices.ConsumeBytes(64)
    else:
        meta, body = _message(choices), choices.ConsumeBytes(64)
    with contextlib.suppress(protocol.ProtocolError):
        _read(meta, body)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    if peak > CAP_MB:
        raise MemoryError(f"{peak} MB")


def _message(choices: atheris.FuzzedDataProvider) -> bytes:
    items = {"type": "l", "items": [_grown(choices, 3)] if choices.ConsumeBool() else []}
    names = {"type": "d", "keys": [_picked(choices, _KEYS)], "values": [_grown(choices, 3)]}
    message = {"id": choices.ConsumeIntInRange(0, 3), "arguments": items, "keywords": names}
    if choices.ConsumeBool():
        message |= {"type": "done", "value": _grown(choices, 0)}
    else:
        lines = [[choices.ConsumeInt(4), _text(choices, 9)]]
        message |= {"type": "failed", "kind": "E", "message": _text(choices, 99), "frames": lines}
    return msgspec.msgpack.encode(message)


def _picked(choices: atheris.FuzzedDataProvider, options: list[Any]) -> Any:
    return options[choices.ConsumeIntInRange(0, len(options) - 1)]


def _text(choices: atheris.FuzzedDataProvider, length: int) -> str:
    return choices.ConsumeUnicode(length).encode("utf-8", "replace").decode()


def _grown(choices: atheris.FuzzedDataProvider, depth: int) -> Any:  # noqa: PLR0911 - one line a node
    """One node, right or nearly so."""
    if depth > 40 or not choices.remaining_bytes():
        return None
    dtype = _picked(choices, [*protocol.DTYPES, "|O", "<U3", ""])
    match choices.ConsumeIntInRange(0, 11):
        case 0:
            return choices.ConsumeInt(8)
        case 1:
            return choices.ConsumeFloat()
        case 2:
            return _text(choices, 9)
        case 3:
            return {"type": "a", "dtype": dtype, "shape": _picked(choices, _SHAPES)}
        case 4:
            return {"type": "s", "dtype": dtype, "raw": choices.ConsumeBytes(16)}
        case 5:
            return {"type": "c", "real": choices.ConsumeFloat(), "imag": choices.ConsumeFloat()}
        case 6:
            return {"type": "i", "digits": _text(choices, 20)}
        case 7:
            return {"type": "o", "name": _text(choices, 20)}
        case 8:
            keys = [_picked(choices, _KEYS) for _ in range(choices.ConsumeIntInRange(0, 3))]
            return {"type": "d", "keys": keys, "values": [_grown(choices, depth + 1) for _ in keys]}
        case 9:
            return [_grown(choices, depth + 1)]
        case kind:
            count = choices.ConsumeIntInRange(0, 3)
            return {"type": "tl"[kind - 10], "items": [_grown(choices, depth + 1) for _ in range(count)]}


def _damaged(meta: bytes, choices: atheris.FuzzedDataProvider) -> bytes:
    damaged = bytearray(meta)
    for _ in range(choices.ConsumeIntInRange(1, 4)):
        damaged[choices.ConsumeIntInRange(0, len(damaged) - 1)] = choices.ConsumeIntInRange(0, 255)
    return bytes(damaged)


def _read(meta: bytes, body: bytes) -> None:
    protocol.read_header(protocol.HEADER.pack(protocol.MAGIC, len(meta), len(body)))
    message = protocol.read_message(meta)
    if isinstance(message, protocol.Done | protocol.Failed):
        unpacker = values.Unpacker(body)
        for node in protocol.nodes_of(message):
            unpacker.unpack(node)
        unpacker.finish()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
