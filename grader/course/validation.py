"""What types cannot say of a course's files: names agree, references resolve, every sentence has every language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.course.manifest import Catalogue, CourseInfo, Dimensions, Manifest
from grader.errors import CourseError
from grader.locale import say
from grader.text import texts_within

FOLDER = re.compile(r"(\d{2,})_([a-z0-9_]+)")


def check_info(info: CourseInfo, path: Path) -> None:
    """Raise `CourseError` where `course.toml` contradicts itself."""
    _check_languages(info, path, info.languages)


def check_manifest(manifest: Manifest, path: Path, languages: tuple[str, ...]) -> None:
    """Raise `CourseError` where `exercise.toml` contradicts itself or the folder it stands in."""
    match = FOLDER.fullmatch(path.parent.name)
    if match is None or (int(match[1]), match[2]) != (manifest.number, manifest.id):
        raise CourseError(
            say(
                "{path}: number {number} and id {id} do not fit the folder's name.",
                path=path,
                number=manifest.number,
                id=manifest.id,
            )
        )
    _check_unique((check.id for check in manifest.check), path, "check")
    seen: set[str] = set()
    for check in manifest.check:
        if check.needs is not None and check.needs not in seen:
            raise CourseError(
                say(
                    "{path}: check {id} needs {needs}, which does not stand before it.",
                    path=path,
                    id=check.id,
                    needs=check.needs,
                )
            )
        seen.add(check.id)
    _check_languages(manifest, path, languages)


def check_catalogue(catalogue: Catalogue, manifest: Manifest, path: Path, languages: tuple[str, ...]) -> None:
    """Raise `CourseError` where `misconceptions.toml` contradicts itself or the manifest."""
    _check_unique((entry.id for entry in catalogue.misconception), path, "misconception")
    for entry in catalogue.misconception:
        unknown = [name for name in entry.entry_points if name not in manifest.entry_points]
        if unknown:
            raise CourseError(
                say(
                    "{path}: {id} is about {names}, which exercise.toml does not have among its entry points.",
                    path=path,
                    id=entry.id,
                    names=", ".join(unknown),
                )
            )
        if bool(entry.edit) == entry.file:
            raise CourseError(
                say("{path}: {id} needs either edits of the reference or `file = true`.", path=path, id=entry.id)
            )
    _check_languages(catalogue, path, languages)


def check_dimensions(
    dimensions: Dimensions, manifest: Manifest, catalogue: Catalogue, path: Path, languages: tuple[str, ...]
) -> None:
    """Raise `CourseError` where `dimensions.toml` contradicts itself, the manifest or the catalogue."""
    _check_unique((one.id for one in dimensions.dimension), path, "dimension")
    checks = {check.id for check in manifest.check}
    entries = {entry.id for entry in catalogue.misconception}
    for one in dimensions.dimension:
        if unknown := [name for name in one.check if name not in checks]:
            raise CourseError(
                say("{path}: {id} names no check of exercise.toml: {names}.", path=path, id=one.id, names=unknown[0])
            )
        if bool(one.edit) + one.file + (one.misconception is not None) != 1:
            raise CourseError(
                say(
                    "{path}: {id} needs one program: edits of the reference, `file = true` or a misconception.",
                    path=path,
                    id=one.id,
                )
            )
        if one.misconception is not None and one.misconception not in entries:
            raise CourseError(
                say(
                    "{path}: {id} names the misconception {name}, which misconceptions.toml does not have.",
                    path=path,
                    id=one.id,
                    name=one.misconception,
                )
            )
    _check_languages(dimensions, path, languages)


def _check_unique(ids: Iterable[str], path: Path, table: str) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            raise CourseError(say("{path}: the {table} {id} stands twice.", path=path, table=f"`{table}`", id=name))


def _check_languages(value: Any, path: Path, languages: tuple[str, ...]) -> None:
    for key, text in texts_within(value):
        missing = [language for language in languages if language not in text]
        if missing:
            raise CourseError(
                say(
                    "{path}: {key}: expected {wanted}, found {found}.",
                    path=path,
                    key=f"`{key}`",
                    wanted=say("a sentence in language {language}", language=f"`{missing[0]}`"),
                    found=", ".join(f"`{language}`" for language in text),
                )
            )
