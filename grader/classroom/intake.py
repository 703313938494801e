"""A folder or an archive as instructors have it becomes submissions by learner, and notes on everything else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from grader.classroom.arrival import Arrival, Note, NoteKind
from grader.classroom.intake_archives import archive_entries, expanded
from grader.classroom.intake_entries import (
    METADATA,
    Caps,
    Entry,
    LargerRefusal,
    Refusal,
    Refuse,
    archive_ending,
    is_source,
    refuse,
)
from grader.classroom.intake_exercises import Expected, defined, folder_of_exercise, named
from grader.classroom.intake_folders import clone_names, folder_entries
from grader.classroom.intake_gradescope import gradescope_submitters
from grader.classroom.intake_layouts import Layout, Submitters, Surroundings
from grader.classroom.intake_layouts import Path as Parts
from grader.errors import SubmissionError, UsageError
from grader.exports.gradebook import Student
from grader.exports.identity import Claim, Roster, Settled, known_from, told_apart
from grader.exports.spellings import spoken_name
from grader.locale import say
from grader.notebook_cells import Handed, graded_content, read_bounded, searchable, searchable_beginning
from grader.text import Text


class _Claimed(msgspec.Struct, frozen=True):
    """A file and who is said to have handed it in."""

    entry: Entry
    claim: Claim


class Intake:
    """What a folder holds, learner by learner; files are read only as `batches` reaches them.

    `students` tells who the learners are, by key; `adoptions` maps what a learner would have been called without the
    roster to the key they have now, `successors` a key of earlier releases to today's, `corrections` a file that an
    instructor has given to somebody to that person. `absent` is who of the roster
    has no file here; None without a roster. `notes` is whole once `batches` has come to its end. `matches` are claims
    that an instructor settled, `times` when the roster says that a student handed in.
    """

    def __init__(
        self,
        root: Path,
        exercises: Iterable[Expected],
        roster: Iterable[Student] = (),
        caps: Caps | None = None,
        *,
        matches: Mapping[str, str] | None = None,
        times: Mapping[str, datetime] | None = None,
    ):
        self._caps = caps or Caps()
        self._exercises = tuple(exercises)
        self._roster = Roster(roster, matches)
        self._times = dict(times or {})
        self.successors: dict[str, str] = {}
        self.corrections: dict[str, str] = {}
        self._notes: dict[Note, None] = {}
        self._unreadable: set[Parts] = set()
        self.students: dict[str, Student] = {}
        self.adoptions: dict[str, str] = {}
        self.absent: dict[str, Student] | None = {} if self._roster.students else None
        self._claimed = self._by_learner(root)
        self._learners = len(self._claimed)
        self._note_missing()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was not used, and why."""
        return tuple(self._notes)

    @property
    def learners(self) -> int:
        """How many people files were found of."""
        return self._learners

    def batches(self, size: int = 200) -> Iterator[list[Arrival]]:
        """The files of `size` learners at a time, all of a learner together, attempts in order; once.

        What has been read is let go, so that a large class does not fill the memory while it is graded.
        """
        batch: list[Arrival] = []
        for place, learner in enumerate(sorted(self._claimed), 1):
            batch.extend(self._arrivals(learner, self._claimed.pop(learner)))
            if place % size == 0:
                yield batch
                batch = []
        if batch:
            yield batch

    def forget(self) -> None:
        """Let go of everybody, once the store knows them: the memory is wanted for hours of grading."""
        self._claimed.clear()
        self.students.clear()
        self.adoptions.clear()
        self.successors.clear()
        self.corrections.clear()
        self._notes.clear()

    def _by_learner(self, root: Path) -> dict[str, list[_Claimed]]:
        entries = list(expanded(_entries(root, self._caps, self._refused), self._caps, self._refused))
        layout = self._layout(root, entries)
        self._note_planted(layout, entries)
        found = [
            (entry, claim)
            for entry in entries
            if not self._is_the_courses(entry)
            for claim in self._claims(layout, entry)
        ]
        claims = told_apart(claim for _, claim in found)
        handed_in = [_Claimed(entry, claim) for (entry, _), claim in zip(found, claims, strict=True)]
        settled = self._roster.settle(each.claim for each in handed_in)
        claimed: defaultdict[str, list[_Claimed]] = defaultdict(list)
        useless: dict[str, str] = {}
        for each in handed_in:
            if is_source(each.entry.name):
                key = self._key(each.claim, settled)
                claimed[key].append(each)
                if self._roster.is_matched(each.claim):
                    self.corrections[each.entry.origin] = key
            elif _names_somebody(each.claim, each.entry):
                useless[each.claim.key] = each.entry.origin
        self._note_useless(useless, claimed)
        self._note_unknown(settled, {each.claim.key for each in handed_in if is_source(each.entry.name)})
        return dict(claimed)

    def _claims(self, layout: Layout, entry: Entry) -> list[Claim]:
        """Whose file this is, a group's members one by one; that it is nobody's is told."""
        found = layout.claims(entry)
        if not found and is_source(entry.name):
            self._refused(entry.origin, say("its path does not tell whose it is"))
        dated = [self._dated(claim, entry) for claim in found]
        return [member for claim in dated for member in self._members(claim)]

    def _dated(self, claim: Claim, entry: Entry) -> Claim:
        """A Moodle archive keeps the moment of each upload; in any other, learners say what a file's time is."""
        if claim.submitted_at is None and claim.who.moodle_id and entry.modified is not None:
            return msgspec.structs.replace(claim, submitted_at=entry.modified)
        return claim

    def _members(self, claim: Claim) -> list[Claim]:
        """The claim of each member, where a group handed it in and the roster says who is in it."""
        name = claim.group or claim.who.name or claim.key
        members = self._group(claim, name)
        if members:
            listed = ", ".join(map(spoken_name, members))
            self._note("group", name, say("handed in by a group; it counts for each of {who}", who=listed))
            return [
                msgspec.structs.replace(claim, key=each.id, who=Student(id=each.id), guesses=(each.id,), group=name)
                for each in members
            ]
        if claim.group and claim.group == claim.who.name:
            why = say("a group handed it in, and neither the roster nor the download says who is in it")
            self._note("group", name, why)
        elif claim.group:
            self._note("group", name, say("handed in by a group; it counts for each of {who}", who=name))
        return [claim]

    def _group(self, claim: Claim, name: str) -> list[Student]:
        """The group of this name; of Canvas's, only where who uploaded it is in it: a name may be anybody's."""
        if self._roster.knows(name):
            return []
        if not claim.who.canvas_id:
            return self._roster.group(name)
        uploader = self._roster.find(claim).student
        members = self._roster.group_written_together(name)
        return members if uploader in members else []

    def _layout(self, root: Path, entries: Sequence[Entry]) -> Layout:
        lists = {entry.parts[:-1]: entry for entry in entries if entry.name == METADATA}

        def submitters(place: Parts) -> Submitters:
            entry = lists.get(place)
            try:
                return {} if entry is None else gradescope_submitters(entry.read(self._caps.metadata_bytes))
            except Refusal as refusal:
                self._unreadable.add((*place, METADATA))
                self._refused("/".join((*place, METADATA)), refusal.reason)
                return {}

        def clones(place: Parts) -> frozenset[str]:
            return clone_names(root.joinpath(*place)) if root.is_dir() else frozenset()

        about = Surroundings(self._exercises, self._roster, clones, submitters)
        return Layout([entry.parts for entry in entries if not self._is_a_companion(entry)], about)

    def _key(self, claim: Claim, settled: Mapping[str, Settled]) -> str:
        student = settled[claim.key].student
        key = student.id if student else self._roster.label(claim)
        self.students[key] = known_from(claim, student, is_disputed=settled[claim.key].is_disputed)
        if student and student.id != claim.key and not self._roster.knows_id(claim.key):
            self.adoptions[claim.key] = student.id
        if claim.who.moodle_id and claim.who.name and not student:
            self.successors[claim.who.name] = key
        return key

    def _is_the_courses(self, entry: Entry) -> bool:
        return entry.name == METADATA or self._is_a_companion(entry)

    def _is_a_companion(self, entry: Entry) -> bool:
        return any(entry.name in each.companions for each in self._exercises)

    def _arrivals(self, learner: str, claimed: list[_Claimed]) -> list[Arrival]:
        files = sorted(claimed, key=self._order)
        limit = self._caps.files_of_learner
        if len(files) > limit:
            self._refused(learner, say("there are more than {number} files of this learner", number=limit))
        used = set(map(id, files[:limit]))
        # As they lie, so that an archive is unpacked once, however its files and those of others take turns.
        read = {id(each): list(self._read(learner, each)) for each in claimed if id(each) in used}
        return [arrival for each in files[:limit] for arrival in read[id(each)]]

    def _order(self, each: _Claimed) -> tuple[object, ...]:
        """Attempts by when they were handed in, then by folder and name as a person counts: 2 before 10."""
        moment = each.claim.submitted_at
        found = named(each.claim.file, self._exercises)
        folder = [_natural(part) for part in each.entry.parts[:-1]]
        return (
            moment.timestamp() if moment else 0.0,
            folder,
            found.copy if found else (-1, 0),
            _natural(each.entry.name),
        )

    def _read(self, learner: str, each: _Claimed) -> Iterator[Arrival]:
        try:
            handed_in = _handed_in(each.entry)
            found = self._answered(each, handed_in)
            contents = [graded_content(handed_in.content, one.entry_points, each.entry.name) for one in found]
        except Refusal as refusal:
            return self._refused(each.entry.origin, refusal.reason)
        for exercise, content in zip(found, contents, strict=True):
            yield Arrival(
                learner=learner,
                exercise=exercise.exercise,
                content=content,
                sha256=sha256(content).hexdigest(),
                submitted_at=each.claim.submitted_at or self._told_time(learner, each.claim),
                late=each.claim.late,
                origin=each.entry.origin,
            )

    def _told_time(self, learner: str, claim: Claim) -> datetime | None:
        """When the roster says that this learner handed in: a worksheet does so for the one assignment it is of."""
        number = self._roster.number_of(learner)
        is_of_it = not number or claim.group or number == claim.who.moodle_id
        return self._times.get(learner) if is_of_it else None

    def _answered(self, each: _Claimed, handed_in: Handed) -> list[Expected]:
        if found := named(each.claim.file, self._exercises):
            return [found.expected]
        try:
            source = _searched(handed_in, each.entry.name)
        except SubmissionError:
            refuse(say("it is not a notebook that can be read, and its name is not that of an exercise"))
        if several := defined(source, self._exercises):
            return several
        # A file called after its author, in a folder called after the exercise, needs to say no more.
        folder = next(
            filter(None, (folder_of_exercise(part, self._exercises) for part in each.entry.parts[-2::-1])), None
        )
        if folder and each.claim.key == each.claim.file.rpartition(".")[0].strip():
            return [folder]
        refuse(say("no exercise asks for a file of this name, and it defines none of their functions"))

    def _refused(self, path: str, reason: Text) -> None:
        self._note("refused", path, reason)

    def _note(self, kind: NoteKind, subject: str, reason: Text) -> None:
        self._notes[Note(kind, subject, reason)] = None

    def _note_planted(self, layout: Layout, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.name == METADATA and entry.parts not in layout.lists | self._unreadable:
                why = say("a list of submitters counts only at the root of a Gradescope export; this one moves nobody")
                self._refused(entry.origin, why)

    def _note_useless(self, useless: dict[str, str], claimed: Container[str | None]) -> None:
        reason = say("it is no Python file or notebook, and nothing else of this learner was found")
        for key, origin in useless.items():
            if key not in claimed and self.adoptions.get(key) not in claimed:
                self._refused(origin, reason)

    def _note_unknown(self, settled: Mapping[str, Settled], handed_in: Container[str]) -> None:
        for key in sorted(settled):
            why = settled[key].why
            if self._roster.students and why is not None and key in handed_in:
                self._note("unmatched_file", key, why)

    def _note_missing(self) -> None:
        for student in self._roster.students:
            if self.absent is not None and student.id not in self._claimed:
                self.absent[student.id] = student
                name = f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id
                self._note("unmatched_student", name, say("no file of this student was found"))


def _entries(root: Path, caps: Caps, told: Refuse) -> Iterator[Entry]:
    if root.is_dir():
        return folder_entries(root, caps, told)
    ending = archive_ending(root.name)
    if ending is None or not root.is_file():
        raise UsageError(
            say("{path} is neither a folder nor an archive of submissions.", path=root),
            say("Give the folder or the .zip that the course's system let you download."),
        )
    return archive_entries(lambda: root, ending, (), root.name, caps.of_whole_class(), told, dated=True)


def _handed_in(entry: Entry) -> Handed:
    def read(size: int) -> bytes:
        try:
            return entry.read(size - 1)
        except LargerRefusal as larger:
            return larger.beginning

    return read_bounded(read, entry.name)


def _searched(handed_in: Handed, name: str) -> str:
    is_whole = handed_in.content == handed_in.beginning
    return searchable(handed_in.content, name) if is_whole else searchable_beginning(handed_in.beginning)


def _names_somebody(claim: Claim, entry: Entry) -> bool:
    """Whether a folder, or a system's way of naming, says whose this is; a loose file's own name does not."""
    return len(entry.parts) > 1 or claim.file != entry.name


def _natural(name: str) -> tuple[tuple[bool, int, str], ...]:
    """A name so that numbers in it compare as numbers."""
    pieces = re.findall(r"\d{1,18}|\D+|\d", name.lower())
    return tuple((not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces)
