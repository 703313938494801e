"""A name as one of the systems writes it becomes a claim: Moodle, Canvas, Blackboard, nbgrader's exchange."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from grader.exports.gradebook import Student
from grader.exports.identity import Claim
from grader.exports.spellings import plain

_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)", re.DOTALL
)
_MOODLE_MARK = re.compile(r"_assignsubmission_(?:file|onlinetext)_?")
_CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<upload>\d{3,})_(?P<file>.+)", re.DOTALL)
_CANVAS_NUMBERS = re.compile(r"(?:^|_)\d+_\d{3,}_")
_CANVAS_TYPED = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>(?:text|link)\.html)")
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<early>LATE_)?anon_(?P<name>[A-Za-z0-9]+)(?P<late>_LATE)?_(?:(?P<upload>\d+)_)?(?P<file>.+)", re.DOTALL
)
_MOMENT = r"\d{4}(?:-\d\d){5}"
_BLACKBOARD = re.compile(
    rf"(?P<user>.+?)_attempt_(?P<moment>{_MOMENT})(?:_(?P<file>.+)|(?P<receipt>\.txt))?", re.DOTALL
)
_NBGRADER = re.compile(
    r"(?P<user>[^+]+)\+(?P<task>[^+]+)\+(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? \w+(?:\+.*)?"
)
# What Moodle calls somebody whose name it hides, in its own translations: en, es, pt, ca, gl, fr, it, de, nl, eu.
_HIDDEN = frozenset(
    ["participant", "participante", "participe", "partecipante", "teilnehmer in", "teilnehmer", "deelnemer",
     "parte hartzailea", "utilisateur anonyme", "usuario anonimo"]
)  # fmt: skip
_GROUP_WORDS = frozenset(
    ["group", "grupo", "grup", "groupe", "gruppe", "gruppo", "groep", "taldea", "team", "equipo", "equip", "equipe"]
)

Pattern = Callable[[str, str | None], Claim | None]
"""Gives the claim of a name, and of the file in it where the name is a folder's; None where it does not fit."""


def moodle(part: str, file: str | None) -> Claim | None:
    """``Full Name_40031_assignsubmission_file_…``; under blind marking ``Participant_51001_…``."""
    found = _MOODLE.fullmatch(part)
    if found is None:
        return None
    name, number = found["name"].strip(), found["id"] or ""
    if len(_MOODLE_MARK.findall(part)) > 1:
        return _unclear(part, file)
    own = file or found["rest"] or part
    if plain(name) in _HIDDEN and number:
        key = f"{name} {number}"
        return Claim(key=key, who=Student(id=key, moodle_id=number), file=own)
    if is_called_a_group(name):
        # The number is the group's, and may be some participant's too.
        return Claim(key=name, who=Student(id=name, name=name), group=name, file=own)
    key = f"{name} ({number})" if number else name
    return Claim(key=key, who=Student(id=key, name=name, moodle_id=number), file=own)


def canvas(part: str, file: str | None) -> Claim | None:
    """``garciajose_LATE_777_40001_adam_step-1.py``, a typed answer's ``…_text.html``, or an anonymous one's."""
    if found := _CANVAS_ANONYMOUS.fullmatch(part):
        key = f"anon {found['name']}"
        is_late = bool(found["early"] or found["late"])
        return Claim(key=key, who=Student(id=key), file=file or found["file"], late=is_late)
    found = _CANVAS.fullmatch(part) or _CANVAS_TYPED.fullmatch(part)
    if found is None:
        return None
    if _CANVAS_NUMBERS.search(found["file"]):
        return _unclear(part, file)
    key = f"{found['name']} {found['user']}"
    student = Student(id=key, name=found["name"], canvas_id=found["user"])
    return Claim(key=key, who=student, file=file or found["file"], late=bool(found["late"]))


def blackboard(part: str, file: str | None) -> Claim | None:
    """``Task_b1001_attempt_2026-11-20-23-15-02_adam_step.py``, and the receipt beside it.

    Where the task's name ends and the login begins, only all the names together tell: here the login is both.
    """
    found = _BLACKBOARD.fullmatch(part)
    if found is None:
        return None
    user = found["user"]
    own = file or found["file"] or f"receipt{found['receipt'] or ''}"
    moment = _read(found["moment"], "%Y-%m-%d-%H-%M-%S")
    local = None if moment is None else moment.astimezone()
    return Claim(key=user, who=Student(id=user, login=user), guesses=(user,), file=own, submitted_at=local)


def nbgrader(part: str, file: str | None) -> Claim | None:
    """``user+assignment+2026-11-20 23:15:02.123456 UTC``, a folder of nbgrader's exchange."""
    found = _NBGRADER.fullmatch(part)
    if found is None or file is None:
        return None
    user = found["user"]
    moment = _read(found["moment"], "%Y-%m-%d %H:%M:%S")
    utc = None if moment is None else moment.replace(tzinfo=UTC)
    return Claim(key=user, who=Student(id=user, login=user), guesses=(user,), file=file, submitted_at=utc)


PATTERNS: dict[str, Pattern] = {"moodle": moodle, "canvas": canvas, "blackboard": blackboard, "nbgrader": nbgrader}
"""Each system and how it names what it lets an instructor download; one that fits most of a folder's names is its."""


def _unclear(part: str, file: str | None) -> Claim:
    """A name that says twice whose it is, once in the words of whoever chose a name for themselves or their file."""
    return Claim(key=part, who=Student(id=part), file=file or part, is_unclear=True)


def is_called_a_group(name: str) -> bool:
    """Whether a name begins, or ends, as systems call groups that nobody gave a name: "Grupo A", "Default group"."""
    words = plain(name).split()
    return bool(words) and (words[0] in _GROUP_WORDS or words[-1] in _GROUP_WORDS)


def _read(moment: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(moment, form)
    except ValueError:
        return None
