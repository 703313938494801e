"""A TOML file of the quizzes becomes typed values, or one sentence: which file, where, and what was expected."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.errors import CourseError
from grader.locale import LANGUAGES, say
from grader.results import decode_text
from grader.text import Text

Kind = TypeVar("Kind")


def read_table(path: Path) -> dict[str, Any]:
    """The file as plain tables; `CourseError` where it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        problem = error.strerror or str(error)
        raise CourseError(say("{path} cannot be read: {problem}.", path=path, problem=problem)) from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(say("{path} is not valid TOML: {problem}.", path=path, problem=str(error))) from None
    except UnicodeDecodeError as error:
        raise CourseError(say("{path} is not UTF-8 (byte {place}).", path=path, place=error.start)) from None


def typed(table: object, kind: type[Kind], path: Path, where: str) -> Kind:
    """`table` as a `kind`; `where` names the entry for the person who has to mend it."""
    try:
        return msgspec.convert(table, kind, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise CourseError(_explain(path, where, str(error))) from None


def _decode(kind: type, raw: Any) -> Any:
    """A bare string is the same in every language: a piece of code, a number, a name."""
    if kind is Text and isinstance(raw, str):
        return Text(dict.fromkeys(LANGUAGES, raw))
    return decode_text(kind, raw)


def _explain(path: Path, where: str, problem: str) -> Text:
    body, _, place = problem.partition(" - at ")
    key = where + place.strip("`").removeprefix("$")
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", body):
        return say("{path}: {key} has an unknown key `{unknown}`.", path=path, key=key, unknown=match[1])
    if match := re.fullmatch(r"Object missing required field `(.+)`", body):
        return say("{path}: {key} lacks the key `{missing}`.", path=path, key=key, missing=match[1])
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", body):
        return say(
            "{path}: {key}: expected {wanted}, found {found}.", path=path, key=key, wanted=match[1], found=match[2]
        )
    return say("{path}: {key}: {problem}.", path=path, key=key, problem=body)
