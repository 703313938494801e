"""Keys pressed at a terminal become calls, one a key, without waiting for Enter."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def keys(on_key: Callable[[str], None], on_gone: Callable[[], None]) -> Iterator[bool]:
    """While the block runs, hand each key to `on_key` from another thread; gives whether there is a keyboard.

    `on_gone` is called when the terminal goes away: a hang-up does not always come as a signal.
    The terminal is left as it was found, also when the block is left by an exception. Ctrl-C keeps its meaning.
    """
    if not sys.stdin.isatty():
        yield False
    elif sys.platform == "win32":
        threading.Thread(target=_read_windows, args=(on_key,), daemon=True).start()
        yield True
    else:
        with _unbuffered(sys.stdin.fileno()):
            threading.Thread(target=_read, args=(sys.stdin.fileno(), on_key, on_gone), daemon=True).start()
            yield True


@contextlib.contextmanager
def _unbuffered(descriptor: int) -> Iterator[None]:
    import termios
    import tty

    before = termios.tcgetattr(descriptor)

    def begin(*_: Any) -> None:
        with contextlib.suppress(termios.error):
            tty.setcbreak(descriptor, termios.TCSADRAIN)

    # A shell gives back the terminal as it likes it, after Ctrl-Z and fg.
    continued = signal.signal(signal.SIGCONT, begin)
    begin()
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, continued)
        with contextlib.suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read(descriptor: int, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while pressed := os.read(descriptor, 32):
            # An arrow or another such key sends several bytes, of which none is meant as a letter.
            for letter in "" if pressed.startswith(b"\x1b") else pressed.decode(errors="ignore"):
                on_key(letter.lower())
    on_gone()


def _read_windows(on_key: Callable[[str], None]) -> None:
    import msvcrt

    console: Any = msvcrt
    while True:
        pressed = console.getwch()
        if pressed in "\x00\xe0":  # an arrow or function key: its second half follows
            console.getwch()
        else:
            on_key(pressed.lower())
