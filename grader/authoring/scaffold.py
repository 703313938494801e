"""A name turned into the folders of a new exercise: they run from the first minute, and say where there is to fill in.

What is laid out is a small exercise that works, about a function of no interest. `grade verify` objects to every FILL
IN that is left, and to nothing else: an author replaces it piece by piece, and sees at once what breaks.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import Literal

import grader
from grader.course import Course
from grader.errors import CourseError, UsageError
from grader.locale import say
from grader.locale.system import problem_of

SKELETON = Path(__file__).parent / "skeleton"
LONGEST = 40

# The learner's file is called like the exercise: it must hide no module, nor take the name of a file beside it.
_TAKEN = {
    "numpy",
    "torch",
    "grader",
    "harness",
    "checks",
    "oracle",
    "predicates",
    "quantities",
    *sys.stdlib_module_names,
}

# The files of Python that carry the exercise's own name, and how that ends.
_OWN = {
    "starter.py": ("exercises", ".py"),
    "starter.es.py": ("exercises", ".es.py"),
    "reference.py": ("solutions", ".py"),
}
_PLACES = {
    "exercise.toml": "exercises",
    "brief.en.md": "exercises",
    "brief.es.md": "exercises",
    "harness.py": "exercises",
    "checks.py": "solutions",
    "dimensions.toml": "solutions",
    "misconceptions.toml": "solutions",
    "oracle.py": "solutions",
    "explanation.en.md": "solutions",
    "explanation.es.md": "solutions",
}


def scaffold(
    course: Course, slug: str, runtime: Literal["numpy", "torch"] = "numpy", number: int | None = None
) -> list[Path]:
    """Lay out an exercise under this name, and return its files; nothing is ever overwritten.

    Its number is the one after the highest, unless it is given. Raises `UsageError` where the name will not do, where
    name or number are taken, or where the course is the installed one.
    """
    name = _name(course, slug)
    number = _number(course, number)
    folder = f"{number:02d}_{name}"
    _refuse(course, folder)
    written = {
        course.root / top / folder / file: text.replace("@NUMBER@", str(number))
        .replace("@SLUG@", name)
        .replace("@RUNTIME@", runtime)
        for top, file, text in _skeleton(name, runtime)
    }
    try:
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as new:
                new.write(text)
    except OSError as error:
        raise CourseError(say("{path} cannot be written: {problem}.", path=path, problem=problem_of(error))) from None
    return list(written)


def _name(course: Course, slug: str) -> str:
    name = slug.strip().replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or len(name) > LONGEST:
        raise UsageError(
            say("«{slug}» cannot be the name of an exercise.", slug=slug[:60]),
            say("Small letters, digits and underscores, at most {most}, as in clip_gradients.", most=LONGEST),
        )
    if keyword.iskeyword(name) or name in _TAKEN:
        raise UsageError(
            say("«{slug}» means something else in Python or in a course already.", slug=name),
            say("Choose a longer name, as in clip_gradients."),
        )
    if name in {folder.name.partition("_")[2] for folder in course.all_folders.values()}:
        raise UsageError(
            say("There is an exercise {name} already.", name=name),
            say("Choose another name: an exercise keeps its name for ever, in every record."),
        )
    return name


def _number(course: Course, wanted: int | None) -> int:
    after_the_last = max(course.all_folders, default=0) + 1
    if wanted in course.all_folders:
        raise UsageError(
            say("There is an exercise {number} already.", number=wanted),
            say("The next free number is {number}; an exercise keeps its own for ever.", number=after_the_last),
        )
    return after_the_last if wanted is None else wanted


def _refuse(course: Course, folder: str) -> None:
    if course.root.is_relative_to(Path(grader.__file__).resolve().parent):
        raise UsageError(
            say("This is the installed course, which the next upgrade replaces."),
            say("Name your own with --course DIR: the folder that holds course.toml, exercises and solutions."),
        )
    for top in ("exercises", "solutions"):
        taken = course.root / top / folder
        if taken.exists():
            raise UsageError(
                say("{path} is there already, and nothing is overwritten.", path=taken),
                say("Move it away, or choose another name."),
            )


def _skeleton(name: str, runtime: str) -> list[tuple[str, str, str]]:
    """Every file to write: where, under which name, and its text with the gaps still in it."""
    files = []
    for kind in ("common", runtime):
        for path in sorted((SKELETON / kind).glob("*.in")):
            plain = path.name.removesuffix(".in")
            top, ending = _OWN.get(plain, ("", ""))
            place, file = (top, f"{name}{ending}") if top else (_PLACES[plain], plain)
            files.append((place, file, path.read_text(encoding="utf-8")))
    return sorted(files)
