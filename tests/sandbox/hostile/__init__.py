"""Submissions that try to cheat, spy, exhaust or attack, each with the end it must come to."""

from __future__ import annotations

import string
import textwrap
from dataclasses import dataclass

# What every hostile submission may use: a raw system call, and an attempt that says how it went.
PREAMBLE = """
import ctypes, errno, os, sys, time
import numpy as np

def syscall(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(ctypes.c_long(number), *[a if not isinstance(a, int) else ctypes.c_long(a) for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def attempt(action):
    try:
        return ("got", repr(action())[:200])
    except Exception as error:
        return ("refused", f"{type(error).__name__}: {error}"[:200])

def attempts(*actions):
    done = [attempt(action) for action in actions]
    return next((result for result in done if result[0] == "got"), done[-1])
"""


@dataclass(frozen=True)
class Hostile:
    """One submission: what it tries, its source, and the ends that are right.

    `ends` are words of `tests.sandbox.suite.describe`; `through` are the tiers that do not promise to stop it.
    """

    family: str
    name: str
    idea: str
    source: str
    ends: tuple[str, ...]
    through: frozenset[str] = frozenset()

    def program(self, places: dict[str, str]) -> str:
        """The whole source, with the paths and process numbers that an attacker might have guessed."""
        return PREAMBLE + string.Template(self.source).safe_substitute(places)


class Family:
    """Collects the submissions of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: list[Hostile] = []

    def call(self, name: str, idea: str, body: str, *ends: str, through: str = "") -> None:
        """A submission whose `adam_step` has this body."""
        header = "def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):\n"
        self.module(
            name, idea, header + textwrap.indent(textwrap.dedent(body).strip("\n"), "    "), *ends, through=through
        )

    def module(self, name: str, idea: str, source: str, *ends: str, through: str = "") -> None:
        """A submission given as a whole module."""
        text = textwrap.dedent(source)
        self.members.append(Hostile(self.name, name, idea, text, ends or ("refused",), frozenset(through)))
