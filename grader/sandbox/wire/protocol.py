"""The messages that cross the wall and nothing else: typed, bounded, and turned into frames of bytes and back.

A frame is a fixed header, one msgpack message (`meta`) and the raw bytes of the arrays it names (`body`),
in the order in which they are named. Reading a frame that a stranger wrote raises `ProtocolError` or gives
plain values: no pickle, no extension types, nothing allocated before its size is known to be within bounds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import msgspec
import numpy as np
from msgspec import Meta, Struct

if TYPE_CHECKING:
    from grader.sandbox.wire.values import Packer

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
    """Asks a fresh child to execute a submission, beside the harness, after seeding.

    The harness is the course's own, and the same for a whole class: it comes compiled, or where that cannot be done as
    its source, for the child to say what is wrong; either as `marshal` writes it.
    """

    id: Ordinal
    source: str
    filename: str
    entry_points: list[str]
    harness: bytes
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
    """A call, or the loading, ended normally; the arguments are as it left them, None where they are as they came."""

    id: Ordinal
    value: Node
    arguments: ListNode | None
    keywords: DictNode | None


class Failed(Struct, frozen=True, tag="failed"):
    """A call, or the loading, ended with an exception.

    `frames` are lines of the learner's file, outermost first. `advice` names one of the things that
    cannot work inside the wall, or is empty. The arguments are as in `Done`.
    """

    id: Ordinal
    kind: ShortText
    message: LongText
    frames: Annotated[list[tuple[Ordinal, ShortText]], Meta(max_length=32)]
    arguments: ListNode | None
    keywords: DictNode | None
    advice: ShortText = ""
    line: Ordinal = 0
    offset: Ordinal = 0
    text: ShortText = ""


Message = Load | Call | Ready | Done | Failed
Parts = list[bytes | memoryview]

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


# --- frames ----------------------------------------------------------------------------------------------


def write_frame(message: Message, packer: Packer | None = None) -> Parts:
    """The pieces of one frame, ready to be sent; raises `ProtocolError` if the message is over its bound."""
    meta = _encoder.encode(message)
    parts, size = (packer.parts, packer.size) if packer else ([], 0)
    if len(meta) > MAX_META:
        raise ProtocolError("message too long")
    return [HEADER.pack(MAGIC, len(meta), size) + meta, *parts]


def encoded(*nodes: Node) -> bytes:
    """Nodes as a message carries them, without the bytes of their arrays."""
    return _encoder.encode(nodes)


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


def nodes_of(message: Done | Failed) -> Iterator[Node]:
    """The values a reply carries, in the order in which the body holds their arrays."""
    if isinstance(message, Done):
        yield message.value
    yield message.arguments
    yield message.keywords
