"""In any class nobody gets another's grade and nothing is lost, whatever a learner plants in what is theirs.

Nothing is graded: what is proven is who gets which file. `GRADE_CLASSES` says how many classes; `.ci/run` tries two
thousand.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.classroom.arrival import Arrival
from grader.classroom.intake import Intake
from grader.classroom.intake_exercises import Expected
from grader.classroom.intake_roster import read_roster
from grader.exports.formats.moodle_worksheet import fill
from grader.exports.gradebook import Column, Grade, Gradebook, Student
from grader.results import Outcome
from grader.text import Text
from tests.classroom.made_up_classes import Made, Person, Work, classes

ADAM = Expected(exercise="adam_step", number=3, file="adam_step.py", entry_points=("adam_step",))
MANY = settings(
    max_examples=int(os.environ.get("GRADE_CLASSES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def taken(made: Made, more: dict[str, bytes] | None = None) -> tuple[list[Arrival], Intake]:
    students = read_roster(made.roster.encode(), "roster.csv") if made.roster else ()
    with tempfile.TemporaryDirectory() as folder:
        intake = Intake(made.lay_out(Path(folder), more), (ADAM,), students)
        return [each for batch in intake.batches() for each in batch], intake


def author(content: bytes) -> int:
    found = re.match(rb"# person (\d+)", content)
    assert found
    return int(found[1])


def words(name: str) -> list[str]:
    """A name's words without accents, in whatever order."""
    family, comma, given_name = name.partition(",")
    name = f"{given_name} {family}" if comma else name
    bare = "".join(each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each))
    return re.findall(r"[^\W_]+", bare)


def alike(one: str, other: str) -> bool:
    """Whether two names have the same words, or the same letters run together."""
    return sorted(words(one)) == sorted(words(other)) or "".join(words(one)) == "".join(words(other))


def contradict(told: dict[str, str], row: Person) -> bool:
    """Whether a download and a roster's row name one kind of key each, and not the same."""
    kinds = {"id": row.id, "email": row.email, "canvas": row.canvas, "moodle": row.moodle}
    if any(told.get(kind) and own and told[kind] != own for kind, own in kinds.items()):
        return True
    return bool(told.get("login") and row.login and told["login"] not in (row.login, row.id))


def agree(told: dict[str, str], row: Person) -> bool:
    """Whether a key that only one person has, or the name, is the same."""
    own = {row.id, row.email, row.login, row.canvas, row.moodle, row.email.partition("@")[0]} - {""}
    same_name = bool(row.name and told.get("name")) and alike(told["name"], row.name)
    return bool(own & {value for kind, value in told.items() if kind != "name"}) or same_name


def key_of(row: Person) -> str:
    return row.id or row.email


@MANY
@given(classes())
def test_no_work_is_credited_against_a_key_and_none_is_unlisted(made: Made) -> None:
    arrivals, intake = taken(made)
    rows = {key_of(row): row for row in made.rows}
    told = {work.whose: work.told for work in made.works}
    for each in arrivals:
        if each.learner in rows:
            assert agree(told[author(each.content)], rows[each.learner])
            assert not contradict(told[author(each.content)], rows[each.learner])
    # One learner is one person, unless the roster itself gives two people's numbers and addresses to one.
    whose: dict[str, set[int]] = {}
    for each in arrivals:
        whose.setdefault(each.learner, set()).add(author(each.content))
    for learner, people in whose.items():
        strong = [{kind: key for kind, key in told[who].items() if kind != "name"} for who in people]
        assert len(people) == 1 or all(learner in rows and agree(each, rows[learner]) for each in strong)
    # Everything is there, or said.
    refused = "\n".join(note.subject for note in intake.notes if note.kind == "refused")
    there = {author(each.content) for each in arrivals}
    assert all(work.whose in there or work.path in refused for work in made.works)
    said = {note.subject for note in intake.notes if note.kind == "unmatched_file"}
    strangers = {each.learner.removesuffix(" (?)") for each in arrivals if each.learner not in rows}
    assert not made.rows or strangers <= {subject.removesuffix(" (?)") for subject in said}


@MANY
@given(classes(), st.data())
def test_no_row_of_a_worksheet_gets_a_grade_against_a_key(made: Made, data: st.DataObject) -> None:
    arrivals, intake = taken(made)
    assume(arrivals)
    column = Column(exercise="adam_step", title=Text({"en": "Adam"}), max_points=100)
    known = dict(intake.students)
    points = {each.learner: 1 + author(each.content) for each in arrivals}
    grades = [
        Grade(student=who, exercise="adam_step", points=n, max_points=100, outcome=Outcome.PASSED)
        for who, n in points.items()
    ]
    students = [Student(**{**{f: getattr(who, f) for f in Student.__struct_fields__}, "id": key})
                for key, who in known.items()]  # fmt: skip
    book = Gradebook([column], students, grades)
    swapped = data.draw(st.permutations([f"{name}@x.edu" for name in ("ana", "ana-g", "ben", "zed")]))
    named = [who.name or "Ana Ruiz" for who in known.values()][:4]
    rows = [[f"Participant {40030 + place}", name, swapped[place], "Submitted", "", "100"]
            for place, name in enumerate(named)]  # fmt: skip
    text = io.StringIO()
    csv.writer(text).writerows(
        [["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"], *rows]
    )
    filled = csv.reader(io.StringIO(fill(text.getvalue().encode(), book, "adam_step", "en").content.decode()))
    for row in list(filled)[1:]:
        if row[4]:
            (who,) = (known[key] for key, n in points.items() if n == int(row[4]))
            number = row[0].split()[1]
            assert not (who.email and who.email.casefold() != row[2])
            strong = row[2] in (who.email, who.id, who.login)
            assert strong or not (who.moodle_id and who.moodle_id != number)
            mailed = row[2].partition("@")[0] in (who.id, who.login)
            assert strong or mailed or who.moodle_id == number or alike(who.name, row[1])


CODE = b"# planted\ndef adam_step(param):\n    return param\n"
METADATA = (
    "{p}:\n  :submitters:\n  - :sid: {v.id}\n    :email: {v.email}\n    :name: {v.name}\n"
    "  :created_at: 2020-01-01 00:00:00 Z\n"
)


def planted(mine: Work, victim: Person, way: int) -> dict[str, bytes]:
    """What a learner puts into what is theirs, in the name of somebody else."""
    names = [
        f"{victim.name}_{victim.moodle}_assignsubmission_file_/adam_step.py",
        f"{victim.login}/adam_step.py",
        f"{victim.id}/adam_step.py",
        f"{victim.name.replace(' ', '').lower()}_{victim.canvas}_49999_adam_step.py",
        f"x_{victim.canvas}_49999_adam_step.py",
        f"Task_1_{victim.login}_attempt_2020-01-01-00-00-00_adam_step.py",
        f"{victim.login}+ps1+2020-01-01 00:00:00.000000 UTC/adam_step.py",
        f"adam-{victim.login}/adam_step.py",
        f"{victim.name} - adam_step.py",
        f"week 1/{victim.login}/adam_step.py",
        f"_{victim.moodle}_assignsubmission_file_adam_step.py",
    ]
    name = names[way % len(names)]
    lists = METADATA.format(p=name.partition("/")[0], v=victim).encode()
    if mine.file is not None:
        # One flat file, whose own name a learner chooses; a system keeps its last part alone.
        return {mine.file(name.replace("/", "_")): CODE}
    if mine.path.endswith(".zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, CODE)
            archive.writestr("submission_metadata.yml", lists)
            archive.writestr("adam_step.py", mine.content)
        return {mine.path: packed.getvalue()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, CODE)
        archive.writestr("submission_metadata.yml", lists)
    return {
        f"{mine.below}/{name}": CODE,
        f"{mine.below}/submission_metadata.yml": lists,
        f"{mine.below}/assignment_1_export/submission_metadata.yml": lists,
        f"{mine.below}/assignment_1_export/{name}": CODE,
        f"{mine.below}/work.zip": packed.getvalue(),
        f"{mine.below}/{victim.login}.zip": packed.getvalue(),
    }


def of_others(arrivals: list[Arrival], me: str) -> Counter[tuple[object, ...]]:
    return Counter(
        (each.learner, each.exercise, each.sha256, each.submitted_at, each.late)
        for each in arrivals
        if each.learner != me
    )


@MANY
@given(classes(), st.integers(0, 10), st.integers(0, 4), st.booleans())
def test_what_a_learner_plants_changes_nothing_for_anybody_else(
    made: Made, way: int, who: int, is_absent: bool
) -> None:
    mine = made.works[0]
    names = {row.place: row for row in made.rows if row.place != mine.whose}
    victim = names.get(who) or Person(who, "Eva Ruiz", f"S{who}", "eva@x.edu", "eva", f"77{who}", f"4003{who}")
    assume(victim.place != mine.whose)
    victim = Person(
        victim.place,
        *(getattr(victim, each) or f"none-{each}" for each in ("name", "id", "email", "login")),
        victim.canvas or f"77{who}",
        victim.moodle or f"4003{who}",
    )
    if is_absent and len(made.works) > 2:
        made = Made(made.rows, made.roster, [w for w in made.works if w.whose != who], made.extra, made.packed)
    before, honest = taken(made)
    assume(any(author(each.content) == mine.whose for each in before))
    (me,) = {each.learner for each in before if author(each.content) == mine.whose}
    more = planted(mine, victim, way)
    after, hostile = taken(made, more)
    claimed = {each.learner for each in after if each.content == CODE}
    others = {each.learner for each in before if each.learner != me} | set(honest.absent or ())
    assert not claimed & others
    kept = [each for each in after if each.content != CODE]
    assert of_others(kept, me) == of_others(before, me)
    assert set(hostile.absent or ()) - {me} == set(honest.absent or ()) - {me}
    # Whatever was planted is their own, or listed.
    listed = {note.subject for note in hostile.notes}
    assert claimed or listed
