"""Turns Python values into the nodes of a message and back, within its bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.sandbox.wire.protocol import (
    DTYPES,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_ENTRIES,
    MAX_INTEGER_DIGITS,
    MAX_INTEGER_KEY,
    MAX_NODES,
    MAX_SIDE,
    ArrayNode,
    ComplexNode,
    DictNode,
    DTypeCode,
    IntegerNode,
    ListNode,
    Node,
    Opaque,
    OpaqueNode,
    Parts,
    ProtocolError,
    ScalarNode,
    TupleNode,
)


class Packer:
    """Turns values into nodes, and keeps the bytes of their arrays for one frame's body."""

    def __init__(self) -> None:
        self.parts: Parts = []
        self.size = 0
        self._nodes = 0

    def pack(self, value: Any) -> Node:
        """The node of `value`; what cannot cross becomes an `OpaqueNode`, so this never fails."""
        parts, size = len(self.parts), self.size
        try:
            return self._node(value, 0)
        except (_TooLarge, RecursionError, MemoryError, OverflowError, ValueError, TypeError):
            del self.parts[parts:]
            self.size = size
            return OpaqueNode(f"{type_name(value)}, too large to send"[:400])

    def _node(self, value: Any, depth: int) -> Node:  # noqa: PLR0911 - one line a type
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _TooLarge
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value  # type: ignore[no-any-return]
        if kind is int:
            return _integer_node(value)
        if kind is str:
            return _string_node(value)
        if kind is np.ndarray:
            return self._array_node(value)
        if kind is tuple:
            return TupleNode([self._node(item, depth + 1) for item in tuple.__iter__(value)])
        if kind is list:
            return ListNode([self._node(item, depth + 1) for item in list.__iter__(value)])
        if kind is dict:
            return self._dict_node(value, depth)
        if kind is complex:
            return ComplexNode(value.real, value.imag)
        if kind in _SCALAR_TYPES:
            return ScalarNode(_code(value.dtype), value.tobytes())
        if type(value) is Opaque:  # what once could not cross is still told by its type when a call is replayed
            return OpaqueNode(value.type_name)
        return OpaqueNode(type_name(value))

    def _dict_node(self, value: dict[Any, Any], depth: int) -> Node:
        if not all(_crosses_as_key(key) for key in value) or len(value) > MAX_ENTRIES:
            return OpaqueNode("dict with keys other than short str and int")
        return DictNode(list(value), [self._node(item, depth + 1) for item in value.values()])

    def _array_node(self, value: np.ndarray[Any, Any]) -> Node:
        code = value.dtype.str if value.dtype.str in DTYPES else value.dtype.newbyteorder("<").str
        if code not in DTYPES:
            return OpaqueNode(f"numpy.ndarray of {value.dtype}"[:400])
        if value.ndim > MAX_DIMENSIONS or self.size + value.nbytes > MAX_BODY or max(value.shape, default=0) > MAX_SIDE:
            raise _TooLarge
        plain = np.ascontiguousarray(value, dtype=DTYPES[code])
        self.size += plain.nbytes
        if plain.nbytes:
            self.parts.append(plain.reshape(-1).view(np.uint8).data)
        return ArrayNode(code, list(value.shape))


class _TooLarge(Exception):
    pass


_PLAIN_TYPES = frozenset({type(None), bool, int, float, str})
_SCALAR_TYPES = frozenset(dtype.type for dtype in DTYPES.values())


def _code(dtype: np.dtype[Any]) -> DTypeCode:
    return dtype.newbyteorder("<").str  # type: ignore[return-value]


def _integer_node(value: int) -> Node:
    if -(1 << 63) <= value < 1 << 63:
        return value
    if value.bit_length() > 4 * MAX_INTEGER_DIGITS:
        return OpaqueNode("int, too large to send")
    return IntegerNode(f"{value:x}")


def _string_node(value: str) -> Node:
    return value if is_utf8(value) else OpaqueNode("str with lone surrogates")


def _crosses_as_key(key: Any) -> bool:
    if type(key) is str:
        return len(key) <= 400 and is_utf8(key)
    return type(key) is int and -MAX_INTEGER_KEY <= key <= MAX_INTEGER_KEY


def is_utf8(value: str) -> bool:
    """Whether a string can be written in UTF-8, which lone surrogates cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def type_name(value: Any) -> str:
    """The dotted name of a value's type, shortened and safe to encode, whatever the type says of itself."""
    kind = type(value)
    try:
        module, name = type.__getattribute__(kind, "__module__"), type.__getattribute__(kind, "__qualname__")
    except Exception:
        return "object"
    if not (type(module) is str and type(name) is str):
        return "object"
    dotted = name if module in ("builtins", "__main__") else f"{module}.{name}"
    return dotted.encode("utf-8", "backslashreplace").decode()[:300]


class Unpacker:
    """Turns the nodes of one frame into values, taking array bytes from its body in order."""

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = body
        self._offset = 0
        self.nodes = 0

    def unpack(self, node: Node, depth: int = 0) -> Any:  # noqa: PLR0911 - one line a node
        """The value of a node; raises `ProtocolError` where it breaks a bound."""
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ProtocolError("value too deep or too large")
        if type(node) in _PLAIN_TYPES:
            return node
        match node:
            case ArrayNode():
                return self._array(node)
            case TupleNode(items):
                return tuple([self.unpack(item, depth + 1) for item in items])
            case ListNode(items):
                return [self.unpack(item, depth + 1) for item in items]
            case DictNode():
                return self._dict(node, depth)
            case ScalarNode(dtype, raw):
                return self._scalar(DTYPES[dtype], raw)
            case ComplexNode(real, imag):
                return complex(real, imag)
            case IntegerNode(digits):
                return int(digits, 16)
            case OpaqueNode(name):
                return Opaque(name)
        raise ProtocolError("unknown node")

    def finish(self) -> None:
        """Raises `ProtocolError` unless every byte of the body was used."""
        if self._offset != len(self._body):
            raise ProtocolError("bytes left over in the frame")

    def _dict(self, node: DictNode, depth: int) -> dict[int | str, Any]:
        if len(node.keys) != len(node.values) or not all(_crosses_as_key(key) for key in node.keys):
            raise ProtocolError("dictionary keys")
        revived = {key: self.unpack(item, depth + 1) for key, item in zip(node.keys, node.values, strict=True)}
        if len(revived) != len(node.keys):
            raise ProtocolError("a key twice in a dictionary")
        return revived

    def _array(self, node: ArrayNode) -> np.ndarray[Any, Any]:
        dtype = DTYPES[node.dtype]
        count = math.prod(node.shape)
        size = count * dtype.itemsize
        if size > len(self._body) - self._offset:
            raise ProtocolError("array larger than its frame")
        flat = np.frombuffer(self._body, dtype, count, self._offset) if count else np.empty(0, dtype)
        self._offset += size
        return _plain(flat, dtype).reshape(node.shape)

    def _scalar(self, dtype: np.dtype[Any], raw: bytes) -> Any:
        if len(raw) != dtype.itemsize:
            raise ProtocolError("scalar of the wrong size")
        return _plain(np.frombuffer(raw, dtype, 1), dtype)[0]


def _plain(borrowed: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """An array of its own memory; the byte of a bool can only be 0 or 1 in it."""
    return borrowed.view(np.uint8) != 0 if dtype.kind == "b" else borrowed.copy()


def pack_call(packer: Packer, arguments: Sequence[Any], keywords: dict[str, Any]) -> tuple[ListNode, DictNode]:
    """Arguments as nodes, each by itself, so that one that cannot cross does not hide the others."""
    positional = ListNode([packer.pack(argument) for argument in arguments])
    named = DictNode([str(key) for key in keywords], [packer.pack(value) for value in keywords.values()])
    return positional, named
