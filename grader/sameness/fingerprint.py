"""Values turned into few bytes that are equal for equal values only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.sameness.values import PLAIN


def digest(value: Any) -> bytes:
    """The fingerprint of a value: arrays count by dtype, shape and bytes, all else by type and how it is written."""
    found = hashlib.blake2b(digest_size=16)
    _feed(found.update, value)
    return found.digest()


def is_plain(value: Any) -> bool:
    """Whether a value is made of such parts only as a fingerprint tells apart."""
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    if isinstance(value, dict):
        return all(type(name) in PLAIN and is_plain(part) for name, part in value.items())
    return all(map(is_plain, value)) if type(value) in (tuple, list) else type(value) in PLAIN


def _feed(update: Callable[[bytes], None], value: Any) -> None:
    if isinstance(value, np.ndarray):
        update(f"array {value.dtype.str} {value.shape} ".encode())
        update(value.tobytes())
    elif isinstance(value, tuple | list):
        update(f"{type(value).__name__} {len(value)} ".encode())
        for part in value:
            _feed(update, part)
    elif isinstance(value, dict):
        update(f"dict {len(value)} ".encode())
        for name, part in value.items():
            _feed(update, (name, part))
    else:
        text = repr(value).encode(errors="backslashreplace")
        update(f"{type(value).__name__} {len(text)} ".encode() + text)
