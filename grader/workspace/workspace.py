"""A learner's file becomes another one, its starter or an earlier version, and remains as a backup.

A file is never overwritten: it is *moved* to its backup, and the other put where nothing stands. So even what an
editor saves at that very moment, into the old file or in its place, is still there afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from grader.errors import UsageError
from grader.locale import say
from grader.workspace import disk

MARK = "course.toml"
OWN_FOLDER = ".grade"
BACKUPS = f"{OWN_FOLDER}/backups"
STAMP = "%Y%m%dT%H%M%S.%fZ"


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a learner's file, as it was at `made_at`; `name` tells it from the others of its exercise."""

    name: str
    path: Path
    made_at: datetime
    sha256: str


class Workspace:
    """A folder with a `course.toml`, in which a learner works. Paths within it are written with `/`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def find(cls, start: Path) -> Workspace | None:
        """The innermost course's folder that `start` is or lies in."""
        start = start.absolute()
        found = (folder for folder in (start, *start.parents) if (folder / MARK).is_file())
        return next((cls(folder) for folder in found), None)

    @property
    def is_authors_tree(self) -> bool:
        """Whether the solutions stand beside: then its files are the course itself, not a copy of it."""
        return (self.root / MARK).is_file() and (self.root / "solutions").is_dir()

    def reset(self, relative: str, starter: bytes, now: datetime) -> Backup | None:
        """Put `starter` at `relative`, and return the backup of what stood there, if anything else did."""
        with disk.explained(self.root):
            return self._put(relative, starter, now)

    def restore(self, relative: str, which: str, now: datetime) -> Backup | None:
        """Put back the backup `which` (see `backup`), which remains one; return the backup of what stood there."""
        backup = self.backup(PurePosixPath(relative).parent.name, which)
        with disk.explained(self.root):
            return self._put(relative, disk.read_file(backup.path) or b"", now)

    def backups(self, exercise: str) -> tuple[Backup, ...]:
        """The backups of one exercise (its folder's name), the newest first."""
        folder = disk.inside(self.root, f"{BACKUPS}/{exercise}")
        with disk.explained(self.root):
            found = [_read_backup(made) for made in folder.iterdir()] if folder.is_dir() else []
        return tuple(sorted(filter(None, found), key=lambda backup: backup.name, reverse=True))

    def backup(self, exercise: str, which: str) -> Backup:
        """The backup that `which` means: its number, 1 being the newest, or how its name begins.

        Raises `UsageError` if that is none, or several.
        """
        every = self.backups(exercise)
        if not every:
            raise UsageError(say("There is no backup of {exercise} yet.", exercise=exercise))
        if which.isdecimal() and 1 <= int(which) <= len(every):
            return every[int(which) - 1]
        matching = [backup for backup in every if which and backup.name.startswith(which)]
        if len(matching) != 1:
            raise UsageError(
                say("`{which}` does not name one backup of {exercise}.", which=which, exercise=exercise),
                say("Give a number from 1, the newest, to {number}, or a whole name.", number=len(every)),
            )
        return matching[0]

    def replace_laid_out(self, relative: str, content: bytes, known: frozenset[str], now: datetime) -> bool:
        """Put `content` in place of a file whose SHA-256 is among `known`; False, and nothing done, if it is not."""
        path = disk.inside(self.root, relative)
        with disk.prepared(path, content) as new:
            there = disk.read_file(path)
            if there is None or disk.sha256(there) not in known:
                return False
            moved = disk.move(path, self._backup_folder(relative, there, now))
            if disk.sha256(moved.read_bytes()) not in known:  # saved between the two lines above
                disk.give_name(moved, path)
                return False
            _give_name_or_undo(new, path, moved)
            moved.unlink()
            moved.parent.rmdir()
        return True

    def add(self, relative: str, content: bytes) -> None:
        """Put `content` where nothing stands; raises `UsageError` if something does."""
        path = disk.inside(self.root, relative)
        with disk.prepared(path, content) as new:
            disk.give_name(new, path)

    def _put(self, relative: str, content: bytes, now: datetime) -> Backup | None:
        path = disk.inside(self.root, relative)
        if disk.read_file(path) == content:
            return None
        with disk.prepared(path, content) as new:
            there = disk.read_file(path)
            moved = None
            if there is not None:
                moved = disk.move(path, self._backup_folder(relative, there, now))
            _give_name_or_undo(new, path, moved)
        return None if moved is None else _read_backup(moved.parent)

    def _backup_folder(self, relative: str, content: bytes, now: datetime) -> Path:
        exercise = PurePosixPath(relative).parent.name or "_"
        stem = f"{now.astimezone(UTC).strftime(STAMP)}-{disk.sha256(content)[:8]}"
        names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
        folders = (disk.inside(self.root, f"{BACKUPS}/{exercise}/{name}") for name in names)
        return next(folder for folder in folders if not folder.exists())


def _give_name_or_undo(new: Path, path: Path, moved: Path | None) -> None:
    try:
        disk.give_name(new, path)
    except OSError:
        if moved is not None and not path.exists():
            moved.rename(path)
            moved.parent.rmdir()
        raise


def _read_backup(folder: Path) -> Backup | None:
    """The backup that `folder` holds; None for anything that is not one."""
    try:
        made_at = datetime.strptime(folder.name.split("-")[0], STAMP).replace(tzinfo=UTC)
        (path,) = folder.iterdir()
        content = disk.read_file(path)
    except (ValueError, NotADirectoryError, UsageError):
        return None
    return Backup(name=folder.name, path=path, made_at=made_at, sha256=disk.sha256(content or b""))
