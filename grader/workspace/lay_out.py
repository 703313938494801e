"""A course becomes a learner's copy of it, without its solutions, or a newer version of such a copy."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from grader.course.drafts import is_draft
from grader.errors import CourseError, UsageError
from grader.locale import say
from grader.workspace import disk
from grader.workspace.workspace import MARK, OWN_FOLDER, Workspace

FOLDERS = ("exercises", "quizzes")
RECORD = f"{OWN_FOLDER}/laid_out.json"
_IN_LANGUAGE = re.compile(r"(?P<path>exercises/.+)\.(?P<language>[a-z]{2})\.py")


class LaidOut(msgspec.Struct, frozen=True, kw_only=True):
    """What `lay_out` did, as paths within the copy.

    `kept` are files the learner changed of which the course has another version: they were not touched.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]


class Record(msgspec.Struct, frozen=True):
    """For each path, the SHA-256 of every version ever laid out there: what is none of them is the learner's."""

    files: dict[str, tuple[str, ...]] = {}


class _Offered(msgspec.Struct, frozen=True):
    """What one path of the copy should hold, and the SHA-256 of the same in every language."""

    content: bytes
    versions: tuple[str, ...]


def lay_out(course: Path, target: Path, now: datetime, language: str = "") -> LaidOut:
    """Copy the exercises and quizzes of `course` to `target`, or bring an earlier copy up to date.

    A starter is laid out in `language`, if it was written in it: ``adam_step.es.py`` then becomes ``adam_step.py``, and
    no copy has both. An untouched starter in another language becomes the one in this language.

    New files are added, and files that the learner never changed get their new version. A changed file is left as
    it is and nothing is written beside it: a second file would be one more thing to understand, to hand in by
    mistake and to merge by hand, while `reset` brings the new starter when it is wanted and keeps the old work.
    Raises `UsageError`, before anything is written, where a path is in the way; `StoreError` where writing fails.
    """
    with disk.explained(target):
        _refuse(course, target)
        workspace = Workspace(target)
        offered = _offered(course, language)
        known = _read_record(target).files
        there = {relative: disk.read_file(disk.inside(target, relative)) for relative in offered}
        # First the record, then the files: killed between, no starter is taken for the learner's work later.
        _write_record(target, known, offered)
        added = [relative for relative in offered if there[relative] is None]
        for relative in added:
            workspace.add(relative, offered[relative].content)
        differing = [relative for relative in offered if there[relative] not in (None, offered[relative].content)]
        updated = [
            relative
            for relative in differing
            if workspace.replace_laid_out(
                relative,
                offered[relative].content,
                frozenset((*known.get(relative, ()), *offered[relative].versions)),
                now,
            )
        ]
    return LaidOut(
        added=tuple(added),
        updated=tuple(updated),
        kept=tuple(relative for relative in differing if relative not in updated),
    )


def _refuse(course: Path, target: Path) -> None:
    if not (course / MARK).is_file():
        raise CourseError(say("There is no course at {path}: it has no {file}.", path=course, file=MARK))
    if target.exists() and not target.is_dir():
        raise UsageError(say("A folder is expected at {path}, and something else stands there.", path=target))
    within = [(course / folder).resolve() for folder in (*FOLDERS, "solutions")]
    resolved = target.resolve()
    if Workspace(target).is_authors_tree or resolved == course.resolve() or any(map(resolved.is_relative_to, within)):
        raise UsageError(
            say("{path} belongs to the course itself; a learner's copy needs a folder of its own.", path=target),
            say("Name a new one, as in `grade init my-course`."),
        )
    theirs, ours = _course_id(target), _course_id(course)
    if theirs is not None and theirs != ours:
        raise UsageError(
            say("{path} holds another course, `{found}`; this one is `{expected}`.",
                path=target, found=theirs, expected=ours),
            say("Name a new one, as in `grade init my-course`."),
        )  # fmt: skip


def _course_id(folder: Path) -> object:
    try:
        return tomllib.loads((folder / MARK).read_text(encoding="utf-8")).get("id")
    except (FileNotFoundError, ValueError):
        return None


def _offered(course: Path, language: str) -> dict[str, _Offered]:
    """What goes where within a copy."""
    found: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for relative in sorted(_files(course)):
        match = _IN_LANGUAGE.fullmatch(relative)
        path, code = (f"{match['path']}.py", match["language"]) if match else (relative, "")
        found[path][code] = (course / relative).read_bytes()
    return {
        path: _Offered(own.get(language, own.get("", next(iter(own.values())))), tuple(map(disk.sha256, own.values())))
        for path, own in found.items()
    }


def _files(course: Path) -> Iterator[str]:
    yield MARK
    drafts = {folder for folder in (course / "exercises").glob("*/") if is_draft(folder)}
    for top in FOLDERS:
        for path in (course / top).rglob("*"):
            parts = path.relative_to(course).parts
            if drafts.intersection(path.parents):
                continue
            left_out = any(part.startswith(".") or part == "__pycache__" for part in parts) or path.suffix == ".pyc"
            if not left_out and path.is_file() and not path.is_symlink():
                yield "/".join(parts)


def _read_record(target: Path) -> Record:
    content = disk.read_file(disk.inside(target, RECORD))
    try:
        return msgspec.json.decode(content or b"{}", type=Record)
    except msgspec.DecodeError:  # without it every differing file is the learner's, which loses nothing
        return Record()


def _write_record(target: Path, known: Mapping[str, tuple[str, ...]], offered: Mapping[str, _Offered]) -> None:
    files = dict(known)
    for relative, each in offered.items():
        files[relative] = tuple(dict.fromkeys((*known.get(relative, ()), *each.versions)))
    disk.write_file(disk.inside(target, RECORD), msgspec.json.format(msgspec.json.encode(Record(files)), indent=1))
    # A learner's repository should not carry backups and attempts along.
    with contextlib.suppress(FileExistsError), open(target / OWN_FOLDER / ".gitignore", "x", encoding="utf-8") as file:
        file.write("*\n")
