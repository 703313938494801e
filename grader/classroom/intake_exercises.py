"""A file's path and text become the exercise it answers: by its name, by its folder, or by what it defines."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from grader.locale import LANGUAGES


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a file must look like to answer one exercise; `companions` are the course's own files beside it.

    In each of the `languages` a starter may have a name of its own: ``adam_step.es.py``.
    """

    exercise: str
    number: int
    file: str
    entry_points: tuple[str, ...]
    languages: tuple[str, ...] = LANGUAGES
    companions: tuple[str, ...] = ("harness.py", "conftest.py", "__init__.py", "setup.py")

    @property
    def stem(self) -> str:
        """The file's name without its ending, in small letters."""
        return self.file.removesuffix(".py").lower()


class Named(msgspec.Struct, frozen=True):
    """What a file's name says: the exercise, what is left of the name, and which copy it is of several.

    `copy` orders the copies in one folder: others first, then the name as asked for (0), then numbered ones.
    """

    expected: Expected
    rest: str
    copy: tuple[int, int]


_NUMBERED = re.compile(r"[-_ ]?\((\d{1,4})\)|[-_ ]?(\d{1,3})")
_COURSE_FOLDERS = frozenset(
    ("exercises", "ejercicios", "src", "submission", "submissions", "entrega", "entregas", "work")
)


def folder_of_exercise(part: str, exercises: Iterable[Expected]) -> Expected | None:
    """The exercise whose folder `part` is: ``03_adam_step``, ``adam_step``, ``exercise3``, ``ejercicio 3``."""
    plain = re.sub(r"[\W_]+", "_", part.lower())
    for each in exercises:
        slugs = {each.stem, each.exercise.lower()}
        if plain in slugs or re.sub(r"^\d{1,3}_", "", plain) in slugs:
            return each
        if re.fullmatch(rf"(exercise|ejercicio|ex|ej)_?0*{each.number}", plain):
            return each
    return None


def is_course_folder(part: str) -> bool:
    """Whether a folder is one every learner has, so that it names nobody."""
    return part.lower() in _COURSE_FOLDERS


def named(name: str, exercises: Iterable[Expected]) -> Named | None:
    """What the name of a file says, None where no exercise's name stands in it."""
    stem = name.rpartition(".")[0].lower()
    best: Named | None = None
    for each in exercises:
        languages = "|".join(map(re.escape, each.languages))
        found = re.search(rf"(?<![a-z0-9]){re.escape(each.stem)}(?:\.(?:{languages}))?(?![a-z])", stem)
        if found and (best is None or len(each.stem) > len(best.expected.stem)):
            best = _named(each, stem[: found.start()], stem[found.end() :])
    return best


def _named(expected: Expected, before: str, after: str) -> Named:
    number = _NUMBERED.fullmatch(after)
    rest = before if number else f"{before} {after}"
    copy = (1, int(number[1] or number[2])) if number else (-1 if before or after else 0, 0)
    return Named(expected, rest.strip(" _-.,"), copy)


def defined(source: str, exercises: Iterable[Expected]) -> list[Expected]:
    """The exercises whose entry points a source defines at its outermost level, found without parsing it.

    A parser may be made to fall over by what it reads; a search for ``def name`` may not.
    """
    names = set(re.findall(r"^(?:async[ \t]+)?def[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", source, re.MULTILINE))
    there = {name for pair in names for name in pair if name}
    return [each for each in exercises if there & set(each.entry_points)]
