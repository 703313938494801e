"""One exercise of a course, the engine as it is installed and what it needs become an autograder's ingredients."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import grader
from grader.course import MARKER, Course, Exercise, bundled_root
from grader.errors import GraderError
from grader.exports.formats.gradescope_autograder import Ingredients
from grader.locale import say

PACKAGE = "descenso"
# The course that a wheel carries holds every solution; the autograder has the one it needs.
_LEFT_OUT = ("__pycache__", "_course", "_templates")


def ingredients(course: Course, exercise: Exercise) -> Ingredients:
    """Everything one autograder is made from; only plain files, read as they are."""
    files = {MARKER: (course.root / MARKER).read_bytes()}
    for folder in (exercise.folder, exercise.solution):
        files |= {path.relative_to(course.root).as_posix(): path.read_bytes() for path in _files(folder)}
    engine = Path(grader.__file__).resolve().parent
    return Ingredients(
        exercise=exercise.id,
        file=exercise.manifest.file,
        requirements=_requirements(exercise),
        course=files,
        engine={path.relative_to(engine).as_posix(): path.read_bytes() for path in _files(engine)},
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _LEFT_OUT or path.is_symlink() or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _requirements(exercise: Exercise) -> tuple[str, ...]:
    """What the engine needs; without torch where the exercise does, which is most of an image's size."""
    needed = [line for line in _declared() if "extra ==" not in line]
    if exercise.manifest.runtime == "numpy":
        needed = [line for line in needed if not re.match(r"torch\b", line)]
    return tuple(needed)


def _declared() -> list[str]:
    """The clone's own word where the engine runs from one: what was installed with it may be older."""
    clone = bundled_root() / "pyproject.toml"
    if clone.is_file():
        project = tomllib.loads(clone.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == PACKAGE:
            return list(project.get("dependencies", ()))
    try:
        return requires(PACKAGE) or []
    except PackageNotFoundError:
        raise GraderError(
            say("{package} is not installed, so what it needs is not known.", package=PACKAGE),
            say("Install it, as in pip install -e ., and try again."),
        ) from None
