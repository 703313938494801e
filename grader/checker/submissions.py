"""What goes into a run of the checks and what comes out: bytes become programs to run, or results with their calls."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

import msgspec

from grader.checker.learner import Call
from grader.checker.places import Places
from grader.checker.shortcuts import ShortcutUse, find_shortcut
from grader.checker.source_text import source_text, with_plain_ends
from grader.course import Exercise
from grader.errors import SubmissionError
from grader.locale import join, say
from grader.notebook_cells import (
    Cell,
    NotDefinedError,
    TooMuchToReadError,
    check_source,
    extract,
    extract_from_cells,
    is_notebook,
    reached,
)
from grader.results import CheckResult, Outcome
from grader.sandbox import Limits, Program
from grader.text import Text

MOST_TOLD = 10


@dataclass(frozen=True)
class Prepared:
    """A submission that can be run: its source as text."""

    source: str
    places: Places
    notes: tuple[Text, ...] = ()
    passed_over: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What the checks found in one submission; `calls` is every question asked and how it was answered."""

    results: tuple[CheckResult, ...]
    calls: list[Call] = field(default_factory=list)
    message: Text | None = None
    notes: tuple[Text, ...] = ()
    put_aside: tuple[Text, ...] = ()
    output: str = ""
    seconds: float = 0.0


def prepare(exercise: Exercise, content: bytes, *, lint: bool = True) -> Prepared | Checked:
    """A submission's bytes ready to run, or what is known of them without running anything.

    The starter in any language, whatever its line ends, is not started; what is no source text did not load; a refused
    shortcut fails.
    """
    filename = exercise.manifest.file
    if with_plain_ends(content) in exercise.starters.values():
        return _not_started(exercise)
    if is_notebook(content):
        return _of_notebook(exercise, content, lint=lint)
    try:
        check_source(content, filename)
    except SubmissionError as fault:
        return unloaded(exercise, fault)
    source = source_text(content)
    if isinstance(source, Text):
        return everywhere(exercise, Outcome.DID_NOT_LOAD, say("{file}: {problem}.", file=filename, problem=source))
    return _of_file(exercise, source, lint=lint)


def prepare_to_be_seen(exercise: Exercise, content: bytes) -> Prepared | Checked:
    """The same for a run that is only looked at: what is not started runs too, where the starter is a program."""
    prepared = prepare(exercise, content)
    untouched = isinstance(prepared, Checked) and prepared.results[0].outcome is Outcome.NOT_STARTED
    if untouched and exercise.manifest.starter_runs:
        return Prepared(exercise.starter.decode("utf-8"), Places(exercise.manifest.file))
    return prepared


def _of_notebook(exercise: Exercise, content: bytes, *, lint: bool) -> Prepared | Checked:
    """What no cell defines fails, as in a file that lacks it; what cannot be read did not load."""
    manifest = exercise.manifest
    notebook = f"{manifest.file.removesuffix('.py')}.ipynb"
    try:
        found = extract(content, manifest.entry_points, notebook)
    except SubmissionError as fault:
        return unloaded(exercise, fault)
    return _of_source(exercise, Prepared(found.source, Places(notebook, found.lines), found.notes), lint=lint)


def _of_source(exercise: Exercise, prepared: Prepared, *, lint: bool) -> Prepared | Checked:
    if _code_lines(prepared.source) in _starters_as_taken_from_cells(exercise):
        return _not_started(exercise)
    use = find_shortcut(prepared.source, exercise.manifest.forbidden) if lint else None
    return prepared if use is None else _refused(exercise, use, prepared.places)


def _of_file(exercise: Exercise, source: str, *, lint: bool) -> Prepared | Checked:
    """A file in which only what its functions do not need uses a refused name is graded without that, as a notebook."""
    manifest = exercise.manifest
    prepared = Prepared(source, Places(manifest.file), _defined_again(source, manifest.entry_points))
    use = find_shortcut(source, manifest.forbidden) if lint else None
    if use is None:
        return _of_source(exercise, prepared, lint=False)
    try:
        needed = reached(source, manifest.entry_points, manifest.file).in_place()
    except NotDefinedError:  # so nothing in it is needed, and nothing of it is run
        needed = ""
    except TooMuchToReadError:
        return _refused(exercise, use, prepared.places)
    except SubmissionError:  # whoever loads it says what is wrong
        return prepared
    told = say(
        "`{name}` in line {line} is not needed by what is graded: what uses it was passed over.",
        name=use.shortcut.name,
        line=use.line,
    )
    return _of_source(exercise, replace(prepared, source=needed, passed_over=(told,)), lint=True)


def _refused(exercise: Exercise, use: ShortcutUse, places: Places) -> Checked:
    file, line = places.of(use.line)
    message = say(
        "{file}, line {line}: {name} is not allowed in this exercise. {reason}",
        file=file,
        line=line,
        name=f"`{use.shortcut.name}`",
        reason=use.shortcut.reason,
    )
    return everywhere(exercise, Outcome.FAILED, message)


def _defined_again(source: str, entry_points: tuple[str, ...]) -> tuple[Text, ...]:
    """What to tell of what a file defines twice, as where a starter was pasted below an answer."""
    notes = []
    for name in entry_points:
        found = re.finditer(rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(name)}\b", source, re.MULTILINE)
        lines = [source.count("\n", 0, one.start()) + 1 for one in islice(found, MOST_TOLD)]
        if len(lines) > 1:
            listed = ", ".join(map(str, lines))
            notes.append(
                say(
                    "`{name}` is defined more than once, in lines {lines}: the last one counts.",
                    name=name,
                    lines=listed,
                )
            )
    return tuple(notes)


def _not_started(exercise: Exercise) -> Checked:
    message = say("Not started: {file} is still the starter.", file=exercise.manifest.file)
    return everywhere(exercise, Outcome.NOT_STARTED, message)


def _starters_as_taken_from_cells(exercise: Exercise) -> frozenset[tuple[str, ...]]:
    return _as_taken_from_cells(tuple(exercise.starters.values()), exercise.manifest.entry_points)


@lru_cache(maxsize=32)
def _as_taken_from_cells(starters: tuple[bytes, ...], entry_points: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """What is left of the starters in a notebook that holds them, in one cell or several."""
    taken = set()
    for starter in starters:
        with contextlib.suppress(SubmissionError):  # one that defines nothing yet
            cell = Cell("code", starter.decode("utf-8"))
            taken.add(_code_lines(extract_from_cells([cell], entry_points, "starter").source))
    return frozenset(taken)


def _code_lines(source: str) -> tuple[str, ...]:
    return tuple(line for line in source.split("\n") if line.strip())


def program_of(exercise: Exercise, prepared: Prepared) -> Program:
    """A submission as the worker loads it, with the course's own harness beside it."""
    manifest = exercise.manifest
    return Program(
        source=prepared.source,
        filename=manifest.file,
        entry_points=manifest.entry_points,
        harness=exercise.harness,
    )


def limits_of(exercise: Exercise) -> Limits:
    """What one submission may use, as the sandbox takes it."""
    return Limits(**msgspec.structs.asdict(exercise.manifest.limits))


def unloaded(exercise: Exercise, fault: SubmissionError) -> Checked:
    """A fault of a submission as results: what is not defined fails, as in a file; what cannot be read did not load."""
    message = fault.message if fault.hint is None else join(" ", [fault.message, fault.hint])
    if not isinstance(fault, NotDefinedError):
        return everywhere(exercise, Outcome.DID_NOT_LOAD, message)
    checked = everywhere(exercise, Outcome.FAILED, message)
    claims = {check.id: check.claim for check in exercise.manifest.check}
    results = tuple(
        msgspec.structs.replace(
            one, outcome=Outcome.BLOCKED, message=say("Waits for: {claim}.", claim=claims[one.needs])
        )
        if one.needs
        else one
        for one in checked.results
    )
    return Checked(results, message=message)


def everywhere(exercise: Exercise, outcome: Outcome, message: Text) -> Checked:
    """The same outcome for every check, with no points; the message is said once, for the whole file."""
    results = tuple(
        CheckResult(
            id=check.id,
            claim=check.claim,
            outcome=outcome,
            points=0.0,
            max_points=check.points,
            message=message,
            needs=check.needs,
        )
        for check in exercise.manifest.check
    )
    return Checked(results, message=message)
