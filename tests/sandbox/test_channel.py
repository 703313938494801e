"""Frames arrive whole and in time, or an exception says what was wrong."""

from __future__ import annotations

import array
import os
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from grader.sandbox.wire.channel import ChannelClosedError, DeadlinePassedError, SocketChannel
from grader.sandbox.wire.protocol import HEADER, MAGIC, DictNode, Done, ListNode, ProtocolError, Ready, write_frame
from grader.sandbox.wire.values import Packer, Unpacker
from tests.sandbox.conftest import linux

pytestmark = linux


@pytest.fixture
def ends() -> Iterator[tuple[SocketChannel, socket.socket]]:
    """The grader's end, and the bare socket of whoever is on the other."""
    ours, theirs = socket.socketpair()
    yield SocketChannel(ours), theirs
    ours.close()
    theirs.close()


Ends = tuple[SocketChannel, socket.socket]


def soon(seconds: float = 0.2) -> float:
    return time.monotonic() + seconds


def test_frame_arrives_whole(ends: Ends) -> None:
    """A reply with ten megabytes of arrays arrives as it was sent, in many pieces."""
    channel, theirs = ends
    packer = Packer()
    node = packer.pack([np.arange(200_000.0) + number for number in range(6)])
    reply = write_frame(Done(1, node, ListNode([]), DictNode([], [])), packer)
    sender = threading.Thread(target=SocketChannel(theirs, blocking=True).send, args=(reply,))
    sender.start()
    message, body = channel.receive(soon(30))
    sender.join()
    assert isinstance(message, Done)
    arrived = Unpacker(body).unpack(message.value)
    assert [part[0] for part in arrived] == [0, 1, 2, 3, 4, 5]


def test_silence_passes_the_deadline(ends: Ends) -> None:
    """Nobody speaks: the deadline passes."""
    with pytest.raises(DeadlinePassedError):
        ends[0].receive(soon())


def test_drops_pass_the_deadline(ends: Ends) -> None:
    """One byte now and then does not move the deadline."""
    channel, theirs = ends
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            theirs.send(b"\x00")

    thread = threading.Thread(target=drip)
    theirs.send(HEADER.pack(MAGIC, 100_000, 0))
    thread.start()
    with pytest.raises(DeadlinePassedError):
        channel.receive(soon())
    stop.set()
    thread.join()


def test_reader_that_does_not_read_passes_the_deadline(ends: Ends) -> None:
    """Sending more than the line holds, to nobody, ends at the deadline too."""
    with pytest.raises(DeadlinePassedError):
        ends[0].send([bytes(50 << 20)], soon())


@pytest.mark.parametrize("spoken", [b"", b"half a head", HEADER.pack(MAGIC, 50, 0) + b"half"])
def test_closed_line_is_told(ends: Ends, spoken: bytes) -> None:
    """The other side closes, at once or in the middle."""
    channel, theirs = ends
    theirs.sendall(spoken)
    theirs.close()
    with pytest.raises(ChannelClosedError):
        channel.receive(soon(5))
    with pytest.raises(ChannelClosedError):
        channel.send([bytes(1 << 20)], soon(5))


def test_more_than_a_turn_is_told(ends: Ends) -> None:
    """Bytes beyond the reply break the protocol; none, or a closed line, do not."""
    channel, theirs = ends
    channel.expect_silence()
    SocketChannel(theirs, blocking=True).send(write_frame(Ready()))
    assert isinstance(channel.receive(soon(5))[0], Ready)
    channel.expect_silence()
    theirs.send(b"!")
    with pytest.raises(ProtocolError):
        channel.expect_silence()


def test_descriptors_are_dropped(ends: Ends) -> None:
    """A descriptor that comes with the bytes is not taken into this process."""
    channel, theirs = ends
    before = len(os.listdir("/proc/self/fd"))
    frame = b"".join(bytes(part) for part in write_frame(Ready()))
    theirs.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
    assert isinstance(channel.receive(soon(5))[0], Ready)
    assert len(os.listdir("/proc/self/fd")) == before


def test_hung_up_line_wakes_its_reader(ends: Ends) -> None:
    """Another thread can end a conversation."""
    channel, _ = ends
    threading.Timer(0.05, channel.hang_up).start()
    with pytest.raises(ChannelClosedError):
        channel.receive(soon(10))
