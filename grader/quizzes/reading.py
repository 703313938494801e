"""TOML files of the quizzes become typed values, or one sentence: which file, where, and what was expected."""

from __future__ import annotations

import contextlib
import os
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.errors import CourseError
from grader.locale import same, say
from grader.locale.system import problem_of
from grader.results import decode_text
from grader.text import Text

Kind = TypeVar("Kind")
Table = dict[str, Any]


def read_tables(folder: Path, cache: Path | None = None) -> dict[str, Table]:
    """Every TOML file of a folder by its name, as plain tables; `CourseError` where one cannot be read or is not TOML.

    Reading TOML takes most of the time to a quiz's first question. So what was read is kept in the file `cache`, under
    a hash of all the bytes it came from, and can never be out of date.
    """
    sources = {path: _bytes(path) for path in sorted(folder.glob("*.toml"))}
    key = _key(sources)
    kept = _from_cache(cache, key) if cache else None
    if kept is not None:
        return kept
    tables = {path.name: _parsed(path, source) for path, source in sources.items()}
    if cache:
        _to_cache(cache, key, tables)
    return tables


def read_table(path: Path) -> Table:
    """One TOML file; `CourseError` where it cannot be read or is not TOML."""
    return _parsed(path, _bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = problem_of(error)
        raise CourseError(say("{path} cannot be read: {problem}.", path=path, problem=problem)) from None


def _key(sources: dict[Path, bytes]) -> bytes:
    hashed = blake2b(digest_size=16)
    for path, source in sources.items():
        hashed.update(f"{path.name} {len(source)} ".encode() + source)
    return hashed.digest()


def _from_cache(cache: Path, key: bytes) -> dict[str, Table] | None:
    try:
        found = msgspec.msgpack.decode(cache.read_bytes(), type=tuple[bytes, dict[str, Table]])
    except (OSError, msgspec.DecodeError):
        return None
    return found[1] if found[0] == key else None


def _to_cache(cache: Path, key: bytes, tables: dict[str, Table]) -> None:
    """Written beside and moved into place, so that nobody reads half of it; a cache that cannot be kept is no loss."""
    beside = cache.with_name(f"{cache.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(msgspec.msgpack.encode((key, tables)))
        os.replace(beside, cache)


def _parsed(path: Path, source: bytes) -> Table:
    import tomllib  # not needed where the cache is good

    try:
        return tomllib.loads(source.decode())
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
        return same(raw)
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
