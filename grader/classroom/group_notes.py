"""What an instructor wrote to all who answer alike, in a file that lasts: found by behaviour, never by learner."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from grader.behaviour import Behaviour, Digests, alike
from grader.classroom.rows import Edition, KeptResult
from grader.cleaning import one_line
from grader.errors import UsageError
from grader.locale import LANGUAGES, say
from grader.locale.system import problem_of
from grader.results import Diagnosis
from grader.text import Text
from grader.workspace import write_file

FILE = "notes.csv"
HEADING = ["exercise", "function", "class", "answers", "lasting", *LANGUAGES]
LONGEST = 600


class GroupNote(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence for one behaviour. Within the `edition` it was written in it holds for those who answer the same
    there; in any other class, for those who answer the same lasting questions.
    """

    exercise: str
    subject: str
    edition: str
    answers: Digests
    lasting: Digests | None
    words: Text

    def is_about(self, exercise: str, edition: str, behaviour: Behaviour) -> bool:
        """Whether this is how somebody behaves who was graded with `edition`."""
        if (self.exercise, self.subject) != (exercise, behaviour.subject):
            return False
        if self.edition == edition:
            return alike(self.answers, behaviour.answers)
        return alike(self.lasting, behaviour.lasting)


class GroupNotes:
    """The notes of one file, applied to results as they are read."""

    def __init__(self, notes: Iterable[GroupNote] = ()) -> None:
        self._notes = list(notes)

    @classmethod
    def of(cls, folder: Path, given: Path | None = None) -> GroupNotes:
        """Those kept beside a class's results; those of another term are taken in, and kept there from then on.

        Raises UsageError where a file is no such list.
        """
        notes = cls(_read(folder / FILE))
        if given is not None:
            if not given.is_file():
                raise UsageError(say("There is no list of notes {path}.", path=given))
            for note in _read(given):
                if not any(_is_same(note, known) for known in notes._notes):
                    notes._notes.append(note)
            notes.keep(folder)
        return notes

    def __iter__(self) -> Iterator[GroupNote]:
        return iter(self._notes)

    def find(self, exercise: str, edition: str, behaviour: Behaviour) -> GroupNote | None:
        """The note on a behaviour; the one written last, where several are."""
        return next((note for note in reversed(self._notes) if note.is_about(exercise, edition, behaviour)), None)

    def put(self, note: GroupNote) -> None:
        """Say this instead of what was said about the same behaviour."""
        self.remove(note.exercise, note.edition, Behaviour(note.subject, "", note.answers, note.lasting))
        self._notes.append(note)

    def remove(self, exercise: str, edition: str, behaviour: Behaviour) -> bool:
        """Say nothing about a behaviour any more; whether anything was said."""
        left = [note for note in self._notes if not note.is_about(exercise, edition, behaviour)]
        found = len(left) < len(self._notes)
        self._notes = left
        return found

    def keep(self, folder: Path) -> None:
        """Write them beside the results."""
        rows = [
            [
                note.exercise,
                note.subject,
                note.edition,
                " ".join(note.answers),
                " ".join(note.lasting or ()),
                *(note.words.in_language(code) for code in LANGUAGES),
            ]
            for note in self._notes
        ]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([HEADING, *rows])
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / FILE, text.getvalue().encode())

    def told(self, result: KeptResult) -> KeptResult:
        """The result with what was written about it before everything else that would explain it."""
        if not self._notes or not result.behaviours:
            return result
        exercise, edition = result.submission.exercise, class_of(result.edition)
        found = ((each.subject, self.find(exercise, edition, each)) for each in result.behaviours)
        notes = [
            Diagnosis(kind="note", summary=say("In {function}: {note}", function=subject, note=note.words))
            for subject, note in found
            if note is not None
        ]
        if not notes:
            return result
        report = msgspec.structs.replace(result.report, diagnosis=(*notes, *result.report.diagnosis))
        return msgspec.structs.replace(result, report=report)


def class_of(edition: Edition) -> str:
    """What the answers of one class may be compared under: the same checks, asked with the same seed."""
    return f"{edition.checks_version}:{edition.seed_policy}"


def sentence(words: str) -> str:
    """A note as it is kept: one line, of a length that a page has room for."""
    return one_line(words.strip(), LONGEST)


def _is_same(one: GroupNote, other: GroupNote) -> bool:
    return other.is_about(one.exercise, one.edition, Behaviour(one.subject, "", one.answers, one.lasting))


def _read(path: Path) -> list[GroupNote]:
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = problem_of(error) if isinstance(error, OSError) else "UTF-8"
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem)) from None
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    if not rows or rows[0][:5] != HEADING[:5]:
        raise UsageError(
            say("{path} is no list of notes: its first line must be {heading}.", path=path, heading=",".join(HEADING))
        )
    languages = rows[0][5:]
    return [_note(path, line, row, languages) for line, row in enumerate(rows[1:], start=2)]


def _note(path: Path, line: int, row: list[str], languages: list[str]) -> GroupNote:
    cells = [cell.strip() for cell in row]
    words = {code: sentence(cell) for code, cell in zip(languages, cells[5:], strict=False) if cell}
    answers, lasting = (_digests(cell) for cell in (cells + [""] * 5)[3:5])
    if answers is None or not words:
        raise UsageError(say("{path}, line {line}: this is no note on a behaviour.", path=path, line=line))
    return GroupNote(
        exercise=cells[0], subject=cells[1], edition=cells[2], answers=answers, lasting=lasting, words=Text(words)
    )


def _digests(cell: str) -> Digests | None:
    parts = cell.split()
    return (parts[0], parts[1]) if len(parts) == 2 else None
