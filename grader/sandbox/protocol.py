"""Turns Python values into bounded, typed messages and back; the only thing that crosses the wall.

A frame is a fixed header, one msgpack message (`meta`) and the raw bytes of the arrays it names (`body`),
in the order in which they are named. Reading a frame that a stranger wrote raises `ProtocolError` or gives
plain values: no pickle, no extension types, nothing allocated before its size is known to be within bounds.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, get_args

import msgspec
import numpy as np
from msgspec import Meta, Struct

MAX_META = 1 << 20
MAX_BODY = 64 << 20
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_DIMENSIONS = 8
MAX_SIDE = MAX_BODY
MAX_ENTRIES = 10_000
MAX_INTEGER_DIGITS = 1024  # hexadecimal
# Two larger integers can share a hash, and ten thousand of those make one dictionary take seconds.
MAX_INTEGER_KEY = 1 << 53

MAGIC = 0x0D5CE25D
HEADER = struct.Struct("<IIQ")

DTypeCode = Literal["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
DTYPES: dict[str, np.dtype[Any]] = {code: np.dtype(code) for code in get_args(DTypeCode)}


class ProtocolError(Exception):
    """The bytes of a frame are not a message this program writes."""


class Opaque(Struct, frozen=True):
    """Stands for a returned object that may not cross: only the name of its type does."""

    type_name: str


# --- the nodes a value is made of -------------------------------------------------------------------------


class TupleNode(Struct, frozen=True, tag="t"):
    """A tuple."""

    items: list[Node]


class ListNode(Struct, frozen=True, tag="l"):
    """A list."""

    items: list[Node]


class DictNode(Struct, frozen=True, tag="d"):
    """A dictionary whose keys are exactly str or int, as keys and values in order."""

    keys: Annotated[list[int | str], Meta(max_length=MAX_ENTRIES)]
    values: Annotated[list[Node], Meta(max_length=MAX_ENTRIES)]


class ArrayNode(Struct, frozen=True, tag="a"):
    """A contiguous array; its bytes are next in the body."""

    dtype: DTypeCode
    shape: Annotated[list[Annotated[int, Meta(ge=0, le=MAX_SIDE)]], Meta(max_length=MAX_DIMENSIONS)]


class ScalarNode(Struct, frozen=True, tag="s"):
    """A NumPy scalar."""

    dtype: DTypeCode
    raw: Annotated[bytes, Meta(max_length=16)]


class ComplexNode(Struct, frozen=True, tag="c"):
    """A Python complex number."""

    real: float
    imag: float


class IntegerNode(Struct, frozen=True, tag="i"):
    """A Python integer too large for msgpack, in hexadecimal."""

    digits: Annotated[str, Meta(max_length=MAX_INTEGER_DIGITS + 2, pattern="^-?[0-9a-f]+$")]


class OpaqueNode(Struct, frozen=True, tag="o"):
    """Anything else, by the name of its type."""

    name: Annotated[str, Meta(max_length=400)]


Node = (
    None | bool | int | float | str
    | TupleNode | ListNode | DictNode | ArrayNode | ScalarNode | ComplexNode | IntegerNode | OpaqueNode
)  # fmt: skip

ShortText = Annotated[str, Meta(max_length=400)]
LongText = Annotated[str, Meta(max_length=8000)]
Ordinal = Annotated[int, Meta(ge=0, le=1 << 31)]


# --- the messages ----------------------------------------------------------------------------------------


class Load(Struct, frozen=True, tag="load"):
    """Asks a fresh child to execute a submission, beside the harness, after seeding."""

    id: Ordinal
    source: str
    filename: str
    entry_points: list[str]
    harness: str
    seed: int


class Call(Struct, frozen=True, tag="call"):
    """Asks a child to call an entry point or a function of the harness."""

    id: Ordinal
    function: str
    arguments: ListNode
    keywords: DictNode


class Ready(Struct, frozen=True, tag="ready"):
    """A child says that every layer of the wall stands and no learner code has run yet."""


class Done(Struct, frozen=True, tag="done"):
    """A call, or the loading, ended normally; the arguments are as it left them."""

    id: Ordinal
    value: Node
    arguments: ListNode
    keywords: DictNode


class Failed(Struct, frozen=True, tag="failed"):
    """A call, or the loading, ended with an exception.

    `frames` are lines of the learner's file, outermost first. `advice` names one of the things that
    cannot work inside the wall, or is empty.
    """

    id: Ordinal
    kind: ShortText
    message: LongText
    frames: Annotated[list[tuple[Ordinal, ShortText]], Meta(max_length=32)]
    arguments: ListNode
    keywords: DictNode
    advice: ShortText = ""
    line: Ordinal = 0
    offset: Ordinal = 0
    text: ShortText = ""


Message = Load | Call | Ready | Done | Failed
Parts = list[bytes | memoryview]

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


# --- values to nodes -------------------------------------------------------------------------------------


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
        if value.dtype.newbyteorder("<").str not in DTYPES:
            return OpaqueNode(f"numpy.ndarray of {value.dtype}"[:400])
        if value.ndim > MAX_DIMENSIONS or self.size + value.nbytes > MAX_BODY or max(value.shape, default=0) > MAX_SIDE:
            raise _TooLarge
        plain = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        self.size += plain.nbytes
        if plain.nbytes:
            self.parts.append(plain.reshape(-1).view(np.uint8).data)
        return ArrayNode(_code(plain.dtype), list(value.shape))


class _TooLarge(Exception):
    pass


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


# --- nodes to values -------------------------------------------------------------------------------------


class Unpacker:
    """Turns the nodes of one frame into values, taking array bytes from its body in order."""

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = body
        self._offset = 0
        self._nodes = 0

    def unpack(self, node: Node, depth: int = 0) -> Any:  # noqa: PLR0911 - one line a node
        """The value of a node; raises `ProtocolError` where it breaks a bound."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ProtocolError("value too deep or too large")
        match node:
            case None | bool() | int() | float() | str():
                return node
            case TupleNode(items):
                return tuple([self.unpack(item, depth + 1) for item in items])
            case ListNode(items):
                return [self.unpack(item, depth + 1) for item in items]
            case ArrayNode():
                return self._array(node)
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


# --- frames ----------------------------------------------------------------------------------------------


def write_frame(message: Message, packer: Packer | None = None) -> Parts:
    """The pieces of one frame, ready to be sent; raises `ProtocolError` if the message is over its bound."""
    meta = _encoder.encode(message)
    parts, size = (packer.parts, packer.size) if packer else ([], 0)
    if len(meta) > MAX_META:
        raise ProtocolError("message too long")
    return [HEADER.pack(MAGIC, len(meta), size) + meta, *parts]


def read_header(header: bytes | bytearray) -> tuple[int, int]:
    """Lengths of meta and body, within their bounds; raises `ProtocolError` on anything else."""
    magic, meta, body = HEADER.unpack(header)
    if magic != MAGIC or meta > MAX_META or body > MAX_BODY:
        raise ProtocolError("not a frame header")
    return meta, body


def read_message(meta: bytes | bytearray) -> Message:
    """The message a frame carries, its fields of the declared types and within their bounds."""
    try:
        return _decoder.decode(meta)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise ProtocolError(f"malformed message: {type(error).__name__}") from None


def pack_call(packer: Packer, arguments: Sequence[Any], keywords: dict[str, Any]) -> tuple[ListNode, DictNode]:
    """Arguments as nodes, each by itself, so that one that cannot cross does not hide the others."""
    positional = ListNode([packer.pack(argument) for argument in arguments])
    named = DictNode([str(key) for key in keywords], [packer.pack(value) for value in keywords.values()])
    return positional, named


def nodes_of(message: Done | Failed) -> Iterator[Node]:
    """The values a reply carries, in the order in which the body holds their arrays."""
    if isinstance(message, Done):
        yield message.value
    yield message.arguments
    yield message.keywords
