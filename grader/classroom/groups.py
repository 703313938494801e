"""A class's results become groups of learners who answer alike and whom no belief explains, largest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from grader.behaviour import Behaviour
from grader.classroom.group_notes import GroupNotes, class_of
from grader.classroom.rows import KeptResult
from grader.errors import UsageError
from grader.locale import say
from grader.results import Report
from grader.text import Text

SHOWN_DIGITS = 6


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Learners who answer alike; `now` are those whose last attempt does.

    `claim` is the check that fails first and `message` what it says; `form` is the nearest thing that is known of the
    error. `example` is one member's submission, by the fingerprint of its bytes.
    """

    id: str
    exercise: str
    number: int
    edition: str
    behaviour: Behaviour
    learners: tuple[str, ...]
    now: tuple[str, ...]
    submissions: int
    example: str
    claim: Text
    message: Text | None
    form: Text | None
    note: Text | None


class Grouping:
    """Takes results one by one and keeps of each what grouping needs."""

    def __init__(self) -> None:
        self._met: list[_Met] = []
        self._looks: dict[tuple[str, str, str], _Look] = {}
        self._last: dict[tuple[str, str], int] = {}

    def add(self, result: KeptResult) -> None:
        """One result; what is explained, or is right, only says that an earlier attempt is no longer the last."""
        submission = result.submission
        place = submission.learner, submission.exercise
        self._last[place] = max(self._last.get(place, 0), submission.attempt)
        for order, behaviour in enumerate(result.behaviours):
            met = _Met(
                exercise=submission.exercise,
                edition=class_of(result.edition),
                behaviour=behaviour,
                is_first=order == 0,
                learner=submission.learner,
                attempt=submission.attempt,
                submission=submission.id,
            )
            self._met.append(met)
            self._looks.setdefault((met.exercise, met.edition, _key(behaviour)), _look(result, behaviour))

    def groups(self, notes: GroupNotes) -> list[Group]:
        """The groups, largest first.

        What stands behind somebody's first wrong function is often why a later one is wrong: so that one makes no group
        of its own, and joins only where others have nothing else wrong before it.
        """
        together = _Together()
        for met in self._met:
            together.join(*((met.exercise, met.edition, met.behaviour.subject, *own) for own in _keys(met.behaviour)))
        sets: defaultdict[object, list[_Met]] = defaultdict(list)
        for met in self._met:
            place, digest = _keys(met.behaviour)[0]
            sets[together.root((met.exercise, met.edition, met.behaviour.subject, place, digest))].append(met)
        found = (self._group(members, notes) for members in sets.values() if any(one.is_first for one in members))
        return sorted(found, key=lambda group: (-len(group.learners), group.number, group.id))

    def _group(self, members: list[_Met], notes: GroupNotes) -> Group:
        first = min(members, key=lambda met: (not met.is_first, met.submission))
        look = self._looks[first.exercise, first.edition, _key(first.behaviour)]
        last = {one.learner for one in members if self._last[one.learner, one.exercise] == one.attempt}
        note = notes.find(first.exercise, first.edition, first.behaviour)
        return Group(
            id=f"{look.number}-{_key(first.behaviour)[:SHOWN_DIGITS]}",
            exercise=first.exercise,
            number=look.number,
            edition=first.edition,
            behaviour=first.behaviour,
            learners=tuple(sorted({one.learner for one in members})),
            now=tuple(sorted(last)),
            submissions=len({one.submission for one in members}),
            example=look.example,
            claim=look.claim,
            message=look.message,
            form=look.form,
            note=None if note is None else note.words,
        )


def groups_of(results: Iterable[KeptResult], notes: GroupNotes) -> list[Group]:
    """The groups of a whole class."""
    grouping = Grouping()
    for result in results:
        grouping.add(result)
    return grouping.groups(notes)


def chosen(groups: Iterable[Group], wanted: str) -> Group:
    """The group of this name, or of a longer one that begins so; raises UsageError where none or several are."""
    known = list(groups)
    found = [group for group in known if group.id == wanted] or [
        group for group in known if wanted and group.id.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(group.id for group in found[:5])
        raise UsageError(say("{wanted} may be any of these groups: {ids}.", wanted=wanted, ids=ids))
    raise UsageError(
        say("There is no group {wanted} in this class.", wanted=wanted), say("`grade note` alone lists the groups.")
    )


class _Met(NamedTuple):
    exercise: str
    edition: str
    behaviour: Behaviour
    is_first: bool
    learner: str
    attempt: int
    submission: int


class _Look(NamedTuple):
    number: int
    example: str
    claim: Text
    message: Text | None
    form: Text | None


class _Together:
    """Sets that grow together: each name leads to another of its set, and in the end to the one that stands for all."""

    def __init__(self) -> None:
        self._leads: dict[object, object] = {}

    def root(self, name: object) -> object:
        while (other := self._leads.setdefault(name, name)) != name:
            name = other
        return name

    def join(self, one: object, other: object) -> None:
        self._leads[self.root(one)] = self.root(other)


def _keys(behaviour: Behaviour) -> list[tuple[int, str]]:
    return list(enumerate(behaviour.answers))


def _key(behaviour: Behaviour) -> str:
    """What names a behaviour: the same in every term where it can be."""
    return (behaviour.lasting or behaviour.answers)[0]


def _look(result: KeptResult, behaviour: Behaviour) -> _Look:
    report = result.report
    check = next((check for check in report.checks if check.id == behaviour.check), report.checks[0])
    return _Look(report.exercise.number, result.submission.sha256, check.claim, check.message, _form(report, behaviour))


def _form(report: Report, behaviour: Behaviour) -> Text | None:
    """The form of the error, or else the part of it that a belief explains."""
    about = [
        found
        for found in report.diagnosis
        if found.kind != "note"
        and (not found.evidence or any(one.entry_point in behaviour.subject.split(", ") for one in found.evidence))
    ]
    forms = [found.summary for found in about if found.summary is not None]
    parts = [belief.belief for found in about if found.partial for belief in found.beliefs]
    return next(iter([*forms, *parts]), None)
