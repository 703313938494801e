"""The files of an exercise held against what they should be: none missing, none stray, nothing left to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.authoring.findings import Finding
from grader.course import Dimension, Exercise
from grader.locale import say, say_many
from grader.text import Text

FILL_IN = "FILL IN"
"""What `grade new` writes wherever an author has something to say."""

_IGNORED = {"__pycache__"}


def files_finding(exercise: Exercise) -> Finding:
    """Whether both folders hold exactly what they should, in the measure that helps."""
    wanted, allowed = _expected(exercise)
    there = {name for name, _ in _below(exercise)}
    objections = [say("{file} is missing.", file=name) for name in sorted(wanted - there)]
    objections += [say("{file} does not belong here.", file=name) for name in sorted(there - wanted - allowed)]
    return Finding(
        question="files",
        title=say("files"),
        summary=say_many("{number} file", "{number} files", len(there)),
        objections=(*objections, *_unfinished(exercise), *_measures(exercise)),
    )


def released_files(exercise: Exercise) -> list[Path]:
    """What of an exercise a learner gets, in order; a stray file is none of it."""
    names = (*_of_the_learner(exercise), *_translated(exercise), "harness.py")
    return sorted(path for name in names if (path := exercise.folder / name).is_file())


def _of_the_learner(exercise: Exercise) -> tuple[str, ...]:
    return ("exercise.toml", exercise.manifest.file, *(f"brief.{code}.md" for code in exercise.languages))


def _translated(exercise: Exercise) -> tuple[str, ...]:
    """The names of starters in a language. One of the languages needs none: it is that of the plain name."""
    return tuple(exercise.starter_path(code).name for code in exercise.languages)


def _expected(exercise: Exercise) -> tuple[set[str], set[str]]:
    """What must be there, and what may be."""
    name = exercise.folder.name
    explanations = (f"explanation.{code}.md" for code in exercise.languages)
    wanted = {f"exercises/{name}/{file}" for file in _of_the_learner(exercise)}
    solution = ("checks.py", "dimensions.toml", "misconceptions.toml", exercise.manifest.file, *explanations)
    wanted |= {f"solutions/{name}/{file}" for file in solution}
    wanted |= {f"solutions/{name}/misconceptions/{entry.id}.py" for entry in exercise.misconceptions if entry.file}
    wanted |= {f"solutions/{name}/dimensions/{one.id}.py" for one in _dimensions(exercise) if one.file}
    if any(entry.predicate for entry in exercise.misconceptions):
        wanted.add(f"solutions/{name}/predicates.py")
    # Without an oracle, or a starter in some language, another question objects and says why one is needed.
    allowed = {f"exercises/{name}/harness.py", f"solutions/{name}/oracle.py", f"solutions/{name}/quantities.py"}
    allowed |= {f"exercises/{name}/{file}" for file in _translated(exercise)}
    return wanted, allowed


def _dimensions(exercise: Exercise) -> tuple[Dimension, ...]:
    """The dimensions, or none where the file is missing, which is told by itself."""
    return exercise.dimensions if (exercise.solution / "dimensions.toml").is_file() else ()


def _below(exercise: Exercise) -> Iterator[tuple[str, Path]]:
    """Every file of both folders, by the name under which an author knows it."""
    for top, folder in (("exercises", exercise.folder), ("solutions", exercise.solution)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not _IGNORED & set(path.parts):
                yield f"{top}/{folder.name}/{path.relative_to(folder).as_posix()}", path


def _unfinished(exercise: Exercise) -> Iterator[Text]:
    for name, path in _below(exercise):
        lines = path.read_bytes().split(b"\n")
        marked = [number for number, line in enumerate(lines, start=1) if FILL_IN.encode() in line]
        if marked:
            yield say_many(
                "{file} still has something to fill in, at line {line}.",
                "{file} still has {number} lines to fill in, the first is line {line}.",
                len(marked),
                file=name,
                line=marked[0],
            )


def _measures(exercise: Exercise) -> Iterator[Text]:
    manifest = exercise.manifest
    if not 3 <= len(manifest.hint) <= 5:
        yield say("There are {number} levels of hints; three to five help.", number=len(manifest.hint))
    if not 6 <= len(manifest.check) <= 12:
        yield say("There are {number} checks; six to twelve are asked for.", number=len(manifest.check))
