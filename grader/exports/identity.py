"""Whose work it is: a claim becomes the one person it fits, or nobody, with the reason. The rule stands here alone.

Keys of a person, strongest first: what an instructor said by hand; a system's own number (Canvas's, a participant's
in Moodle), the e-mail, an id or a login; the name as it is written, then without accents in its order, then its words
in any order, with which the part of an e-mail before the @ ranks. A key decides only where no other key that the claim
and the person both have contradicts it; a name contradicts nothing. Two numbers of one assignment are two people,
whatever their names. Where keys disagree, or several people fit alike, the work is credited to nobody of the roster: it
is graded under its own name and listed, and can be matched by hand. What is read from a download, and what is written
to another system's rows, go by this one rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.exports.spellings import as_written, folded, in_order, plain, spellings
from grader.locale import say
from grader.text import Text


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who a path says it belongs to; `key` is what to call them where nobody knows better.

    `who` holds what the path tells of them, each under the name of the `Student` field it must equal; `guesses` may
    equal any of a student's own ids. `download` tells one assignment's files from another's: a participant's number
    holds within it. `group` is the team that handed it in together. `file` is the name the learner gave the file.
    `is_unclear` says that the name can be read in two ways, since part of it may be the learner's own words.
    """

    key: str
    who: Student
    guesses: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    group: str = ""
    file: str
    is_unclear: bool = False
    late: bool | None = None
    submitted_at: datetime | None = None


class Settled(msgspec.Struct, frozen=True):
    """What became of a claim: the student it fits, if any, and otherwise why it fits none.

    `is_contradicted` where a key spoke for somebody and another against; `is_disputed` where both were stronger than a
    name, so that nobody knows whose the claim's keys are.
    """

    student: Student | None
    why: Text | None = None
    by_name: bool = False
    is_contradicted: bool = False
    is_disputed: bool = False


class Roster:
    """Students, to be found by what a claim says of them; `matches` are the claims' keys an instructor has settled."""

    def __init__(self, students: Iterable[Student], matches: Mapping[str, str] | None = None) -> None:
        self.students = list(students)
        self._students = {each.id: each for each in self.students}
        self._matches = {folded(claim): self._matched(claim, who) for claim, who in (matches or {}).items()}
        self._by_canvas = _index(self.students, lambda each: [each.canvas_id])
        self._by_moodle = _index(self.students, lambda each: [each.moodle_id])
        self._by_email = _index(self.students, lambda each: [folded(each.email)])
        self._by_id = _index(self.students, _ids)
        self._by_local_part = _index(self.students, lambda each: [_local_part(each)])
        self._by_name = [
            _index(self.students, lambda each: [as_written(each.name)]),
            _index(self.students, lambda each: [in_order(each.name)]),
            _index(self.students, lambda each: spellings(each.name)),
        ]
        self._by_group = _index(self.students, lambda each: map(plain, groups_of(each)))

    def settle(self, claims: Iterable[Claim]) -> dict[str, Settled]:
        """Each claim's person, by the claim's key; a person whom two claims of one download fit by name has neither."""
        first = {claim.key: claim for claim in claims}
        found = {key: self.find(claim) for key, claim in first.items()}
        rivals: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for key, settled in found.items():
            # What a group hands in is each member's besides their own.
            if settled.student is not None and not first[key].group:
                rivals[settled.student.id, first[key].download].append(key)
        for (student, _), keys in rivals.items():
            for key in keys if len(keys) > 1 else ():
                if found[key].by_name:
                    others = ", ".join(other for other in keys if other != key)
                    found[key] = Settled(
                        None,
                        say(
                            "it has the name of {student}, and so has {others}: two people of one name are not one",
                            student=student,
                            others=others,
                        ),
                    )
        return found

    def find(self, claim: Claim) -> Settled:
        """The one student a claim fits, or why it fits none."""
        if self.is_matched(claim):
            return Settled(self._matches[folded(claim.key)])
        if claim.is_unclear:
            return Settled(None, say("its name can be read as that of two people"))
        return self._fitting(claim)

    def _fitting(self, claim: Claim) -> Settled:
        strong = self._strong(claim)
        if len(strong) > 1:
            return Settled(
                None,
                say("its keys belong to different people: {who}", who=self._called(strong)),
                is_contradicted=True,
                is_disputed=True,
            )
        if strong:
            return self._unless_contradicted(claim, self._students[strong.pop()])
        named = {who for who in self._named(claim) if not contradicts(claim.who, self._students[who])}
        if len(named) == 1:
            return Settled(self._students[named.pop()], by_name=True)
        if named:
            return Settled(None, say("several people of the roster have this name: {who}", who=self._called(named)))
        return Settled(None, self._why_nobody(claim), is_contradicted=bool(self._named(claim)))

    def is_matched(self, claim: Claim) -> bool:
        """Whether an instructor has said whose this is."""
        return folded(claim.key) in self._matches

    def knows(self, name: str) -> bool:
        """Whether a student is called so, or has this for an id."""
        claim = Claim(key=name, who=Student(id=name, name=name), guesses=(name,), file="")
        return bool(self._strong(claim) or self._named(claim))

    def knows_id(self, word: str) -> bool:
        """Whether a student has this for an id or a login."""
        return folded(word) in self._by_id

    def number_of(self, student: str) -> str:
        """The number that a student has in the assignment whose worksheet the roster is, if it is one."""
        return self._students[student].moodle_id if student in self._students else ""

    def label(self, claim: Claim) -> str:
        """What to call a claim that fits nobody: its key, unless that is what somebody of the roster is called by."""
        return f"{claim.key} (?)" if self.knows_id(claim.key) or claim.key in self._students else claim.key

    def group(self, name: str) -> list[Student]:
        """Who is in the group of this name, in the roster's order."""
        return [each for each in self.students if each.id in self._by_group.get(plain(name), set())]

    def group_written_together(self, name: str) -> list[Student]:
        """Who is in the group whose name is this one without its spaces, as Canvas writes it."""
        together = {group for group in self._by_group if group.replace(" ", "") == plain(name).replace(" ", "")}
        return self.group(together.pop()) if len(together) == 1 else []

    def _strong(self, claim: Claim) -> set[str]:
        """Everybody whom one of the claim's numbers, addresses and ids belongs to."""
        who = claim.who
        ids = [self._by_id.get(folded(guess), set()) for guess in (*claim.guesses, who.login, who.sis_id)]
        addresses = [self._by_email.get(folded(each), set()) for each in (who.email, *claim.guesses)]
        numbers = [self._by_canvas.get(who.canvas_id, set()), self._by_moodle.get(who.moodle_id, set())]
        return set().union(*ids, *addresses, *numbers)

    def _unless_contradicted(self, claim: Claim, student: Student) -> Settled:
        # A participant's number holds for one assignment: of another one it says nothing against an id.
        if contradicts(msgspec.structs.replace(claim.who, moodle_id=""), student):
            who = _called(student)
            return Settled(
                None,
                say("one of its keys is that of {who}, and another contradicts it", who=who),
                is_contradicted=True,
                is_disputed=True,
            )
        return Settled(student)

    def _named(self, claim: Claim) -> set[str]:
        """Who has this name as it is written; where nobody has, in its order; where nobody has, in any."""
        name = claim.who.name
        keys: list[Iterable[str]] = [[as_written(name)], [in_order(name)], spellings(name)]
        mailed = set().union(*(self._by_local_part.get(folded(guess), set()) for guess in claim.guesses))
        for index, wanted in zip(self._by_name, keys, strict=True):
            if found := set().union(*(index.get(key, set()) for key in wanted)):
                return found | mailed
        return mailed

    def _why_nobody(self, claim: Claim) -> Text:
        against = [self._students[who] for who in self._named(claim)]
        if against:
            who = ", ".join(_called(each) for each in against)
            return say("its name is that of {who}, and another key contradicts it", who=who)
        near = self._nearest(claim)
        if near is not None:
            return say(
                "the roster has nobody of this name or id; the nearest is {name} ({id}), if it is the same person",
                name=near.name,
                id=near.id,
            )
        return say("the roster has nobody of this name or id; it is graded under its own name")

    def _nearest(self, claim: Claim) -> Student | None:
        """The one student whose name has every word of the claim's, or the other way round: worth a second look."""
        words = set(plain(claim.who.name or claim.key).split())
        near = [each for each in self.students if words and (words <= _words(each) or words >= _words(each) != set())]
        return near[0] if len(near) == 1 else None

    def _called(self, ids: Iterable[str]) -> str:
        return ", ".join(_called(self._students[who]) for who in sorted(ids))

    def _matched(self, claim: str, who: str) -> Student | None:
        if who and who not in self._students:
            raise UsageError(
                say("{claim} is matched with {who}, and the roster has nobody of this id.", claim=claim, who=who),
                say("Matches name a student by the roster's id; an empty one leaves the work under its own name."),
            )
        return self._students.get(who)


def contradicts(claimed: Student, student: Student) -> bool:
    """Whether a claim and a student both have a key of one kind, and not the same."""
    pairs = [
        (claimed.canvas_id, {student.canvas_id}),
        (folded(claimed.email), {folded(student.email)}),
        (claimed.moodle_id, {student.moodle_id}),
        (folded(claimed.login), set(_ids(student)) if student.login else set()),
        (folded(claimed.sis_id), _school_ids(student)),
    ]
    return any(mine and theirs - {""} and mine not in theirs for mine, theirs in pairs)


def told_apart(claims: Iterable[Claim]) -> list[Claim]:
    """The claims, those of one key that cannot be one person under keys of their own."""
    everyone = list(claims)
    whose: defaultdict[str, list[Student]] = defaultdict(list)
    for claim in everyone:
        if claim.who not in whose[claim.key]:
            whose[claim.key].append(claim.who)
    parted = {
        key
        for key, people in whose.items()
        if len(people) > 1 and any(contradicts(one, other) or contradicts(other, one)
                                   for place, one in enumerate(people) for other in people[:place])
    }  # fmt: skip
    return [
        msgspec.structs.replace(claim, key=f"{claim.key} ({_further(claim.who)})") if claim.key in parted else claim
        for claim in everyone
    ]


def _further(who: Student) -> str:
    told = (who.email, who.canvas_id, who.moodle_id, who.sis_id, who.login, who.name)
    return ", ".join(dict.fromkeys(each for each in told if each and each != who.id))


def _ids(student: Student) -> list[str]:
    return [folded(key) for key in (student.id, student.login, student.sis_id)]


def _school_ids(student: Student) -> set[str]:
    """The school's own number: an id that only repeats another key, where the roster has no column of ids, is none."""
    others = {folded(each) for each in (student.login, student.email, student.name, student.canvas_id)}
    own = {folded(student.id)} - others if not student.moodle_id or student.sis_id else set()
    return (own | {folded(student.sis_id)}) - {""}


def _local_part(student: Student) -> str:
    return folded(student.email.partition("@")[0])


def groups_of(student: Student) -> list[str]:
    """The groups that a roster's cell names."""
    return [name.strip() for name in re.split(r"[,;|]", student.group) if name.strip()]


def known_from(claim: Claim, student: Student | None, *, is_disputed: bool = False) -> Student:
    """The student with what the path told besides; without one, all that the path told, disputed or not."""
    if student is None:
        return msgspec.structs.replace(claim.who, is_disputed=is_disputed)
    told = {field: value for field in ("canvas_id", "moodle_id") if (value := getattr(claim.who, field))}
    return msgspec.structs.replace(student, **told)


def _called(student: Student) -> str:
    return f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id


def _words(student: Student) -> set[str]:
    return set(plain(student.name).split())


def _index(students: Iterable[Student], keys: Callable[[Student], Iterable[str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in students:
        for key in keys(each):
            if key:
                found[key].add(each.id)
    return dict(found)
