"""Students become those whom another system can tell apart, and notes on those whom it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from grader.exports import cells
from grader.exports.gradebook import Student
from grader.locale import say
from grader.text import Text


def known_by(
    students: Iterable[Student], key: Callable[[Student], str], called: str
) -> tuple[list[tuple[Student, str]], list[Text]]:
    """Each student with a key that only they have and that can be written as it is, and a note on each of the others.

    `called` is what the other system calls the key.
    """
    keys = {student.id: key(student).strip() for student in students}
    times = Counter(folded for each in keys.values() if (folded := each.casefold()))
    kept, notes = [], []
    for student in students:
        own = keys[student.id]
        if not own:
            notes.append(say("{student} is left out: the roster gives no {key}.", student=shown(student), key=called))
        elif cells.runs(own):
            notes.append(say("{student} is left out: a spreadsheet would run the {key} {value} as a formula.",
                             student=shown(student), key=called, value=own))  # fmt: skip
        elif times[own.casefold()] > 1:
            notes.append(left_out(student, called, own))
        else:
            kept.append((student, own))
    return kept, notes


def left_out(student: Student, key: str, value: str) -> Text:
    """The note on a student whom another system would take for somebody else."""
    return say(
        "{student} is left out: somebody else has the {key} {value} too.", student=shown(student), key=key, value=value
    )


def shown(student: Student) -> str:
    """How a note names a student."""
    name = cells.line(student.name)
    return f"{name} ({student.id})" if name and name != student.id else student.id
