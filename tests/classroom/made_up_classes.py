"""Classes that nobody is in: people with like names, a roster that knows some of them, a download of one system's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st

LOGINS = ("ana", "ana-g", "x-ana", "ben", "b.en", "b-en", "eva", "hw-ben")
GIVEN, FAMILIES = ("Ana", "José", "Jose"), ("Ruiz", "García", "Ruiz García", "García Ruiz")


@dataclass(frozen=True)
class Person:
    """Somebody, by everything that any system could call them; what is empty nobody knows."""

    place: int
    name: str
    id: str
    email: str
    login: str
    canvas: str
    moodle: str

    def told(self, *kinds: str) -> dict[str, str]:
        """What a download of some system tells of them."""
        return {kind: getattr(self, kind) for kind in kinds}


@dataclass(frozen=True)
class Work:
    """One file: where it lies, what it holds, whose it is and what its path tells of them; `below` is their own."""

    path: str
    content: bytes
    whose: int
    told: dict[str, str]
    below: str = ""
    file: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Made:
    """A class: its roster's rows as they are written, the roster, the download and its list of submitters."""

    rows: list[Person]
    roster: str
    works: list[Work]
    extra: dict[str, bytes] = field(default_factory=dict)
    packed: bool = False

    def lay_out(self, folder: Path, more: dict[str, bytes] | None = None) -> Path:
        """Write the download, and `more` beside it; where it is."""
        files = {**{work.path: work.content for work in self.works}, **self.extra, **(more or {})}
        if self.packed:
            with zipfile.ZipFile(folder / "download.zip", "w") as archive:
                for name, content in files.items():
                    archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 23, 15, 0)), content)
            return folder / "download.zip"
        for name, content in files.items():
            path = folder / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / "class"


def _source(who: Person) -> bytes:
    return f"# person {who.place}\ndef adam_step(param):\n    return param\n".encode()


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """Two to five people, many of whom share a name, or have its words in another order."""
    logins = draw(st.lists(st.sampled_from(LOGINS), min_size=2, max_size=5, unique=True))
    found = []
    for place, login in enumerate(logins):
        name = f"{draw(st.sampled_from(GIVEN))} {draw(st.sampled_from(FAMILIES))}"
        who = Person(place, name, f"S{place}", f"{login}@x.edu", login, f"77{place}", f"4003{place}")
        found.append(who)
    return found


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


ROSTERS: dict[str, tuple[tuple[str, ...], Callable[[Person], list[str]], tuple[str, ...]]] = {
    "names": (("id", "name"), lambda who: [who.id, who.name], ("id", "name")),
    "mailed": (("id", "name", "email"), lambda who: [who.id, who.name, who.email], ("id", "name", "email")),
    "canvas": (
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Task (9)"),
        lambda who: [", ".join(reversed(who.name.split(" ", 1))), who.canvas, who.id, who.login, "A", ""],
        ("id", "name", "login", "canvas"),
    ),
    "worksheet": (
        ("Identifier", "Full name", "Email address", "Grade"),
        lambda who: [f"Participant {who.moodle}", who.name, who.email, ""],
        ("name", "email", "moodle"),
    ),
    "gradescope": (
        ("Name", "SID", "Email", "Role"),
        lambda who: [who.name, who.id, who.email, "Student"],
        ("id", "name", "email"),
    ),
    "classroom": (("identifier", "github_username"), lambda who: [who.id, who.login], ("id", "login")),
}


@st.composite
def rosters(draw: st.DrawFn, everybody: list[Person]) -> tuple[list[Person], str]:
    """Some of the people as one kind of roster writes them, a key of some of them wrong or another's."""
    kind = draw(st.sampled_from([None, *ROSTERS]))
    if kind is None:
        return [], ""
    heading, write, kept = ROSTERS[kind]
    blank = Person(0, "", "", "", "", "", "")
    rows = []
    for who in draw(st.lists(st.sampled_from(everybody), unique=True, min_size=1)):
        row = who
        if draw(st.integers(0, 3)) == 0:
            wrong = draw(st.sampled_from([key for key in kept if key != "id"]))
            other = draw(st.sampled_from([*everybody, replace(who, email="z@z.z", login="zz", canvas="9", moodle="9")]))
            row = replace(row, **{wrong: getattr(other, wrong)})
        rows.append(replace(blank, place=row.place, **row.told(*kept)))
    if kind == "worksheet":  # its addresses and numbers are its ids
        rows = list({row.email: row for row in rows}.values())
        rows = list({row.moodle: row for row in rows}.values())
    return rows, _written([list(heading), *map(write, rows)])


def _moodle(who: Person) -> Work:
    top = f"{who.name}_{who.moodle}_assignsubmission_file_"
    return Work(f"{top}/adam_step.py", _source(who), who.place, who.told("name", "moodle"), below=top)


def _moodle_flat(who: Person) -> Work:
    top = f"{who.name}_{who.moodle}_assignsubmission_file_"
    return Work(f"{top}adam_step.py", _source(who), who.place, who.told("name", "moodle"), file=lambda own: top + own)


def _blind(who: Person) -> Work:
    top = f"Participant_{who.moodle}_assignsubmission_file_"
    return Work(f"{top}/adam_step.py", _source(who), who.place, who.told("moodle"), below=top)


def _canvas(who: Person) -> Work:
    top = f"{who.name.replace(' ', '').lower()}_{who.canvas}_4000{who.place}_"
    return Work(f"{top}adam_step.py", _source(who), who.place, who.told("name", "canvas"), file=lambda own: top + own)


def _blackboard(who: Person) -> Work:
    top = f"Task_1_{who.login}_attempt_2026-11-20-23-15-0{who.place}_"
    return Work(f"{top}adam_step.py", _source(who), who.place, who.told("login"), file=lambda own: top + own)


def _exchange(who: Person) -> Work:
    top = f"{who.login}+ps1+2026-11-20 23:15:0{who.place}.123456 UTC"
    return Work(f"{top}/adam_step.py", _source(who), who.place, who.told("login"), below=top)


def _clone(who: Person) -> Work:
    top = f"adam-{who.login}"
    return Work(f"{top}/adam_step.py", _source(who), who.place, who.told("login"), below=top)


def _submission(who: Person) -> Work:
    top = f"submission_{who.place}"
    return Work(f"{top}/adam_step.py", _source(who), who.place, who.told("id", "email", "name"), below=top)


def _folder(who: Person) -> Work:
    return Work(f"{who.login}/adam_step.py", _source(who), who.place, {"free": who.login}, below=who.login)


def _archive(who: Person) -> Work:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("adam_step.py", _source(who))
    return Work(f"{who.login}.zip", packed.getvalue(), who.place, {"free": who.login})


LAYOUTS: dict[str, Callable[[Person], Work]] = {
    "moodle": _moodle,
    "moodle flat": _moodle_flat,
    "blind": _blind,
    "canvas": _canvas,
    "blackboard": _blackboard,
    "exchange": _exchange,
    "clones": _clone,
    "gradescope": _submission,
    "folders": _folder,
    "archives": _archive,
}


def _list_of(works: list[Work], draw: st.DrawFn) -> tuple[list[Work], dict[str, bytes]]:
    """Gradescope's list, in which some keys of some people are missing."""
    listed, told = {}, []
    for work in works:
        kept = {kind: value for kind, value in work.told.items() if kind == "name" or draw(st.integers(0, 3))}
        names = {"id": ":sid", "email": ":email", "name": ":name"}
        listed[work.below] = {":submitters": [{names[kind]: value for kind, value in kept.items()}]}
        told.append(replace(work, told=kept))
    # YAML reads JSON.
    return told, {"submission_metadata.yml": json.dumps(listed).encode()}


@st.composite
def classes(draw: st.DrawFn) -> Made:
    """A class that handed in something."""
    everybody = draw(people())
    rows, roster = draw(rosters(everybody))
    # Only Gradescope tells several keys that a roster may contradict.
    kind = draw(st.sampled_from([*sorted(LAYOUTS), "gradescope", "gradescope"]))
    handed_in = draw(st.lists(st.sampled_from(everybody), unique=True, min_size=2))
    works = [LAYOUTS[kind](who) for who in handed_in]
    extra: dict[str, bytes] = {}
    if kind == "gradescope":
        works, extra = _list_of(works, draw)
    elif kind == "clones":
        extra = {f"{work.below}/.git/HEAD": b"" for work in works}
    packed = kind != "clones" and draw(st.booleans())
    return Made(rows, roster, works, extra, packed)
