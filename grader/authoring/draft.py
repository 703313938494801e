"""A behaviour that no belief explains becomes the draft of a catalogue's entry, out of the reference and small changes.

Nothing of what a learner wrote goes into it: their file is run, and only what it answers is compared.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.checker import Call, checked, driven_entry_points
from grader.course import Course, Exercise
from grader.diagnosis.interview import Interview, Replayer
from grader.diagnosis.mutants import mutants
from grader.diagnosis.variants import Variant
from grader.errors import UsageError
from grader.grading import Examiner
from grader.locale import say
from grader.sandbox import Raised, Returned
from grader.text import Text
from grader.workspace import write_file

MARK = "FILL IN"


class Edit(NamedTuple):
    """A text that stands in the reference once, and what it becomes."""

    before: str
    after: str


class Draft(NamedTuple):
    """The draft as TOML, and the edit in it; None where no small change answers so."""

    text: str
    edit: Edit | None


def compose(
    course: Course,
    name: str,
    content: bytes,
    *,
    subject: str,
    seed: int,
    learners: int,
    form: Text | None,
    note: Text | None,
) -> Draft:
    """The draft for those who answer like the submission `content` in the functions `subject`."""
    exercise = course.exercise(name)
    names = tuple(subject.split(", "))
    edit = _edit(course, exercise, content, names, seed)
    before, after = edit or (MARK, MARK)
    lines = [
        f"# A draft: {learners} of a class answer so, and no entry of {exercise.id} explains it.",
        "# Nothing loads this file. Fill in what is marked, move it into the catalogue, and have it proved.",
    ]
    if form is not None:
        lines += [f"# {_comment(form.in_language(code))}" for code in course.info.languages]
    lines += [
        "",
        "[[misconception]]",
        f"id = {_quoted(MARK)}",
        "kind = 'misconception'",
        f"entry_points = [{', '.join(map(_quoted, names))}]",
        f"terms = [{_quoted(MARK)}]",
        f"edit = [{{ from = {_quoted(before)}, to = {_quoted(after)} }}]",
    ]
    for key, words in (("belief", None), ("explanation", note), ("question", None)):
        lines += ["", f"[misconception.{key}]"]
        lines += [
            f"{code} = {_quoted(MARK if words is None else f'{MARK}: {words.in_language(code)}')}"
            for code in course.info.languages
        ]
    return Draft("\n".join(lines) + "\n", edit)


def write_draft(course: Course, path: Path, text: str) -> Path:
    """Write a draft where nothing loads it; raises UsageError for a place among the course's own files."""
    whole = path.resolve()
    if any(whole.is_relative_to((course.root / own).resolve()) for own in ("solutions", "exercises", "quizzes")):
        raise UsageError(
            say("{path} lies among the course's files, where a draft would be loaded.", path=path),
            say("Give another place with --to, and move the entry by hand once it is filled in."),
        )
    whole.parent.mkdir(parents=True, exist_ok=True)
    write_file(whole, text.encode())
    return path


def _edit(course: Course, exercise: Exercise, content: bytes, names: tuple[str, ...], seed: int) -> Edit | None:
    """The smallest change of the reference that answers as the submission does; None where none does."""
    with Examiner(course) as examiner:
        runtime = exercise.manifest.runtime
        ((_, found),) = checked(
            exercise,
            [content],
            pool=lambda: examiner.pool(runtime),
            reference=lambda: examiner.reference(exercise, seed),
            seed=seed,
        )
        indexes = [place for place, call in enumerate(found.calls) if _drives(exercise, call) == names]
        if not indexes or not all(isinstance(found.calls[place].ended, Returned | Raised) for place in indexes):
            return None
        with Replayer(lambda: examiner.pool(runtime, trusted=True), seed) as replayer:
            interview = Interview(exercise, found.calls, replayer)
            sources = [mutant.source for mutant in mutants(exercise.reference)]
            agreeing = _agreeing(interview, sources, names[0], indexes)
    edits = [edit for source in agreeing if (edit := edit_of(exercise.reference, source)) is not None]
    return min(edits, key=lambda edit: (len(edit.before) + len(edit.after), edit), default=None)


def _agreeing(interview: Interview, sources: Sequence[str], entry: str, indexes: list[int]) -> Iterator[str]:
    answer = interview.replay([Variant((), source) for source in sources], {entry: indexes})
    results = [] if answer is None else answer["variants"]
    return iter(
        [
            source
            for source, result in zip(sources, results, strict=False)
            if result[entry]["agreed"] and result[entry]["margin"] > 1.0
        ]
    )


def _drives(exercise: Exercise, call: Call) -> tuple[str, ...]:
    return driven_entry_points(call.function, exercise.manifest.entry_points, exercise.harness)


def edit_of(reference: str, changed: str) -> Edit | None:
    """The smallest text of the reference, standing in it once, whose replacement makes it the changed program.

    `changed` may be laid out otherwise, as `ast.unparse` does.
    """
    found = _parting(ast.parse(reference), ast.parse(changed))
    for old, new in reversed(found):
        before = ast.get_source_segment(reference, old)
        if before is None or reference.count(before) != 1:
            continue
        after = ast.unparse(new)
        if isinstance(old, ast.stmt) and old.col_offset:
            after = after.replace("\n", "\n" + " " * old.col_offset)
        for candidate in (after, f"({after})"):
            if _is_program(reference.replace(before, candidate), changed):
                return Edit(before, candidate)
    return None


def _is_program(source: str, wanted: str) -> bool:
    try:
        return ast.dump(ast.parse(source)) == ast.dump(ast.parse(wanted))
    except SyntaxError:
        return False


def _parting(old: ast.AST, new: ast.AST) -> list[tuple[ast.stmt | ast.expr, ast.AST]]:
    """The nodes on the way to where two trees differ, outermost first."""
    way: list[tuple[ast.stmt | ast.expr, ast.AST]] = []
    while True:
        if isinstance(old, ast.stmt | ast.expr):
            way.append((old, new))
        if type(old) is not type(new):
            return way
        apart = [pair for pair in _children(old, new) if _dump(pair[0]) != _dump(pair[1])]
        if len(apart) != 1 or not all(isinstance(part, ast.AST) for part in apart[0]):
            return way
        old, new = apart[0]


def _children(old: ast.AST, new: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for name in old._fields:
        mine, theirs = getattr(old, name, None), getattr(new, name, None)
        if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
            yield from zip(mine, theirs, strict=True)
        else:
            yield mine, theirs  # type: ignore[misc]  # names and numbers too, which end the way


def _dump(node: object) -> str:
    return ast.dump(node) if isinstance(node, ast.AST) else repr(node)


def _quoted(text: str) -> str:
    """A TOML string that holds the text as it is."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    written = "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in escaped)
    return f'"{written}"'


def _comment(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
