"""What a learner typed after `grade exercise` turned into an exercise and a file of theirs."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from grader.course import FOLDER, Course, Exercise
from grader.errors import UsageError
from grader.locale import say
from grader.workspace import Workspace

MOST_SHOWN = 120


@dataclass(frozen=True)
class Found:
    """An exercise, the file to grade (None: standard input), and how both are written for the learner."""

    exercise: Exercise
    path: Path | None
    shown: str
    again: str


def locate(course: Course, which: str | None, file: str | None, here: Path | None = None) -> Found:
    """The exercise and the file meant by `which` (number, slug or path) and `file`, seen from `here`."""
    start = here or Path.cwd()
    path = _as_path(which)
    if path is not None:
        chosen = _of_path(course, path, start)
    elif which is None and file is not None and file != "-":
        chosen = _of_path(course, Path(file), start)
    else:
        chosen = _named(course, which, start)
    if file == "-":
        return Found(chosen, None, "-", f"grade exercise {chosen.number} --file -")
    if file is not None:
        again = f"grade exercise {chosen.number} --file {shlex.quote(file)}"
        return Found(chosen, Path(file), _shown(Path(file), start), again)
    if path is not None:
        target = _file_in(path, chosen)
        return Found(chosen, target, _shown(target, start), f"grade exercise {shlex.quote(str(path))}")
    own = _own_copy(chosen, start)
    return Found(chosen, own, _shown(own, start), f"grade exercise {chosen.number}")


def _named(course: Course, which: str | None, start: Path) -> Exercise:
    if which is not None:
        return course.exercise(which)
    around = _folder_around(start)
    if around is not None:
        return course.exercise(around)
    raise UsageError(
        say("Which exercise? None was named, and this folder is none."),
        say("Name one, as in `grade exercise 3`; `grade list` shows them all."),
    )


def _folder_around(start: Path) -> str | None:
    return next((folder.name for folder in (start, *start.parents) if FOLDER.fullmatch(folder.name)), None)


def _as_path(which: str | None) -> Path | None:
    """`which` as a path, where it looks like one rather than like a number or a name."""
    if which is None or which.isdecimal():
        return None
    path = Path(which)
    is_like_one = "/" in which or "\\" in which or which in (".", "..") or which.endswith((".py", ".ipynb"))
    return path if is_like_one or os.path.isfile(path) else None


def _of_path(course: Course, path: Path, start: Path) -> Exercise:
    """The exercise a path belongs to, by its folder's name or its file's; its content is not looked at."""
    resolved = Path(os.path.abspath(start / path))
    for part in (resolved, *resolved.parents):
        match = FOLDER.fullmatch(part.name)
        if match and int(match[1]) in course.folders and course.folders[int(match[1])].name == part.name:
            return course.exercise(part.name)
    for exercise in course.exercises:
        if exercise.manifest.file == path.name:
            return exercise
    raise UsageError(
        say("{path} does not tell which exercise it solves.", path=_shortened(path)),
        say("Name the exercise too, as in `grade exercise 3 --file {path}`.", path=_shortened(path)),
    )


def _file_in(path: Path, chosen: Exercise) -> Path:
    is_folder = os.path.isdir(path) and FOLDER.fullmatch(Path(os.path.abspath(path)).name)
    return path / chosen.manifest.file if is_folder else path


def _own_copy(chosen: Exercise, start: Path) -> Path:
    workspace = Workspace.find(start)
    if workspace is None:
        raise UsageError(
            say("This folder holds no copy of the course."),
            say(
                "Run `grade init` to lay one out, or name a file: `grade exercise {number} --file FILE`.",
                number=chosen.number,
            ),
        )
    return workspace.root / "exercises" / chosen.folder.name / chosen.manifest.file


def _shortened(path: Path) -> str:
    text = str(path)
    return text if len(text) <= MOST_SHOWN else f"…{text[1 - MOST_SHOWN :]}"


def _shown(path: Path, start: Path) -> str:
    absolute = path if path.is_absolute() else start / path
    return str(absolute.relative_to(start)) if absolute.is_relative_to(start) else str(path)
