"""A TOML file read into a validated value, or one sentence: file, key, what was expected and what was found."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.errors import CourseError
from grader.locale import say
from grader.locale.system import problem_of
from grader.results import decode_text
from grader.text import Text

Kind = TypeVar("Kind")
MOST_FOUND = 60


def read_toml(path: Path, kind: type[Kind]) -> Kind:
    """The file as a value of this type; raises `CourseError`."""
    text = read_text(path)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(say("{path} is not valid TOML: {problem}.", path=path, problem=str(error))) from None
    try:
        return msgspec.convert(raw, kind, dec_hook=decode_text)
    except msgspec.ValidationError as error:
        raise CourseError(_explain(path, kind, raw, str(error))) from None


def read_text(path: Path) -> str:
    """The file as text; raises `CourseError` where it is missing or not UTF-8."""
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise CourseError(say("{path} is not UTF-8 (byte {place}).", path=path, place=error.start)) from None


def read_python(path: Path) -> str:
    """The file as Python source; raises `CourseError` where it is none."""
    source = read_text(path)
    try:
        compile(source, path.name, "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        problem = f"{type(error).__name__}: {getattr(error, 'msg', error)}"
        raise CourseError(say("{path} cannot be run: {problem}", path=f"{path}:{line}", problem=problem)) from None
    return source


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises `CourseError` where there are none to be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        problem = problem_of(error)
        raise CourseError(say("{path} cannot be read: {problem}.", path=path, problem=problem)) from None


def _explain(path: Path, kind: type, raw: Any, problem: str) -> Text:
    """msgspec's sentence as ours, in every language."""
    body, _, place = problem.partition(" - at ")
    keys = re.findall(r"[^.\[\]]+", place.strip("`").removeprefix("$"))
    key = f"`{place.strip('`').removeprefix('$').lstrip('.')}`" if keys else say("the top level")
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", body):
        return say("{path}: {key} has an unknown key `{unknown}`.", path=path, key=key, unknown=match[1])
    if match := re.fullmatch(r"Object missing required field `(.+)`", body):
        return say("{path}: {key} lacks the key `{missing}`.", path=path, key=key, missing=match[1])
    return say(
        "{path}: {key}: expected {wanted}, found {found}.",
        path=path,
        key=key,
        wanted=_wanted(body, kind, keys),
        found=_found(raw, keys),
    )


def _wanted(body: str, kind: type, keys: list[str]) -> Text | str:
    """What should have stood there."""
    if match := re.fullmatch(r"Expected a sentence for language `(.+)`", body):
        return say("a sentence in language {language}", language=f"`{match[1]}`")
    if body.startswith("Expected a table of sentences"):
        return say("a table with a sentence in each language")
    if match := re.fullmatch(r"Expected `str` matching regex '(.+)'", body):
        return say("a text of the form {pattern}", pattern=f"`{match[1]}`")
    if body.startswith("Expected `array` of length"):
        return say("a list that is not empty")
    if body.startswith("Invalid enum value"):
        return say("one of {values}", values=", ".join(f"`{value}`" for value in _allowed(kind, keys)))
    return body.removeprefix("Expected ").partition(", got ")[0]


def _allowed(kind: type, keys: list[str]) -> tuple[Any, ...]:
    """The values that may stand at a key, where only some may."""
    info: Any = msgspec.inspect.type_info(kind)
    for key in keys:
        if isinstance(info, msgspec.inspect.StructType):
            info = next(field.type for field in info.fields if field.encode_name == key)
        else:
            info = info.item_type
    return getattr(info, "values", ())


def _found(raw: Any, keys: list[str]) -> str:
    for key in keys:
        raw = raw[int(key)] if isinstance(raw, list) else raw[key]
    text = repr(raw)
    return text if len(text) <= MOST_FOUND else text[: MOST_FOUND - 1] + "…"
