"""An archive that somebody sent becomes entries; what could harm is refused by name, and nothing is unpacked to disk.

Sizes an archive declares are not believed: each member is read up to a cap, all of one archive up to another.
"""

from __future__ import annotations

import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from bz2 import BZ2File
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache, partial
from gzip import GzipFile
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO

import msgspec

from grader.classroom.intake_entries import (
    FOREIGN_ARCHIVES,
    MEGABYTE,
    Caps,
    Entry,
    Refusal,
    Refuse,
    archive_ending,
    ignored,
    is_source,
    printable,
    refuse,
    safe_parts,
    wanted,
    within,
)
from grader.locale import say
from grader.text import Text

Opener = Callable[[], BytesIO | Path]
"""Gives an archive's bytes, or the path they are at; the same object every time for the same archive."""

_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
_CENTRAL_RECORD = b"PK\x01\x02"
WHOLE_TAR_BYTES = 1_000_000_000
MOST_OF_HEADER = 4_000
MOST_SQUARES = 10**9
"""Of the lengths of a tar's headers, in bytes: Python before 3.11.10 takes a second over so many."""
# Every other header tells something of the member after it.
_OF_MEMBERS = frozenset((*tarfile.REGULAR_TYPES, *tarfile.SUPPORTED_TYPES)) - {
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
}
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
# Not LZMA: whoever packs chooses how many gigabytes unpacking takes.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


class _Member(msgspec.Struct, frozen=True):
    """One file of an archive under the name the archive gives it; `refused` says why it is not read, if so."""

    name: str
    read: Callable[[int], bytes]
    refused: Text | None = None
    modified: datetime | None = None


def expanded(
    entries: Iterator[Entry], caps: Caps, told: Refuse, *, level: int = 0, budget: Budget | None = None
) -> Iterator[Entry]:
    """The same entries with each archive replaced by its members, archives within archives as far as the caps allow.

    What lies in one archive has one `budget`, however many archives lie in it.
    """
    for entry in entries:
        ending = archive_ending(entry.name)
        if ending is None and entry.name.lower().endswith(FOREIGN_ARCHIVES):
            told(entry.origin, say("archives of this kind are not read; .zip and .tar.gz are"))
        elif ending is None:
            yield entry
        elif level >= caps.nesting:
            told(entry.origin, say("it lies in {number} archives, one within the other", number=level))
        else:
            parts = (*entry.parts[:-1], entry.name[: -len(ending)] or entry.name)
            shared = budget or Budget(caps.archive_bytes)
            inner = archive_entries(_opener(entry, caps), ending, parts, entry.origin, caps, told, budget=shared)
            yield from expanded(inner, caps, told, level=level + 1, budget=shared)


def _opener(entry: Entry, caps: Caps) -> Opener:
    return lambda: BytesIO(entry.read(caps.nested_archive_bytes))


def archive_entries(
    opener: Opener,
    ending: str,
    parts: tuple[str, ...],
    origin: str,
    caps: Caps,
    told: Refuse,
    *,
    dated: bool = False,
    budget: Budget | None = None,
) -> Iterator[Entry]:
    """The members of an archive that may be of use, under `parts`; what is not read is told with its reason.

    Only a `dated` archive's times are taken for the moments of uploads.
    """
    shared = budget or Budget(caps.archive_bytes)
    try:
        members = _zip_members(opener, caps, shared) if ending == ".zip" else _tar_members(opener, ending, caps, shared)
    except Refusal as refusal:
        told(origin, refusal.reason)
        return
    except _BROKEN as error:
        told(origin, say("it is damaged, or no archive: {detail}", detail=printable(str(error))[:120]))
        return
    times = Counter(_same_name(member.name) for member in members)
    for member in members:
        path = f"{origin}/{printable(member.name)[:500]}"
        try:
            inner = safe_parts(member.name, caps)
            if ignored(inner):
                continue
            _check(member, len(parts) + len(inner), times[_same_name(member.name)], caps)
        except Refusal as refusal:
            told(path, refusal.reason)
            continue
        yield Entry(parts=(*parts, *inner), told_as=path, read=member.read, modified=member.modified if dated else None)


def _same_name(name: str) -> str:
    """What two names have in common that one folder could not hold both of."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def _check(member: _Member, depth: int, times: int, caps: Caps) -> None:
    if depth > caps.depth:
        refuse(say("it lies more than {number} folders deep", number=caps.depth))
    if member.refused:
        refuse(member.refused)
    if times > 1:
        refuse(say("its archive holds this name {number} times", number=times))


def _zip_members(opener: Opener, caps: Caps, budget: Budget) -> list[_Member]:
    archive = _zip_of(opener, caps)
    return [
        _Member(
            _zip_name(info),
            partial(_read_zipped, opener, caps, place, budget),
            _zip_refusal(info, caps),
            _zip_time(info),
        )
        for place, info in enumerate(archive.infolist())
        if not info.is_dir()
    ]


@lru_cache(maxsize=4)
def _zip_of(opener: Opener, caps: Caps) -> zipfile.ZipFile:
    """An archive's table of contents; as deep as archives may nest stay open, so that a neighbour is read at once."""
    opened = opener()
    # Before the table is built: a million empty members fit in a few megabytes, and each takes half a kilobyte here.
    if isinstance(opened, BytesIO) and opened.getvalue().count(_CENTRAL_RECORD) > caps.archive_entries:
        _too_many(caps)
    archive = zipfile.ZipFile(opened)
    if len(archive.infolist()) > caps.archive_entries:
        _too_many(caps)
    return archive


def _too_many(caps: Caps) -> None:
    refuse(say("it holds more than {number} files", number=caps.archive_entries))


def _too_long() -> None:
    refuse(say("what it tells of its files is longer than is read here"))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: old archivers on a Mac wrote UTF-8, and on Windows code page 850, without saying so."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850", "replace")


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """A member's time, which an archive keeps without a zone: that of the machine that reads it."""
    try:
        return datetime(*info.date_time).astimezone()
    except ValueError:
        return None


def _zip_refusal(info: zipfile.ZipInfo, caps: Caps) -> Text | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return say("it is a link; links are not followed")
    if kind not in (0, stat.S_IFREG):
        return say("it is neither a file nor a folder")
    if info.flag_bits & _ENCRYPTED:
        return say("it needs a password")
    if info.compress_type not in _COMPRESSIONS:
        return say("it is packed in a way that is not read here")
    if not is_source(info.filename) and info.file_size > max(MEGABYTE, caps.ratio * max(info.compress_size, 1)):
        return say("it unpacks to more than {ratio} times its size", ratio=caps.ratio)
    return None


class Budget:
    """How many bytes the members of an archive may still unpack to, all together; what is read again counts once."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._counted: set[object] = set()

    def spend(self, size: int) -> None:
        """So much was unpacked; raises `Refusal` where it is more than was left."""
        self._left -= size
        if self._left < 0:
            refuse(say("its archive unpacks to more than {limit} MB", limit=self._limit // 1_000_000))

    def for_reading(self, what: object) -> Budget:
        """What may be spent on reading this: the budget itself, and where it was read before one of its own."""
        again = what in self._counted
        self._counted.add(what)
        return Budget(self._limit) if again else self


def _read_zipped(opener: Opener, caps: Caps, place: int, budget: Budget, limit: int) -> bytes:
    try:
        archive = _zip_of(opener, caps)
        with archive.open(archive.infolist()[place]) as member:
            content = member.read(limit + 1)
    except _BROKEN as error:
        raise Refusal(say("it is damaged: {detail}", detail=printable(str(error))[:120])) from error
    budget.for_reading((opener, place)).spend(len(content))
    return within(limit, content)


class _Counted(RawIOBase):
    """A compressed stream that ends in a refusal where it has given more than an archive may hold."""

    def __init__(self, stream: BinaryIO | GzipFile | BZ2File, *budgets: Budget) -> None:
        self._stream, self._budgets = stream, budgets

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as tarfile asks for them."""
        content = self._stream.read(size)
        for budget in self._budgets:
            budget.spend(len(content))
        return content


class _Header(tarfile.TarInfo):
    """A member's header; one that goes on over kilobytes is refused before it is read."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Called by tarfile for each header."""
        header = super().frombuf(buf, encoding, errors)
        if header.type not in _OF_MEMBERS and header.size > MOST_OF_HEADER:
            _too_long()
        return header


def _tar_members(opener: Opener, ending: str, caps: Caps, budget: Budget) -> list[_Member]:
    return [
        _Member(name, partial(_read_tarred, opener, ending, caps, budget, place), refused)
        for place, (name, _content, refused) in enumerate(_tar_of(opener, ending, caps, budget))
    ]


@lru_cache(maxsize=2)
def _tar_of(opener: Opener, ending: str, caps: Caps, budget: Budget) -> list[tuple[str, bytes, Text | None]]:
    """Every member's name, the bytes of those that may be of use, and why the others are refused.

    A tar has no table of contents, so it is read once, from its beginning to its end.
    """
    found: list[tuple[str, bytes, Text | None]] = []
    opened = opener()
    limit = min(caps.archive_bytes, WHOLE_TAR_BYTES)
    if isinstance(opened, BytesIO):  # somebody's own, not the class's
        limit = min(limit, max(MEGABYTE, caps.ratio * opened.getbuffer().nbytes))
    budgets = Budget(limit), budget.for_reading(opener)
    with (
        _unpacked(opened, ending) as plain,
        tarfile.open(fileobj=_Counted(plain, *budgets), mode="r|", tarinfo=_Header) as archive,
    ):
        end = squares = 0
        for number, info in enumerate(archive):
            squares += max(0, info.offset_data - end - 2 * tarfile.BLOCKSIZE) ** 2
            end = archive.offset
            if number >= caps.archive_entries:
                _too_many(caps)
            if squares > MOST_SQUARES:
                _too_long()
            if not info.isdir():
                found.append((info.name, *_tarred(archive, info, caps)))
    return found


def _unpacked(opened: BytesIO | Path, ending: str) -> BinaryIO | GzipFile | BZ2File:
    if ending == ".tar.bz2":
        return BZ2File(opened)
    if ending == ".tar":
        return opened.open("rb") if isinstance(opened, Path) else opened
    return GzipFile(opened) if isinstance(opened, Path) else GzipFile(fileobj=opened)


def _tarred(archive: tarfile.TarFile, info: tarfile.TarInfo, caps: Caps) -> tuple[bytes, Text | None]:
    if info.issym() or info.islnk():
        return b"", say("it is a link; links are not followed")
    if not info.isreg():
        return b"", say("it is neither a file nor a folder")
    content = archive.extractfile(info) if wanted(info.name) else None
    return (content.read(caps.nested_archive_bytes + 1) if content else b""), None


def _read_tarred(opener: Opener, ending: str, caps: Caps, budget: Budget, place: int, limit: int) -> bytes:
    _name, content, _refused = _tar_of(opener, ending, caps, budget)[place]
    return within(limit, content)
