"""A course turned into what its learners get: exercises and quizzes, nothing of the solutions, always the same."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.catalogue import catalogue_finding
from grader.authoring.files import files_finding, released_files
from grader.authoring.languages import languages_finding
from grader.authoring.secrets import leaks
from grader.course import MARKER, Course
from grader.errors import CourseError, UsageError
from grader.locale import say
from grader.locale.system import problem_of

# The earliest moment that a zip file can hold: 1 January 1980, whatever the time zone.
MOMENT = 315_532_800
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


def release(course: Course, folder: Path) -> list[Path]:
    """Write the learners' course into `folder`, which must be empty or not there yet; return its files in order.

    Names, contents, times and modes depend on the course alone. Raises `CourseError`, before anything is written, where
    an exercise is unfinished or anything gives a solution away, and `UsageError` where the folder will not do.
    """
    _refuse(course, folder)
    _refuse_unfinished(course)
    content = _content(course)
    _refuse_leaks(course, content)
    try:
        _write(folder, content)
    except OSError as error:
        raise UsageError(say("{path} cannot be written: {problem}.", path=folder, problem=problem_of(error))) from None
    return [folder / name for name in content]


def archive(folder: Path, files: list[Path]) -> Path:
    """The released files in one zip file beside their folder, which it holds under its name; always the same bytes."""
    target = folder.absolute().with_name(f"{folder.absolute().name}.zip")
    try:
        # Not compressed: what a compressor writes depends on its version.
        with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as packed:
            for path in files:
                name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, _ZIP_MOMENT)
                entry.create_system = 3  # Unix, on every system: the modes are meant
                entry.external_attr = (0o100000 | _FILE_MODE) << 16
                packed.writestr(entry, path.read_bytes())
    except FileExistsError:
        raise UsageError(
            say("{path} is there already, and nothing is overwritten.", path=target),
            say("Move it away, or choose another name."),
        ) from None
    return target


def _content(course: Course) -> dict[str, bytes]:
    """Everything that learners get, by its path within the course."""
    found = {}
    for path in _paths(course):
        if path.is_symlink() or not path.resolve().is_relative_to(course.root.resolve()):
            raise CourseError(say("{path} is a link; a course for learners holds plain files only.", path=path))
        found[path.relative_to(course.root).as_posix()] = path.read_bytes()
    return dict(sorted(found.items()))


def _paths(course: Course) -> Iterator[Path]:
    yield course.root / MARKER
    for exercise in course.exercises:
        yield from released_files(exercise)
    yield from (course.root / "quizzes").glob("*.toml")


def _refuse_unfinished(course: Course) -> None:
    """Ask what can be asked by reading alone; the rest takes minutes, and is `grade verify`'s."""
    for exercise in course.exercises:
        for finding in (files_finding(exercise), languages_finding(exercise), catalogue_finding(exercise)):
            if not finding.holds:
                raise CourseError(
                    finding.objections[0],
                    say("Nothing was written. `grade verify {number}` shows all there is.", number=exercise.number),
                )


def _refuse_leaks(course: Course, content: dict[str, bytes]) -> None:
    for leak in leaks(list(course.exercises), content):
        raise CourseError(
            say("{file} gives away a line of {of}: {text}", file=leak.file, of=leak.of, text=leak.text),
            say("Nothing was written."),
        )


def _refuse(course: Course, folder: Path) -> None:
    if any(folder.resolve().is_relative_to(course.root / top) for top in ("exercises", "solutions", "quizzes")):
        raise UsageError(
            say("{path} lies within the course itself.", path=folder),
            say("Name a folder outside of it, as in ../for-learners."),
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            say("{path} is there already, and nothing is overwritten.", path=folder),
            say("Move it away, or choose another name."),
        )


def _write(folder: Path, content: dict[str, bytes]) -> None:
    """The files, then the times of every folder: those change with what is put in."""
    folders = {folder}
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        folders.update(folder / parent for parent in Path(name).parents)
        with path.open("xb") as new:
            new.write(data)
        path.chmod(_FILE_MODE)
        os.utime(path, (MOMENT, MOMENT))
    for path in sorted(folders, reverse=True):
        path.chmod(_FOLDER_MODE)
        os.utime(path, (MOMENT, MOMENT))
