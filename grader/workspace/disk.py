"""Bytes become files in single steps, none of which can destroy what another program put there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.errors import GraderError, StoreError, UsageError
from grader.locale import say
from grader.locale.system import problem_of
from grader.text import Text

LARGEST_FILE = 64 * 2**20


def sha256(content: bytes) -> str:
    """The digest by which contents are told apart, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def inside(root: Path, relative: str) -> Path:
    """`relative` as a path in `root`; raises `UsageError` where it would lead out, through a link or through a file."""
    pure = PurePosixPath(relative)
    if pure.is_absolute() or not pure.parts or ".." in pure.parts or "\\" in relative or "\0" in relative:
        raise UsageError(say("{path} does not lie in the course's folder.", path=repr(relative)))
    path = root
    for part in pure.parts:
        if path != root and os.path.lexists(path) and not path.is_dir():
            raise UsageError(
                say("A folder is expected at {path}, and something else stands there.", path=path), _away()
            )
        path = path / part
        if path.is_symlink():
            raise UsageError(
                say("{path} is a link, and writing through it could change a file elsewhere.", path=path),
                say("Put the file or folder itself there, then run the command again."),
            )
    return path


def read_file(path: Path) -> bytes | None:
    """The bytes of a plain file, None where there is nothing; raises `UsageError` where something else stands."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(kind):
        raise UsageError(say("A file is expected at {path}, and something else stands there.", path=path), _away())
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UsageError(
            say("{path} is larger than {megabytes} MB.", path=path, megabytes=LARGEST_FILE // 2**20), _away()
        )
    return content


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, in place of any file there: for files that are made, never a learner's.

    What is no file, such as a device or a pipe, is written to and never replaced.
    """
    if path.exists() and not path.is_file():
        with open(path, "wb") as stream:
            stream.write(content)
        return
    with prepared(path, content) as new:
        os.replace(new, path)
    sync(path.parent)


@contextlib.contextmanager
def prepared(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside `path` that holds `content` and has reached the disk; gone when the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(new, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def give_name(file: Path, path: Path) -> None:
    """Make `file` stand at `path` too, where nothing stands; raises `UsageError` if something does by now."""
    try:
        try:
            os.link(file, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links, such as a memory stick's
            if os.path.lexists(path):
                raise FileExistsError(path) from None
            os.rename(file, path)
    except FileExistsError:
        raise UsageError(
            say("{path} was saved by another program at this very moment, and was left as it is.", path=path),
            say("Run the command again."),
        ) from None
    sync(path.parent)


def move(path: Path, folder: Path) -> Path:
    """Move a file into `folder`, made new for it, and return where it is now."""
    folder.mkdir(parents=True)
    moved = folder / path.name
    os.rename(path, moved)
    for changed in (moved, folder, folder.parent, path.parent):
        sync(changed)
    return moved


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, survive a loss of power, where the system knows how."""
    with contextlib.suppress(OSError):  # Windows opens no folders
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn what the system says into a `StoreError`."""
    try:
        yield
    except GraderError:
        raise
    except OSError as error:
        reason = problem_of(error)
        raise StoreError(
            say("{file} could not be read or written ({reason}).", file=root / error.filename, reason=reason)
            if isinstance(error.filename, str)
            else say("A file in {folder} could not be read or written ({reason}).", folder=root, reason=reason),
            say("Check that the disk has room and that you may write there; nothing of yours was lost."),
        ) from error


def _away() -> Text:
    return say("Move it away, then run the command again.")
