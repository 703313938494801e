"""What an intake hands on: files that answer an exercise, and notes on what it could not use."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from grader.text import Text


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One file handed in, as an intake met it; `learner` is the roster's id or what the folder is called.

    `late` is the system's own mark, None where it makes none. `origin` is the path a person finds it under.
    """

    learner: str
    exercise: str
    content: bytes
    sha256: str
    submitted_at: datetime | None = None
    late: bool | None = None
    late_seconds: float | None = None
    origin: str = ""


NoteKind = Literal["refused", "unmatched_file", "unmatched_student", "group"]


class Note(msgspec.Struct, frozen=True):
    """Something to be told: a refused path, a name the roster lacks, a student without a file, a group's work."""

    kind: NoteKind
    subject: str
    reason: Text
