"""Whose work it is: a claim becomes the one person it fits, or nobody, with the reason. The rule stands here alone.

Keys of a person, strongest first: what an instructor said by hand; a system's own number (Canvas), the e-mail, an id or
a login; the number a participant has in one Moodle assignment; the name in its exact order; its words in any order.
A key decides only where no other key that the claim and the person both have contradicts it. Two numbers of one
assignment are two people, whatever their names. Where keys disagree, or several people fit alike, the work is credited
to nobody of the roster: it is graded under its own name and listed, and can be matched by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.locale import say
from grader.text import Text


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who a path says it belongs to; `key` is what to call them where nobody knows better.

    `who` holds what the path tells of them, each under the name of the `Student` field it must equal; `guesses` may
    equal any of a student's own ids. `download` tells one assignment's files from another's: a participant's number
    holds within it. `group` is the team that handed it in together. `file` is the name the learner gave the file.
    """

    key: str
    who: Student
    guesses: tuple[str, ...] = ()
    download: tuple[str, ...] = ()
    group: str = ""
    file: str
    late: bool | None = None
    submitted_at: datetime | None = None


class Settled(msgspec.Struct, frozen=True):
    """What became of a claim: the student it fits, if any, and otherwise why it fits none."""

    student: Student | None
    why: Text | None = None
    by_name: bool = False


def plain(words: str) -> str:
    """`words` in small letters without accents, its words separated by one space."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", bare))


class Roster:
    """Students, to be found by what a claim says of them; `matches` are the claims' keys an instructor has settled."""

    def __init__(self, students: Iterable[Student], matches: Mapping[str, str] | None = None) -> None:
        self.students = list(students)
        self._students = {each.id: each for each in self.students}
        self._matches = {plain(claim): self._matched(claim, who) for claim, who in (matches or {}).items()}
        self._by_canvas = _index(self.students, lambda each: [each.canvas_id])
        self._by_moodle = _index(self.students, lambda each: [each.moodle_id])
        self._by_email = _index(self.students, lambda each: [plain(each.email)])
        self._by_id = _index(self.students, lambda each: [plain(key) for key in (each.id, each.login, each.sis_id)])
        self._by_local_part = _index(self.students, lambda each: [plain(each.email.partition("@")[0])])
        self._by_exact_name = _index(self.students, lambda each: [in_order(each.name)])
        self._by_words = _index(self.students, lambda each: _spellings(each.name))
        self._by_group = _index(self.students, lambda each: map(plain, groups_of(each)))

    def settle(self, claims: Iterable[Claim]) -> dict[str, Settled]:
        """Each claim's person, by the claim's key; a person whom two claims of one download fit by name has neither."""
        first = {claim.key: claim for claim in claims}
        found = {key: self.find(claim) for key, claim in first.items()}
        rivals: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for key, settled in found.items():
            if settled.student is not None:
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
        if (matched := self._matches.get(plain(claim.key), "")) != "":
            return Settled(matched if isinstance(matched, Student) else None)
        strong = self._strong(claim)
        if len(strong) > 1:
            return Settled(None, say("its keys belong to different people: {who}", who=self._called(strong)))
        if strong:
            return Settled(self._students[strong.pop()])
        named = {who for who in self._named(claim.who.name) if not contradicts(claim.who, self._students[who])}
        if len(named) == 1:
            return Settled(self._students[named.pop()], by_name=True)
        if named:
            return Settled(None, say("several people of the roster have this name: {who}", who=self._called(named)))
        return Settled(None, self._why_nobody(claim))

    def knows(self, name: str) -> bool:
        """Whether a student is called so, or has this for an id."""
        claim = Claim(key=name, who=Student(id=name, name=name), guesses=(name,), file="")
        return bool(self._strong(claim) or self._named(name))

    def knows_id(self, word: str) -> bool:
        """Whether a student has this for an id or a login."""
        return plain(word) in self._by_id

    def group(self, name: str) -> list[Student]:
        """Who is in the group of this name, in the roster's order."""
        return [each for each in self.students if each.id in self._by_group.get(plain(name), set())]

    def group_written_together(self, name: str) -> list[Student]:
        """Who is in the group whose name is this one without its spaces, as Canvas writes it."""
        together = {group for group in self._by_group if group.replace(" ", "") == plain(name).replace(" ", "")}
        return self.group(together.pop()) if len(together) == 1 else []

    def _strong(self, claim: Claim) -> set[str]:
        """Whom the claim's numbers, addresses and ids belong to; a weaker kind is asked where a stronger is silent."""
        ids = [self._by_id.get(plain(guess), set()) for guess in (*claim.guesses, claim.who.login)]
        of_a_person = [
            self._by_canvas.get(claim.who.canvas_id, set()),
            self._by_email.get(plain(claim.who.email), set()),
            *ids,
        ]
        if found := set().union(*of_a_person):
            return found
        parts = [self._by_local_part.get(plain(guess), set()) for guess in claim.guesses]
        return set().union(*parts) or set(self._by_moodle.get(claim.who.moodle_id, set()))

    def _named(self, name: str) -> set[str]:
        """Who has this name in its exact order; where nobody has, in any."""
        if exact := self._by_exact_name.get(in_order(name)):
            return set(exact)
        return set().union(*(self._by_words.get(spelling, set()) for spelling in _spellings(name)))

    def _why_nobody(self, claim: Claim) -> Text:
        against = [self._students[who] for who in self._named(claim.who.name)]
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


def contradicts(one: Student, other: Student) -> bool:
    """Whether both have a key of one kind, and not the same."""
    pairs = [
        (one.canvas_id, other.canvas_id),
        (plain(one.email), plain(other.email)),
        (one.moodle_id, other.moodle_id),
        (plain(one.login), plain(other.login)),
    ]
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def groups_of(student: Student) -> list[str]:
    """The groups that a roster's cell names."""
    return [name.strip() for name in re.split(r"[,;|]", student.group) if name.strip()]


def in_order(name: str) -> str:
    """A name's words in the order in which it is said: "García López, José" is José García López."""
    family, comma, given = name.partition(",")
    return plain(f"{given} {family}" if comma else name)


def known_from(claim: Claim, student: Student | None) -> Student:
    """The student with what the path told besides; without one, all that the path told."""
    if student is None:
        return claim.who
    told = {field: value for field in ("canvas_id", "moodle_id") if (value := getattr(claim.who, field))}
    return msgspec.structs.replace(student, **told)


def _called(student: Student) -> str:
    return f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id


def _words(student: Student) -> set[str]:
    return set(plain(student.name).split())


def _spellings(name: str) -> set[str]:
    """What "García López, José" may be called: its words in any order, or all in one, as Canvas does."""
    words = plain(name).split()
    return {" ".join(sorted(words)), "".join(words)} - {""}


def _index(students: Iterable[Student], keys: Callable[[Student], Iterable[str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in students:
        for key in keys(each):
            if key:
                found[key].add(each.id)
    return dict(found)
