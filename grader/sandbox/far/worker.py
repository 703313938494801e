"""Executes a submission and answers calls to it: the only module that ever runs learner code.

It stands on the far side of the wall. Nothing it says is trusted; it only turns frames into calls and
values into frames.
"""

from __future__ import annotations

import linecache
import marshal
import os
import random
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from grader.magics import compiled
from grader.sandbox.far.advice import advice_for
from grader.sandbox.far.stand_ins import StandIns
from grader.sandbox.wire.channel import Channel, ChannelClosedError
from grader.sandbox.wire.protocol import (
    Call,
    DictNode,
    Done,
    Failed,
    ListNode,
    Load,
    ProtocolError,
    Ready,
    encoded,
    write_frame,
)
from grader.sandbox.wire.values import Packer, Unpacker, pack_call, type_name

OUT_OF_MEMORY = 71


class MissingEntryPoint(Exception):
    """The submission does not define a function it must define."""


class HarnessError(Exception):
    """The course's own harness does not load, or lacks a function: never the learner's fault."""


class Worker:
    """One submission's modules, and the channel on which it is asked to use them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._filename = ""
        self._entry_points: frozenset[str] = frozenset()
        self._submission = types.ModuleType("submission")
        self._harness = types.ModuleType("harness")

    def serve(self) -> NoReturn:
        """Answers until the grader is gone."""
        try:
            self._channel.send(write_frame(Ready()))
            while True:
                self._answer_one()
        except (ChannelClosedError, ProtocolError):
            os._exit(0)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)

    def _answer_one(self) -> None:
        message, body = self._channel.receive()
        if isinstance(message, Load):
            self._reply(message.id, lambda: self._load(message), _nothing)
        elif isinstance(message, Call):
            given = Given(message, body)
            self._reply(message.id, lambda: self._call(message.function, given.arguments, given.keywords), given.left)

    def _reply(self, number: int, action: Callable[[], Any], left: Left) -> None:
        packer = Packer()
        try:
            parts = write_frame(Done(number, packer.pack(action()), *left(packer)), packer)
        except BaseException as error:
            parts = self._failure(number, error, left)
        self._channel.send(parts)

    def _failure(self, number: int, error: BaseException, left: Left) -> list[bytes | memoryview]:
        packer = Packer()
        try:
            return write_frame(failed(number, error, self._filename, *left(packer)), packer)
        except ProtocolError:
            packer = Packer()
            return write_frame(failed(number, error, self._filename, *pack_call(packer, (), {})), packer)

    def _load(self, program: Load) -> list[str]:
        """The names of the packages that are not here and stood aside."""
        self._filename = program.filename
        self._entry_points = frozenset(program.entry_points)
        seed_everything(program.seed)
        self._harness = self._load_harness(program.harness)
        source, code = _compiled(program.source, program.filename)
        with StandIns(source, program.filename) as stand_ins:
            self._submission = _execute(
                program.filename.rpartition(".")[0] or "submission", program.filename, code, _shell(source, stand_ins)
            )
        return stand_ins.names

    def _load_harness(self, harness: bytes) -> types.ModuleType:
        # Before the submission, so that a failure here cannot be the learner's.
        try:
            code = marshal.loads(harness)
            if isinstance(code, str):
                code = _compile(code, "harness.py")
            return _execute("harness", "harness.py", code)
        except Exception as error:
            raise HarnessError(f"{type(error).__name__}: {error}") from error

    def _call(self, function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if function in self._entry_points:
            return self._entry_point(function)(*arguments, **keywords)
        driver = getattr(self._harness, function, None)
        if not callable(driver):
            raise HarnessError(f"no function {function!r}")
        return driver(*self._injected(driver), *arguments, **keywords)

    def _entry_point(self, name: str) -> Callable[..., Any]:
        found = getattr(self._submission, name, None)
        if not callable(found):
            raise MissingEntryPoint(name)
        return found  # type: ignore[no-any-return]

    def _injected(self, driver: Any) -> list[Callable[..., Any]]:
        """The entry points that a harness function asks for by the names of its leading parameters."""
        code = driver.__code__
        injected = []
        for name in code.co_varnames[: code.co_argcount]:
            if name not in self._entry_points:
                break
            injected.append(self._entry_point(name))
        return injected


Left = Callable[[Packer], tuple[ListNode | None, DictNode | None]]
"""Packs arguments as a call left them."""


def _nothing(_: Packer) -> tuple[None, None]:
    return None, None


class Given:
    """The arguments of one call, and how they came: what a function leaves alone need not be sent back."""

    def __init__(self, call: Call, body: bytes | bytearray) -> None:
        unpacker = Unpacker(body)
        self._came = encoded(call.arguments, call.keywords), body
        self.arguments: tuple[Any, ...] = tuple(unpacker.unpack(call.arguments))
        self.keywords: dict[str, Any] = unpacker.unpack(call.keywords)

    def left(self, packer: Packer) -> tuple[ListNode | None, DictNode | None]:
        """The arguments as they are now, packed; nothing where every byte is as it came."""
        own = Packer()
        now = pack_call(own, self.arguments, self.keywords)
        nodes, body = self._came
        if encoded(*now) == nodes and own.size == len(body) and b"".join(own.parts) == body:
            return None, None
        return pack_call(packer, self.arguments, self.keywords)


def _compiled(source: str, filename: str) -> tuple[str, types.CodeType]:
    """A submission without the lines that only a notebook's shell could run, which services write into files too."""
    return compiled(source, lambda text: _compile(text, filename))


def _shell(source: str, stand_ins: StandIns) -> dict[str, object]:
    """What a notebook's own exporter writes in place of those lines is called on nothing."""
    return {"get_ipython": lambda: stand_ins.in_place_of("IPython", 1)} if "get_ipython" in source else {}


def _compile(source: str, filename: str) -> types.CodeType:
    # Warnings, tracebacks and inspect show the submission's lines, though no such file is within reach.
    linecache.cache[filename] = (len(source), None, [f"{line}\n" for line in source.split("\n")], filename)
    return compile(source, filename, "exec", dont_inherit=True)


def _execute(
    name: str, filename: str, code: types.CodeType, more: Mapping[str, object] | None = None
) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(more or {})
    module.__file__ = filename
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def seed_everything(seed: int) -> None:
    """Seeds every source of randomness that a submission may draw from by default."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    if (torch := sys.modules.get("torch")) is not None:
        # `torch.manual_seed` asks every kind of device too, which no forked child can use.
        torch.default_generator.manual_seed(seed % (1 << 63))


def failed(
    number: int, error: BaseException, filename: str, arguments: ListNode | None, keywords: DictNode | None
) -> Failed:
    """An exception as a message: whatever its class does when it is printed."""
    line = getattr(error, "import_line", None) if type(error) is ModuleNotFoundError else None
    frames = _frames(error, filename) if line is None else [(_ordinal(line), "<module>")]
    syntax = error if isinstance(error, SyntaxError) and error.filename == filename else None
    return Failed(
        number,
        _encodable(type(error).__name__, 200),
        _encodable(_message(error), 4000),
        frames,
        arguments,
        keywords,
        advice_for(error, filename),
        _ordinal(syntax.lineno if syntax else line),
        _ordinal(syntax.offset) if syntax else 0,
        _encodable(str(syntax.text or "").rstrip("\n"), 200) if syntax else "",
    )


def _message(error: BaseException) -> str:
    try:
        message = error.args[0] if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        return "(its message could not be read)"
    return message if type(message) is str else type_name(message)


def _frames(error: BaseException, filename: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename == filename:
            lines.append((_ordinal(step.tb_lineno), _encodable(code.co_name, 200)))
        step = step.tb_next
    # A recursion without end: where it began and where it stopped say more than its middle.
    return lines if len(lines) <= 16 else lines[:8] + lines[-8:]


def _encodable(text: str, limit: int) -> str:
    if len(text) > limit:
        text = text[: limit * 2 // 3] + "\n[...]\n" + text[-(limit // 4) :]
    return text.encode("utf-8", "backslashreplace").decode()[: 2 * limit]


def _ordinal(number: int | None) -> int:
    return min(max(number or 0, 0), 1 << 31)
