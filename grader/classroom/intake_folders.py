"""A folder on disk becomes entries: regular files only, no link followed, nothing deeper than the caps allow."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.classroom.intake_entries import Caps, Entry, Refusal, Refuse, ignored, printable, refuse, within
from grader.locale import say
from grader.locale.system import problem_of


def folder_entries(root: Path, caps: Caps, told: Refuse) -> Iterator[Entry]:
    """Every regular file under `root`, in order of name; what is not read is told with its reason."""
    seen = 0
    # Plain strings for paths: ten thousand `Path`s would take as much memory as all that is told of their files.
    waiting: list[tuple[str, tuple[str, ...]]] = [(str(root), ())]
    while waiting:
        folder, parts = waiting.pop()
        below: list[tuple[str, tuple[str, ...]]] = []
        for found in _listed(folder, parts, told):
            seen += 1
            place = (*parts, printable(found.name))
            if seen > caps.folder_entries:
                told(".", say("it holds more than {number} files; the rest was not read", number=caps.folder_entries))
                return
            if ignored(place):
                continue
            if found.is_symlink():
                told("/".join(place), say("it is a link; links are not followed"))
            elif found.is_dir(follow_symlinks=False):
                below.append((found.path, place))
            elif entry := _file(found, place, told):
                yield entry
        for path, place in reversed(below):
            if len(place) > caps.depth:
                told("/".join(place), say("it lies more than {number} folders deep", number=caps.depth))
            else:
                waiting.append((path, place))


def clone_names(root: Path) -> frozenset[str]:
    """The names of the folders directly in `root` that are clones, which hold a ``.git``."""
    return frozenset(
        printable(each.name) for each in _listed(str(root), (), lambda _path, _reason: None) if _is_clone(each.path)
    )


def _is_clone(folder: str) -> bool:
    return not os.path.islink(folder) and os.path.lexists(os.path.join(folder, ".git"))


def _listed(folder: str, parts: tuple[str, ...], told: Refuse) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda each: each.name)
    except OSError as error:
        told("/".join(parts) or ".", say("it cannot be listed: {detail}", detail=problem_of(error)))
        return []


def _file(found: os.DirEntry[str], place: tuple[str, ...], told: Refuse) -> Entry | None:
    try:
        status = found.stat(follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        told("/".join(place), say("it is neither a file nor a folder"))
        return None
    return Entry(parts=place, read=_OnDisk(found.path))


class _OnDisk(msgspec.Struct, frozen=True, gc=False):
    """A file that is opened when it is read."""

    path: str

    def __call__(self, limit: int) -> bytes:
        return read_file(self.path, limit)


def read_file(path: str, limit: int) -> bytes:
    """The bytes of a regular file; raises Refusal where it is none, is larger than `limit`, or cannot be read."""
    # NONBLOCK: whoever puts a pipe in a file's place must not stop the class.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                refuse(say("it is neither a file nor a folder"))
            content = opened.read(limit + 1)
    except OSError as error:
        raise Refusal(say("it cannot be read: {detail}", detail=problem_of(error))) from error
    return within(limit, content)
