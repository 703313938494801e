"""A path and its bytes become an entry that is safe to name and bounded to read, or a reason why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NoReturn

import msgspec

from grader.cleaning import rewritten
from grader.locale import say
from grader.text import Text

MEGABYTE = 1_000_000


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """How much an intake reads at most: bytes, counts, and how deep; whatever is larger is refused by name."""

    metadata_bytes: int = 50 * MEGABYTE
    nested_archive_bytes: int = 20 * MEGABYTE
    archive_bytes: int = 50 * MEGABYTE
    archive_entries: int = 2_000
    ratio: int = 200
    depth: int = 24
    name_length: int = 255
    nesting: int = 2
    folder_entries: int = 1_000_000
    files_of_learner: int = 300

    def of_whole_class(self) -> Caps:
        """The same caps, wide enough for the one archive that holds everybody's files."""
        return msgspec.structs.replace(self, archive_bytes=10_000 * MEGABYTE, archive_entries=500_000)


class Refusal(Exception):
    """Something is not read, and why; it becomes a note, never the end of an intake."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class LargerRefusal(Refusal):
    """A file holds more than may be read; `beginning` is a byte more than that."""

    def __init__(self, limit: int, content: bytes) -> None:
        super().__init__(say("it is larger than {limit} kB", limit=limit // 1000))
        self.beginning = content[: limit + 1]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file that may be read: `parts` are the names on its way, archives' names without their ending included.

    `read` gives its bytes, at most as many as it is given; it raises Refusal, for a larger file LargerRefusal.
    `told_as` is its path in words where `parts` do not say it. `modified` is its time where the archive is the
    instructor's own download. Small, since a large class has tens of thousands.
    """

    parts: tuple[str, ...]
    read: Callable[[int], bytes]
    told_as: str = ""
    modified: datetime | None = None

    @property
    def origin(self) -> str:
        """Where it came from, as the instructor knows the place."""
        return self.told_as or "/".join(self.parts)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]


Refuse = Callable[[str, Text], None]
"""Where a walker tells what it did not read, and why."""

METADATA = "submission_metadata.yml"

_IGNORED_FOLDERS = frozenset(
    ["__MACOSX", "__pycache__", "node_modules", "venv", "env", "site-packages", ".ipynb_checkpoints", ".git", ".venv"]
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
HIDDEN = "\N{REPLACEMENT CHARACTER}"
ARCHIVE_ENDINGS = (".tar.bz2", ".tar.gz", ".tgz", ".tar", ".zip")
FOREIGN_ARCHIVES = (".7z", ".rar", ".gz", ".xz", ".bz2", ".zst", ".lzma", ".arj", ".cab")


def printable(name: str) -> str:
    """`name` composed, without anything that would move a cursor, reverse a line or break an encoding."""
    return unicodedata.normalize("NFC", re.sub(r"[\n\t]", HIDDEN, rewritten(name, lambda _: HIDDEN)))


def ignored(parts: Iterable[str]) -> bool:
    """Whether a path is a system's or a tool's own litter, which nobody handed in."""
    return any(part.startswith(".") or part in _IGNORED_FOLDERS for part in parts)


def archive_ending(name: str) -> str | None:
    """The ending of an archive's name, None for any other file."""
    lower = name.lower()
    return next((ending for ending in ARCHIVE_ENDINGS if lower.endswith(ending)), None)


def wanted(name: str) -> bool:
    """Whether a file may be of use, so that it is worth a note when it is refused."""
    return name == METADATA or is_source(name) or name.lower().endswith((*ARCHIVE_ENDINGS, *FOREIGN_ARCHIVES))


def is_source(name: str) -> bool:
    """Whether a file is handed in to be graded: of such a one only the beginning is read, however large it is."""
    return name.lower().endswith((".py", ".ipynb"))


def safe_parts(raw: str, caps: Caps) -> tuple[str, ...]:
    """The names of an archive's path, printable; raises Refusal where it leads out, or nowhere a file may stand.

    Windows' backslashes separate as slashes do.
    """
    path = raw.replace("\\", "/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        refuse(say("its path is absolute"))
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if not parts:
        refuse(say("it has no name"))
    if ".." in parts:
        refuse(say("its path leads out of the archive"))
    if len(parts) > caps.depth:
        refuse(say("it lies more than {number} folders deep", number=caps.depth))
    for part in parts:
        _check_name(part, caps)
    return tuple(map(printable, parts))


def _check_name(part: str, caps: Caps) -> None:
    if len(part) > caps.name_length:
        refuse(say("a name on its path is longer than {number} characters", number=caps.name_length))
    if any(ord(character) < 32 for character in part):
        refuse(say("a name on its path holds control characters"))
    if _RESERVED.fullmatch(part) or ":" in part or part != part.rstrip(". "):
        refuse(say("a name on its path means something else on Windows"))


def refuse(reason: Text) -> NoReturn:
    """Do not read this, and say why."""
    raise Refusal(reason)


def within(limit: int, content: bytes) -> bytes:
    """The same bytes; raises LargerRefusal where they are more than may be read."""
    if len(content) > limit:
        raise LargerRefusal(limit, content)
    return content
