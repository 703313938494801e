"""The files of an exercise held against what an exercise has: nothing missing, nothing stray."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.authoring.findings import Finding
from grader.course import Exercise
from grader.locale import say, say_many
from grader.text import Text

IGNORED = {"__pycache__"}


def files_finding(exercise: Exercise) -> Finding:
    """Whether both folders hold exactly what they should."""
    wanted, allowed = _expected(exercise)
    there = {*_below(exercise.folder, "exercises"), *_below(exercise.solution, "solutions")}
    objections = [say("{file} is missing.", file=name) for name in sorted(wanted - there)]
    objections += [say("{file} does not belong here.", file=name) for name in sorted(there - wanted - allowed)]
    if not objections:
        objections += _hint_objections(exercise)
    return Finding(
        question="files",
        title=say("files"),
        summary=say_many("{number} file", "{number} files", len(there)),
        objections=tuple(objections),
    )


def _expected(exercise: Exercise) -> tuple[set[str], set[str]]:
    """What must be there, and what may be."""
    name = exercise.folder.name
    own = exercise.manifest.file
    languages = exercise.languages
    wanted = {f"exercises/{name}/{file}" for file in ("exercise.toml", own, *(f"brief.{code}.md" for code in languages))}
    solution = ("checks.py", "misconceptions.toml", own, *(f"explanation.{code}.md" for code in languages))
    wanted |= {f"solutions/{name}/{file}" for file in solution}
    wanted |= {f"solutions/{name}/misconceptions/{entry.id}.py" for entry in exercise.misconceptions if entry.file}
    if any(entry.predicate for entry in exercise.misconceptions):
        wanted.add(f"solutions/{name}/predicates.py")
    allowed = {f"exercises/{name}/harness.py", f"solutions/{name}/oracle.py", f"solutions/{name}/quantities.py"}
    return wanted, allowed


def _below(folder: Path, label: str) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not IGNORED & set(path.parts):
            yield f"{label}/{folder.name}/{path.relative_to(folder).as_posix()}"


def _hint_objections(exercise: Exercise) -> list[Text]:
    manifest = exercise.manifest
    objections = []
    if not 3 <= len(manifest.hint) <= 5:
        objections.append(say("There are {number} levels of hints; three to five help.", number=len(manifest.hint)))
    if not 6 <= len(manifest.check) <= 12:
        objections.append(say("There are {number} checks; six to twelve are asked for.", number=len(manifest.check)))
    return objections
