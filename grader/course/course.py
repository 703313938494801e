"""A course on disk: exercises and, beside them, the solutions; the one place that knows where a course lies.

Checks, references and harnesses are code, so a course is only ever taken from where the person who runs
the grader said (`--course`, ``GRADE_COURSE``) or from the installed package. A working directory, a path
argument or a submission never leads to one: see docs/decisions/0001-where-the-course-comes-from.md.
"""

from __future__ import annotations

import glob
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Literal

from grader.course.drafts import is_draft
from grader.course.manifest import Catalogue, CourseInfo, Dimension, Dimensions, Manifest, Misconception
from grader.course.reading import read_bytes, read_python, read_text, read_toml
from grader.course.validation import FOLDER, check_catalogue, check_dimensions, check_info, check_manifest
from grader.errors import CourseError, UsageError
from grader.locale import say
from grader.text import Text

MARKER = "course.toml"
MOST_DIGITS = 9


class Exercise:
    """One exercise: its manifest, and the files that stand beside it, read when they are asked for."""

    def __init__(self, folder: Path, solution: Path, languages: tuple[str, ...]) -> None:
        self.folder = folder
        self.solution = solution
        self.languages = languages
        self.manifest = read_toml(folder / "exercise.toml", Manifest)
        check_manifest(self.manifest, folder / "exercise.toml", languages)

    @property
    def number(self) -> int:
        """The number a learner types; it never changes."""
        return self.manifest.number

    @property
    def id(self) -> str:
        """The slug, which is also the exercise's name in every record."""
        return self.manifest.id

    @property
    def max_points(self) -> float:
        """The points of all checks together."""
        return sum(check.points for check in self.manifest.check)

    @cached_property
    def starter(self) -> bytes:
        """The file a learner begins with, byte for byte, where their language has none of its own."""
        return read_bytes(self.folder / self.manifest.file)

    @cached_property
    def starters(self) -> dict[str, bytes]:
        """The starter in each language of the course: `starter` itself where a language has no file of its own."""
        own = {code: path for code in self.languages if (path := self.starter_path(code)).is_file()}
        return {code: read_bytes(own[code]) if code in own else self.starter for code in self.languages}

    def starter_in(self, language: str) -> bytes:
        """What a learner who reads this language begins with."""
        return self.starters.get(language, self.starter)

    def starter_path(self, language: str) -> Path:
        """Where a starter stands that is written in this language: ``adam_step.es.py`` beside ``adam_step.py``."""
        return self.folder / f"{self.manifest.file.removesuffix('.py')}.{language}.py"

    @cached_property
    def harness(self) -> str:
        """Source of the functions that drive the learner's code inside the sandbox; may be empty."""
        path = self.folder / "harness.py"
        return read_python(path) if path.exists() else ""

    @cached_property
    def reference(self) -> str:
        """Source of the right answer."""
        return read_python(self.solution / self.manifest.file)

    @property
    def checks_path(self) -> Path:
        """The hidden pytest module."""
        return self.solution / "checks.py"

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The catalogue of known-wrong ways."""
        return self.catalogue.misconception

    @cached_property
    def catalogue(self) -> Catalogue:
        """Known-wrong ways and mutants known to be equivalent."""
        path = self.solution / "misconceptions.toml"
        catalogue = read_toml(path, Catalogue)
        check_catalogue(catalogue, self.manifest, path, self.languages)
        return catalogue

    def misconception_file(self, misconception_id: str) -> str:
        """Source of a variant that no edit of the reference can say."""
        return read_text(self.solution / "misconceptions" / f"{misconception_id}.py")

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What the contract lets vary, with the checks that vary it."""
        path = self.solution / "dimensions.toml"
        dimensions = read_toml(path, Dimensions)
        check_dimensions(dimensions, self.manifest, self.catalogue, path, self.languages)
        return dimensions.dimension

    def dimension_file(self, dimension_id: str) -> str:
        """Source of a program that is blind to a dimension, where no edit of the reference can say it."""
        return read_text(self.solution / "dimensions" / f"{dimension_id}.py")

    def markdown(self, page: Literal["brief", "explanation"]) -> Text:
        """The brief, or the explanation shown after a pass, in each language that has it."""
        folder = self.folder if page == "brief" else self.solution
        return Text({language: read_text(folder / f"{page}.{language}.md") for language in self.languages})


class Course:
    """A course on disk: exercises, and beside them the solutions a learner's copy does not have."""

    def __init__(self, root: Path, *, drafts: bool = False) -> None:
        self.root = root
        self._shows_drafts = drafts
        self.info = read_toml(root / MARKER, CourseInfo)
        check_info(self.info, root / MARKER)

    @property
    def is_bundled(self) -> bool:
        """Whether this is the course that came with the package, which every machine that has the package has."""
        return self.root == bundled_root().resolve()

    def with_drafts(self) -> Course:
        """The same course as its authors see it: with what is marked as a draft."""
        return Course(self.root, drafts=True)

    @cached_property
    def folders(self) -> dict[int, Path]:
        """Folders of the exercises there are for a learner, by number: none that is a draft."""
        if self._shows_drafts:
            return self.all_folders
        return {number: folder for number, folder in self.all_folders.items() if not is_draft(folder)}

    @cached_property
    def all_folders(self) -> dict[int, Path]:
        """Exercise folders by number, drafts too, without reading any; raises `CourseError` where two have the same."""
        found: dict[int, Path] = {}
        for path in sorted((self.root / "exercises").glob("*/")):
            match = FOLDER.fullmatch(path.name)
            if match is None:
                continue
            other = found.setdefault(int(match[1]), path)
            if other != path:
                raise CourseError(say("{path} and {other} have the same number.", path=path, other=other.name))
        return found

    def slug(self, number: int) -> str:
        """The id of the exercise with this number, which its folder bears, without reading it."""
        return self.folders[number].name.partition("_")[2]

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of their numbers."""
        return tuple(self._load(self.folders[number]) for number in sorted(self.folders))

    def exercise(self, wanted: str | int) -> Exercise:
        """The exercise with this number (``3``, ``"03"``), slug (``"adam_step"``), beginning of one or folder name.

        Raises `UsageError` naming the nearest ones when there is none.
        """
        key = str(wanted).strip()
        if key.isdecimal() and len(key) <= MOST_DIGITS and int(key) in self.folders:
            return self._load(self.folders[int(key)])
        slug = key.replace("-", "_").removesuffix(".py")
        for path in self.folders.values():
            if slug in (path.name, path.name.partition("_")[2]):
                return self._load(path)
        begun = [path for path in self.folders.values() if slug and path.name.partition("_")[2].startswith(slug)]
        if len(begun) == 1:
            return self._load(begun[0])
        raise UsageError(
            say("There is no exercise {wanted}.", wanted=_quoted(key)),
            say("Choose one of these: {known}.", known=", ".join(_label(path) for path in self.folders.values())),
        )

    def _load(self, folder: Path) -> Exercise:
        return Exercise(folder, self.root / "solutions" / folder.name, self.info.languages)


def open_course(explicit: Path | None = None) -> Course:
    """The trusted course: `explicit`, or the one that came with this package."""
    root = explicit if explicit is not None else bundled_root()
    if not os.path.isfile(root / MARKER):
        raise UsageError(
            say("{path} is not a course: it has no course.toml.", path=root),
            say("Give the folder that holds course.toml, exercises and solutions."),
        )
    if not os.path.isdir(root / "solutions"):
        raise UsageError(
            say("{path} is a learner's copy: it has no solutions to grade with.", path=root),
            say("Leave --course out to grade with the installed course."),
        )
    return Course(root.resolve())


def bundled_root() -> Path:
    """Root of the course that came with the package: inside a wheel, or the clone of an editable install."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_course"
    return inside if inside.is_dir() else package.parent


def secret_trees(root: Path) -> tuple[Path, ...]:
    """The course at `root`, and every course that is installed with a copy of this package: as good to copy from.

    There may be several: in an environment and in the Python it was made from, or left over from an earlier install.
    """
    bases = [glob.escape(base) for base in sorted({sys.prefix, sys.base_prefix, "/usr", "/usr/local"})]
    packages = [os.path.join(base, "lib*", "python3*", "*-packages") for base in bases]
    packages += [os.path.join(base, "Lib", "*-packages") for base in bases]
    packages += [glob.escape(entry or ".") for entry in sys.path]
    held = ("grader/_course", "descenso-*.dist-info")  # the latter's record has the hash and size of every file
    found = (
        Path(copy).resolve() for place in packages for name in held for copy in glob.glob(os.path.join(place, name))
    )
    return tuple(dict.fromkeys([root, *found]))


def bundled_templates() -> Path:
    """Folder of the page templates that came with the package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _label(folder: Path) -> str:
    number, _, slug = folder.name.partition("_")
    return f"{int(number)} {slug}"


def _quoted(key: str) -> str:
    shortened = key if len(key) <= 60 else key[:57] + "…"
    return f"«{shortened}»" if shortened else "«»"
