"""An intake becomes the same intake under pseudonyms, and the key to them a file of its own.

What the store, the pages and every export are made of has no name then, no address, no path; who is who stands in the
key alone. A pseudonym follows from the key's secret and the learner's key, so that it is the same in every run.
"""

from __future__ import annotations

import base64
import csv
import hmac
import io
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from grader.classroom.arrival import Arrival, Note
from grader.classroom.intake import Intake
from grader.classroom.scrubbing import Scrubber, words_of
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.locale import say
from grader.locale.system import problem_of
from grader.text import Text
from grader.workspace import write_file

HEADING = ["pseudonym", "key", "name", "email", "login"]
SECRET = "(secret)"
SEVERAL = "someone"


class KeyFile:
    """Who is who: a table that only its owner can read, and nothing else of the class can."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, list[str]] = {}
        self._secret = secrets.token_hex(32)
        self._read()

    def pseudonym(self, key: str, student: Student | None = None) -> str:
        """What somebody is called from now on."""
        name = self.label(key)
        known = self._rows.get(name, [name, key, "", "", ""])
        told = student or Student(id=key)
        self._rows[name] = [
            name, key, told.name or known[2], told.email or known[3],
            " ".join(filter(None, (told.login, told.sis_id, told.canvas_id, told.moodle_id))) or known[4],
        ]  # fmt: skip
        return name

    def label(self, words: str) -> str:
        """What stands for these words, which are no person's."""
        digest = hmac.new(bytes.fromhex(self._secret), words.encode(), sha256).digest()
        return "P" + base64.b32encode(digest).decode()[:9]

    def called(self, who: str) -> str | None:
        """The pseudonym of whom this is the key or the pseudonym of."""
        return next((name for name, row in self._rows.items() if who in (name, row[1])), None)

    def scrubber(self, protected: Iterable[str]) -> Scrubber:
        """Replaces everybody of the key; a word that is several people's becomes nobody's."""
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for name, row in self._rows.items():
            email = row[3]
            for word in words_of(row[1], row[2], email, email.partition("@")[0], *row[4].split()):
                owners[word].add(name)
        return Scrubber(
            {word: next(iter(own)) if len(own) == 1 else SEVERAL for word, own in owners.items()}, protected
        )

    def forget(self, who: str) -> str | None:
        """Strike out a person, by key or pseudonym; their pseudonym, None where nobody is called so."""
        for name, row in self._rows.items():
            if who in (name, row[1]):
                del self._rows[name]
                self.keep()
                return name
        return None

    def keep(self) -> None:
        """Write the table, for its owner's eyes."""
        text = io.StringIO(newline="")
        rows = [HEADING, [SECRET, self._secret, "", "", ""], *sorted(self._rows.values())]
        csv.writer(text, lineterminator="\n").writerows(rows)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
            write_file(self.path, text.getvalue().encode())
            self.path.chmod(0o600)
        except OSError as error:
            problem = problem_of(error)
            raise UsageError(say("{path} cannot be written: {problem}.", path=self.path, problem=problem)) from None

    def _read(self) -> None:
        if not self.path.exists():
            return
        try:
            rows = list(csv.reader(io.StringIO(self.path.read_text(encoding="utf-8"), newline="")))
        except (OSError, UnicodeDecodeError):
            rows = []
        if len(rows) < 2 or rows[0] != HEADING or rows[1][0] != SECRET or any(len(row) != 5 for row in rows):
            raise UsageError(
                say("{path} is no key of pseudonyms.", path=self.path),
                say("Give the file that an earlier run wrote, or a path where there is none yet."),
            )
        self._secret = rows[1][1]
        self._rows = {row[0]: row for row in rows[2:]}


class VeiledIntake:
    """An intake whose learners have pseudonyms; what was handed in names nobody of the class."""

    def __init__(self, intake: Intake, key: KeyFile, protected: Iterable[str]) -> None:
        self._intake = intake
        told = {**intake.students, **(intake.absent or {})}
        self._names = {who: key.pseudonym(who, each) for who, each in told.items()}
        for old in (*intake.adoptions, *intake.successors):
            self._names.setdefault(old, key.pseudonym(old))
        self._key = key
        self._scrubber = key.scrubber(protected)
        key.keep()
        self.students = {self._names[who]: self._veiled(who, each) for who, each in intake.students.items()}
        absent = intake.absent
        self.absent: Mapping[str, Student] | None = (
            None if absent is None else {self._names[who]: self._veiled(who, each) for who, each in absent.items()}
        )
        self.adoptions = {self._names[old]: self._name(new) for old, new in intake.adoptions.items()}
        self.successors: dict[str, str] = {}
        self.corrections: dict[str, str] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was not used, without saying whose it was: the terminal says that, once."""
        return tuple(dict.fromkeys(self._note(each) for each in self._intake.notes))

    def batches(self) -> Iterator[list[Arrival]]:
        """The files, each under its learner's pseudonym and without a path."""
        for arrivals in self._intake.batches():
            yield [self._arrival(each) for each in arrivals]

    def forget(self) -> None:
        """Let go of everybody."""
        self._intake.forget()

    def _name(self, who: str) -> str:
        return self._names.setdefault(who, self._key.pseudonym(who))

    def _veiled(self, who: str, student: Student) -> Student:
        name = self._names[who]
        return Student(id=name, name=name, is_disputed=student.is_disputed)

    def _arrival(self, each: Arrival) -> Arrival:
        content = self._scrubber.content(each.content)
        return msgspec.structs.replace(
            each, learner=self._name(each.learner), content=content, sha256=sha256(content).hexdigest(), origin=""
        )

    def _note(self, note: Note) -> Note:
        known = next((name for who, name in self._names.items() if who in (note.subject, _id_in(note.subject))), None)
        reason = Text({code: self._scrubber.text(told) for code, told in note.reason.items()})
        return Note(note.kind, known or self._key.label(f"{note.kind}: {note.subject}"), reason)


def _id_in(subject: str) -> str:
    """The id of "García, José (u0007)"."""
    return subject.rpartition("(")[2].removesuffix(")")
