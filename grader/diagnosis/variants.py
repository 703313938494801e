"""A reference and its catalogue turned into source texts that are wrong in known ways, alone and in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.course import Edit, Exercise, Misconception
from grader.errors import CourseError, UsageError
from grader.locale import say


@dataclass(frozen=True)
class Variant:
    """One or more beliefs, and the source of a file whose author holds exactly these."""

    ids: tuple[str, ...]
    source: str


def variant(exercise: Exercise, ids: Sequence[str]) -> Variant:
    """The variant for these beliefs together; raises where one is unknown or they touch the same text."""
    chosen = [_entry(exercise, wanted) for wanted in ids]
    source = _compose(exercise, chosen)
    if source is None:
        raise UsageError(
            say("These misconceptions do not go together: {ids}.", ids=", ".join(ids)),
            say("Each changes a text that another one needs; ask for one at a time."),
        )
    return Variant(tuple(ids), source)


def singles(exercise: Exercise) -> list[Variant]:
    """Every entry of the catalogue alone, in its order."""
    return [variant(exercise, [entry.id]) for entry in exercise.misconceptions]


def pairs(exercise: Exercise, ids: Sequence[str] | None = None) -> Iterator[Variant]:
    """Every two entries that compose, among `ids` or all."""
    entries = [entry for entry in exercise.misconceptions if ids is None or entry.id in ids]
    for first, second in combinations(entries, 2):
        source = _compose(exercise, [first, second])
        if source is not None and _compose(exercise, [second, first]) == source:
            yield Variant((first.id, second.id), source)


def _entry(exercise: Exercise, wanted: str) -> Misconception:
    for entry in exercise.misconceptions:
        if entry.id == wanted:
            return entry
    known = ", ".join(entry.id for entry in exercise.misconceptions)
    raise UsageError(
        say("Exercise {number} has no misconception {wanted}.", number=exercise.number, wanted=f"«{wanted[:60]}»"),
        say("Choose from: {known}.", known=known),
    )


def _compose(exercise: Exercise, entries: Sequence[Misconception]) -> str | None:
    """The reference with every entry's edits, or None where they get into each other's way."""
    if any(entry.file for entry in entries):
        return exercise.misconception_file(entries[0].id) if len(entries) == 1 else None
    source: str | None = exercise.reference
    for entry in entries:
        if source is not None:
            source = edited(exercise, source, entry.edit, f"misconceptions.toml: {entry.id}")
    return source


def edited(exercise: Exercise, source: str, edits: Sequence[Edit], place: str) -> str | None:
    """A source made from the reference, edited once more; None where an earlier edit is in the way.

    Raises `CourseError`, which names the `place`, where the text to replace does not stand in the reference once.
    """
    for edit in edits:
        count = exercise.reference.count(edit.before)
        if count != 1:
            raise CourseError(
                say(
                    "{path}: the text to replace stands {count} times in the reference instead of once: {text}",
                    path=exercise.solution / place,
                    count=count,
                    text=edit.before[:80],
                )
            )
        if source.count(edit.before) != 1:
            return None
        source = source.replace(edit.before, edit.after)
    return source
