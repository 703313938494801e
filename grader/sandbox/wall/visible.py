"""Decides which paths Python needs, so that everything else can be out of sight."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from msgspec import Struct

_LIBRARIES = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"),
    # Where whole systems of packages keep theirs.
    *("/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew"),
)
_FILES = ("/etc/ld.so.cache",)
DEVICES = ("/dev/null", "/dev/urandom")


class Visible(Struct, frozen=True):
    """What learner code may read: `folders` and `files`, less the trees in `masked`; all of them real paths.

    `links` are symbolic links on the way to a folder, which Python may name, and where each leads.
    """

    folders: tuple[str, ...]
    files: tuple[str, ...]
    masked: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


def plan(masked: Iterable[str], engine: str) -> Visible:
    """The paths this interpreter needs, without the course's trees and without the `engine`'s own package."""
    wanted = [*sys.path, *_LIBRARIES, *filter(os.path.isabs, os.environ.get("LD_LIBRARY_PATH", "").split(":"))]
    for prefix in {sys.prefix, sys.base_prefix}:
        wanted += [os.path.join(prefix, name) for name in ("lib", "lib64")]
    existing = [path for path in wanted if os.path.isdir(path)]
    folders = _outermost(os.path.realpath(path) for path in existing)
    hidden = {os.path.realpath(path) for path in (*masked, engine)}
    return Visible(
        folders=tuple(folders),
        files=tuple(os.path.realpath(path) for path in _FILES if os.path.isfile(path)),
        masked=tuple(_outermost(path for path in hidden if _is_under(path, folders) and os.path.exists(path))),
        links=tuple(sorted({link for path in existing for link in _links_on(path)})),
    )


def allowances(visible: Visible) -> Iterator[str]:
    """The paths whose trees, taken together, are all that is visible: around a masked tree, its siblings.

    Landlock only adds: what lies beneath an allowed folder is allowed, so a masked one must not be beneath any.
    """
    for folder in visible.folders:
        yield from _around(folder, [path for path in visible.masked if _is_under(path, [folder])])
    yield from visible.files


def _around(folder: str, holes: list[str]) -> Iterator[str]:
    if not holes:
        yield folder
        return
    if folder in holes:
        return
    with os.scandir(folder) as entries:
        names = sorted(entry.path for entry in entries)
    for path in names:
        if not os.path.islink(path):
            yield from _around(path, [hole for hole in holes if _is_under(hole, [path])])


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not _is_under(path, kept):
            kept.append(path)
    return kept


def _is_under(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _links_on(path: str) -> Iterator[tuple[str, str]]:
    here = "/"
    for part in path.strip("/").split("/"):
        here = os.path.join(here, part)
        if os.path.islink(here):
            yield here, os.path.realpath(here)
            here = os.path.realpath(here)
