"""Made-up classes in every layout, with every roster: no grade goes to somebody whose keys contradict the claim.

`GRADE_CLASSES` says how many classes of each kind are made up; `.ci/run` tries two thousand.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.classroom.arrival import Arrival
from grader.classroom.intake import Intake
from grader.classroom.intake_exercises import Expected
from grader.classroom.intake_roster import read_roster
from grader.exports.formats import moodle_worksheet
from grader.exports.gradebook import Column, Grade, Gradebook
from grader.exports.spellings import in_order, plain
from grader.results import Outcome
from grader.text import Text

ADAM = Expected(exercise="adam_step", number=3, file="adam_step.py", entry_points=("adam_step",))
SGD = Expected(exercise="sgd_step", number=2, file="sgd_step.py", entry_points=("sgd_step",))
CLASSES = int(os.environ.get("GRADE_CLASSES", "120"))
TRIED = settings(
    max_examples=CLASSES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, print_blob=False
)

GIVEN = ("Ana", "José", "Itziar", "Mar")
FAMILY = ("García", "López", "Vázquez", "Ruiz")
LAYOUTS = (
    "moodle", "moodle-flat", "blind", "canvas", "anonymous", "gradescope", "ids", "names", "clones", "blackboard",
    "nbgrader",
)  # fmt: skip
ROSTERS = ("none", "names", "ids", "emails", "canvas", "worksheet", "classroom", "partial")


class Person:
    """Somebody with every key that a system may know them by; names repeat, keys do not."""

    def __init__(self, number: int, given: str, family: tuple[str, str]) -> None:
        self.number = number
        self.name = f"{given} {family[0]} {family[1]}"
        self.id, self.login = f"S{100 + number}", f"u{number}x"
        self.email = f"{self.login}@x.edu"
        self.canvas, self.moodle = str(7000 + number), str(40_000 + number)

    @property
    def content(self) -> bytes:
        return b"# %d\n" % self.number


@st.composite
def classes(draw: st.DrawFn) -> list[Person]:
    """Two to seven people; equal names and swapped surnames are usual among them."""
    names = st.tuples(st.sampled_from(GIVEN), st.tuples(st.sampled_from(FAMILY), st.sampled_from(FAMILY)))
    drawn = draw(st.lists(names, min_size=2, max_size=7))
    return [Person(number, given, family) for number, (given, family) in enumerate(drawn)]


def place_of(person: Person, layout: str, file: str = "adam_step.py") -> str:
    """Where a system puts a file of this person's."""
    squeezed = plain(person.name).replace(" ", "")
    return {
        "moodle": f"{person.name}_{person.moodle}_assignsubmission_file_/{file}",
        "moodle-flat": f"{person.name}_{person.moodle}_assignsubmission_file_{file}",
        "blind": f"Participant_{person.moodle}_assignsubmission_file_/{file}",
        "canvas": f"{squeezed}_{person.canvas}_90{person.number:03}_{file}",
        "anonymous": f"anon_x{person.canvas}_90{person.number:03}_{file}",
        "gradescope": f"submission_{person.number}/{file}",
        "ids": f"{person.id}/{file}",
        "names": f"{person.name}/{file}",
        "clones": f"hw-1-{person.login}/{file}",
        "blackboard": f"Adam_{person.login}_attempt_2026-11-20-23-15-{person.number:02}_{file}",
        "nbgrader": f"{person.login}+ps1+2026-11-20 23:15:0{person.number}.000001 UTC/{file}",
    }[layout]


def keys_of(person: Person, layout: str) -> dict[str, str]:
    """What the place says of the person: the keys that a roster's row may contradict."""
    known = {
        "moodle": {"name": person.name, "moodle": person.moodle},
        "moodle-flat": {"name": person.name, "moodle": person.moodle},
        "blind": {"moodle": person.moodle},
        "canvas": {"canvas": person.canvas},
        "anonymous": {},
        "gradescope": {"name": person.name, "email": person.email, "id": person.id},
        "ids": {"id": person.id},
        "names": {"name": person.name},
        "clones": {"login": person.login},
        "blackboard": {"login": person.login},
        "nbgrader": {"login": person.login},
    }
    return known[layout]


def roster_of(people: Iterable[Person], kind: str) -> tuple[str, dict[str, dict[str, str]]]:
    """A roster as a file, and the keys of each of its rows by the id that the row has."""
    columns = {
        "names": {"id": "id", "name": "name"},
        "ids": {"id": "id", "login": "username"},
        "emails": {"name": "name", "email": "email"},
        "canvas": {"name": "Student", "canvas": "ID", "id": "SIS User ID", "login": "SIS Login ID"},
        "worksheet": {"moodle": "Identifier", "name": "Full name", "email": "Email address"},
        "classroom": {"id": "identifier", "login": "github_username"},
        "partial": {"id": "id", "name": "name", "email": "email", "login": "username"},
    }[kind]
    rows, known = [], {}
    for person in people:
        keys = {"id": person.id, "name": person.name, "email": person.email, "login": person.login,
                "canvas": person.canvas, "moodle": person.moodle}  # fmt: skip
        told = {key: keys[key] for key in columns}
        own = person.id if "id" in columns else person.email
        known[own] = told
        rows.append([f"Participant {told[key]}" if key == "moodle" else told[key] for key in columns])
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(columns.values()), *rows])
    return text.getvalue(), known


def metadata_of(people: Iterable[Person]) -> str:
    return "".join(
        f"submission_{each.number}:\n  :submitters:\n  - :name: {each.name}\n    :sid: {each.id}\n"
        f"    :email: {each.email}\n  :created_at: 2026-11-20 12:00:0{each.number} Z\n"
        for each in people
    )


def taken(files: dict[str, bytes], roster: str = "") -> tuple[list[Arrival], Intake]:
    """The arrivals of files laid out in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        intake = Intake(Path(folder), (ADAM, SGD), read_roster(roster.encode(), "r.csv") if roster else ())
        return [each for batch in intake.batches() for each in batch], intake


def laid_out(people: Iterable[Person], layout: str) -> dict[str, bytes]:
    """What the instructor has of these people."""
    files = {place_of(each, layout): each.content for each in people}
    if layout == "gradescope":
        files["submission_metadata.yml"] = metadata_of(people).encode()
    if layout == "clones":
        files |= {f"hw-1-{each.login}/.git/HEAD": b"" for each in people}
    return files


@TRIED
@given(classes(), st.sampled_from(LAYOUTS), st.sampled_from(ROSTERS), st.data())
def test_nobody_is_credited_against_their_keys_and_nothing_is_unlisted(
    people: list[Person], layout: str, kind: str, data: st.DataObject
) -> None:
    by_place = {place_of(each, layout): each for each in people}  # namesakes cannot have one folder each
    there = list(by_place.values())
    listed = people if kind != "partial" else data.draw(st.lists(st.sampled_from(people), unique=True))
    roster, rows = ("", {}) if kind == "none" or not listed else roster_of(listed, kind)
    files = laid_out(there, layout)
    arrivals, intake = taken(files, roster)
    owners = {each.content: each for each in people}
    sources = {name for name in files if name.endswith(".py")}
    assert {each.origin for each in arrivals} | {note.subject for note in intake.notes} >= sources
    for arrival in arrivals:
        owner = owners[arrival.content]
        told = keys_of(owner, layout)
        row = rows.get(arrival.learner, {})
        assert all(row[key] == told[key] for key in row.keys() & told.keys() - {"name"}), (layout, kind)
        if "name" in row and "name" in told:
            assert sorted(plain(row["name"]).split()) == sorted(plain(told["name"]).split())
            exact = [each for each in listed if in_order(each.name) == in_order(owner.name)]
            if owner in listed and len(exact) == 1:
                assert row["name"] == owner.name
    found = Counter(arrival.learner for arrival in arrivals)
    assert set(found.values()) <= {1}, "two people are one learner"


@TRIED
@given(classes(), st.sampled_from(["moodle", "moodle-flat", "blind"]), st.sampled_from(ROSTERS), st.data())
def test_a_worksheet_gets_each_grade_in_its_own_row_or_in_none(
    people: list[Person], layout: str, kind: str, data: st.DataObject
) -> None:
    listed = people if kind != "partial" else data.draw(st.lists(st.sampled_from(people), unique=True))
    roster = "" if kind == "none" or not listed else roster_of(listed, kind)[0]
    arrivals, intake = taken(laid_out(people, layout), roster)
    column = Column(exercise="adam_step", title=Text({"en": "Adam", "es": "Adam"}), max_points=20)
    grades = [
        Grade(student=each.learner, exercise="adam_step", points=1.0 + int(each.content[2:]), max_points=20,
              outcome=Outcome.FAILED)
        for each in arrivals
    ]  # fmt: skip
    book = Gradebook([column], [who for key, who in intake.students.items()], _called(grades, intake))
    text = io.StringIO(newline="")
    order = data.draw(st.permutations(people))
    csv.writer(text).writerows(
        [["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Feedback comments"]]
        + [[f"Participant {each.moodle}", each.name, each.email, "", "", "20.00", ""] for each in order]
    )
    written = moodle_worksheet.fill(text.getvalue().encode(), book, "adam_step", "en")
    for row in csv.DictReader(io.StringIO(written.content.decode(), newline="")):
        owner = next(each for each in people if f"Participant {each.moodle}" == row["Identifier"])
        assert row["Grade"] in ("", str(owner.number + 1))


def _called(grades: list[Grade], intake: Intake) -> list[Grade]:
    import msgspec

    ids = {key: who.id for key, who in intake.students.items()}
    return [msgspec.structs.replace(each, student=ids[each.student]) for each in grades]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


PLANTS = ("folder", "files", "metadata", "archive", "archived metadata", "roster name", "login")


@TRIED
@given(classes(), st.sampled_from(LAYOUTS), st.sampled_from(ROSTERS), st.data())
def test_what_a_learner_plants_in_what_is_theirs_changes_nobody_elses_work(
    people: list[Person], layout: str, kind: str, data: st.DataObject
) -> None:
    there = list({place_of(each, layout): each for each in people}.values())
    roster = "" if kind in ("none", "partial") else roster_of(people, kind)[0]
    files = laid_out(there, layout)
    evil = data.draw(st.sampled_from(there))
    own = place_of(evil, layout).rpartition("/")[0]
    base = f"{own}/" if own else ""
    planted = dict(files)
    for plant in data.draw(st.lists(st.sampled_from(PLANTS), min_size=1, max_size=4)):
        victim, other = data.draw(st.sampled_from(people)), data.draw(st.sampled_from(LAYOUTS))
        fake = {place_of(victim, other): evil.content}
        forged = {
            "submission_metadata.yml": metadata_of(people).encode(),
            f"submission_{victim.number}/adam_step.py": b"x",
        }
        if not own:
            # A flat name is the system's but for its end, which the learner chose.
            planted[place_of(evil, layout, place_of(victim, other).replace("/", "_"))] = evil.content
        elif plant == "folder":
            planted |= {base + name: content for name, content in fake.items()}
        elif plant == "files":
            planted[base + place_of(victim, "canvas")] = evil.content
        elif plant == "metadata":
            planted |= {base + name: content for name, content in forged.items()}
        elif plant == "archive":
            planted[f"{base}{victim.id}.zip"] = zipped(fake)
        elif plant == "archived metadata":
            planted[f"{base}work.zip"] = zipped(forged)
        elif plant == "roster name":
            planted[f"{base}{data.draw(st.sampled_from([victim.name, victim.id, victim.email]))}/adam_step.py"] = b"x"
        else:
            planted[f"{base}hw-1-{victim.login}/.git/HEAD"] = b""
            planted[f"{base}hw-1-{victim.login}/adam_step.py"] = evil.content
    before, _ = taken(files, roster)
    after, _ = taken(planted, roster)
    mine = {each.learner for each in before if each.content == evil.content}
    # What can be read in two ways stands under its own whole name, which is nobody's.
    everybody = {each.learner for each in before} | (set(roster_of(people, kind)[1]) if roster else set())
    mine |= {each.learner for each in after} - everybody
    assert _works(after, mine) == _works(before, mine)


def _works(arrivals: list[Arrival], but: set[str]) -> list[tuple[object, ...]]:
    return sorted(
        (each.learner, each.exercise, each.content, str(each.submitted_at), str(each.late))
        for each in arrivals
        if each.learner not in but
    )
