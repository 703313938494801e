"""Every way instructors really have their class's files, read into submissions; nothing is dropped in silence."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.classroom.intake import Intake
from grader.classroom.intake_entries import Caps
from grader.classroom.intake_exercises import Expected
from grader.classroom.intake_roster import read_roster
from grader.errors import UsageError

ADAM = Expected(exercise="adam_step", number=3, file="adam_step.py", entry_points=("adam_step",))
SGD = Expected(exercise="sgd_step", number=2, file="sgd_step.py", entry_points=("sgd_step",))
CODE = b"def adam_step(param):\n    return param\n"
ROSTER = 'Student,ID,SIS User ID,SIS Login ID,Section\n"García, José",777,S1,jgarcia,A\n"Doe, Jane",12345,S2,jdoe,B\n'


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture
def take(tmp_path: Path):
    """Lay out files, take them in, and give (learner, exercise, origin) of each with the intake itself."""

    def taken(files: dict[str, bytes], roster: str | None = None, **caps: int):
        root = tmp_path / "class"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        students = read_roster(roster.encode(), "roster.csv") if roster else ()
        intake = Intake(root, (ADAM, SGD), students, Caps(**caps))
        arrivals = [each for batch in intake.batches() for each in batch]
        return arrivals, intake

    return taken


def seen(arrivals):
    return [(each.learner, each.exercise) for each in arrivals]


def noted(intake):
    return {(note.kind, note.subject): note.reason["en"] for note in intake.notes}


class TestNothingIsDropped:
    """Whatever cannot be used is named with its reason."""

    def test_a_path_that_is_nothing_to_read_is_a_usage_error(self, tmp_path):
        """Neither a folder nor an archive."""
        (tmp_path / "class.txt").write_text("hello")
        for path in (tmp_path / "class.txt", tmp_path / "nowhere", tmp_path / "nowhere.zip"):
            with pytest.raises(UsageError, match="neither a folder nor an archive"):
                Intake(path, (ADAM,))

    def test_a_file_no_exercise_asks_for_is_noted(self, take):
        """It has another name and defines none of the functions."""
        arrivals, intake = take({"ana/notes.py": b"x = 1\n", "ana/adam_step.py": CODE})
        assert seen(arrivals) == [("ana", "adam_step")]
        assert "defines none of their functions" in noted(intake)["refused", "ana/notes.py"]

    def test_a_file_that_names_nobody_is_noted(self, take):
        """In a flat folder the exercise's name alone does not tell whose it is."""
        arrivals, intake = take({"adam_step.py": CODE, "luis_adam_step.py": CODE})
        assert seen(arrivals) == [("luis", "adam_step")]
        assert noted(intake) == {("refused", "adam_step.py"): "its path does not tell whose it is"}

    def test_a_learner_with_nothing_usable_is_noted(self, take):
        """Somebody who sent a document, or an archive of another kind, does not vanish."""
        arrivals, intake = take({"ana/adam_step.py": CODE, "eva/essay.docx": b"?", "luis/work.rar": b"Rar!"})
        assert seen(arrivals) == [("ana", "adam_step")]
        assert set(noted(intake)) == {("refused", "eva/essay.docx"), ("refused", "luis/work.rar")}

    def test_a_stray_file_beside_the_learners_is_nobodys(self, take):
        """A roster or a note in the class's own folder is no learner."""
        _, intake = take({"ana/adam_step.py": CODE, "luis/adam_step.py": CODE, "roster.csv": b"id\n", "README": b""})
        assert intake.notes == ()

    def test_both_sides_without_a_match_are_listed(self, take):
        """Files nobody of the roster owns are graded under their own name; students without a file are named."""
        arrivals, intake = take({"García, José/adam_step.py": CODE, "nadie/adam_step.py": CODE}, ROSTER)
        assert seen(arrivals) == [("S1", "adam_step"), ("nadie", "adam_step")]
        assert noted(intake) == {
            ("unmatched_file", "nadie"): "the roster has nobody of this name or id; it is graded under its own name",
            ("unmatched_student", "Doe, Jane (S2)"): "no file of this student was found",
        }

    def test_a_near_name_is_told_and_not_assumed(self, take):
        """A folder that has part of a name is not joined to that student, but the student is pointed out."""
        arrivals, intake = take({"Jane/adam_step.py": CODE, "x/adam_step.py": CODE}, ROSTER)
        assert seen(arrivals) == [("Jane", "adam_step"), ("x", "adam_step")]
        assert "the nearest is Doe, Jane (S2)" in noted(intake)["unmatched_file", "Jane"]

    @pytest.mark.parametrize("name", ["adam_step.py", "mine.py", "adam_step.ipynb", "mine.ipynb"])
    @pytest.mark.parametrize("packed", [False, True])
    def test_what_is_too_large_to_be_read_is_graded_as_that(self, take, name, packed):
        """It arrives, so that its fault is a report, and not a note; no megabytes are kept of it."""
        large = CODE + b"# " + bytes(range(48, 58)) * (1_100_000 if name.endswith(".ipynb") else 110_000)
        large = b'{"cells": [{"source": ["' + large.replace(b"\n", b'\\n", "') if name.endswith(".ipynb") else large
        files = {"ana/work.zip": zipped({name: large})} if packed else {f"ana/{name}": large}
        arrivals, intake = take(files)
        assert seen(arrivals) == [("ana", "adam_step")]
        assert noted(intake) == {}
        assert len(arrivals[0].content) < 100

    def test_a_large_file_that_tells_no_exercise_is_noted(self, take):
        """As a small one is."""
        arrivals, intake = take({"ana/mine.py": b"#" * 2_000_000})
        assert arrivals == []
        assert list(noted(intake)) == [("refused", "ana/mine.py")]

    def test_a_learner_of_too_many_files_is_cut_and_told(self, take):
        """One learner cannot keep the class waiting."""
        files = {f"ana/try {n}/adam_step.py": b"# %d" % n for n in range(12)}
        arrivals, intake = take({**files, "luis/adam_step.py": CODE}, files_of_learner=10)
        assert len(arrivals) == 11
        assert noted(intake) == {("refused", "ana"): "there are more than 10 files of this learner"}


class TestFolders:
    """A folder a learner, one flat folder, one folder an exercise, with or without a folder around them all."""

    def test_a_folder_a_learner(self, take):
        """The folder names the learner; tools' own litter and the course's files are no submissions."""
        arrivals, intake = take(
            {
                "ana/adam_step.py": CODE,
                "ana/harness.py": b"",
                "ana/__pycache__/adam_step.py": b"",
                "ana/.ipynb_checkpoints/adam_step.py": b"",
                "luis/exercises/02_sgd_step/sgd_step.py": b"",
                "luis/.git/adam_step.py": b"",
            }
        )
        assert seen(arrivals) == [("ana", "adam_step"), ("luis", "sgd_step")]
        assert intake.notes == ()

    @pytest.mark.parametrize("wrapper", ["", "homework/", "homework/week 2/", "submissions/"])
    def test_folders_around_all_learners_name_nobody(self, take, wrapper):
        """However many folders hold the whole class."""
        arrivals, _ = take({f"{wrapper}ana/adam_step.py": CODE, f"{wrapper}luis/x/sgd_step.py": b""})
        assert seen(arrivals) == [("ana", "adam_step"), ("luis", "sgd_step")]

    def test_a_single_learner_is_not_a_wrapper(self, take):
        """One learner's folder with the course's own layout in it names the learner."""
        arrivals, _ = take(
            {"ana/exercises/02_sgd_step/sgd_step.py": b"", "ana/exercises/03_adam_step/adam_step.py": b""}
        )
        assert seen(arrivals) == [("ana", "sgd_step"), ("ana", "adam_step")]

    @pytest.mark.parametrize("folder", ["adam_step", "03_adam_step", "exercise 3", "Ejercicio_03"])
    def test_a_folder_an_exercise(self, take, folder):
        """Files called after their authors, or authors' folders, in a folder called after the exercise."""
        arrivals, intake = take(
            {f"{folder}/ana.py": b"x", f"{folder}/luis.py": b"", f"{folder}/eva/adam_step.py": CODE}
        )
        assert seen(arrivals) == [("ana", "adam_step"), ("eva", "adam_step"), ("luis", "adam_step")]
        assert intake.notes == ()

    def test_one_flat_folder(self, take):
        """The file's name holds the learner and the exercise, in any order, or the text tells the exercise."""
        files = {"ana_adam_step.py": b"", "adam_step-luis.py": b"", "eva (2).py": CODE, "García.py": CODE}
        arrivals, _ = take(files)
        assert set(seen(arrivals)) == {(name, "adam_step") for name in ("ana", "luis", "eva (2)", "García")}

    def test_attempts_are_in_order_as_people_count(self, take):
        """Folder by folder, 2 before 10; copies before the name itself, numbered ones after it."""
        files = {
            "ana/try10/adam_step.py": b"#6",
            "ana/try2/adam_step.py": b"#2",
            "ana/try2/adam_step (1).py": b"#3",
            "ana/try2/adam_step (12).py": b"#5",
            "ana/try2/adam_step-2.py": b"#4",
            "ana/try2/old_adam_step.py": b"#1",
            "luis/adam_step.py": b"#7",
        }
        arrivals, _ = take(files)
        assert [each.content for each in arrivals] == [b"#1", b"#2", b"#3", b"#4", b"#5", b"#6", b"#7"]

    def test_a_notebook_can_answer_several_exercises(self, take):
        """One submission for each exercise whose function it defines, with what that function needs."""
        written = ("import math", "x = 1/0", "def adam_step(): pass", "def sgd_step(): return math.pi")
        cells = [{"cell_type": "code", "source": each} for each in written]
        notebook = json.dumps({"nbformat": 4, "cells": cells}).encode()
        arrivals, _ = take({"ana/work.ipynb": notebook, "luis/adam_step.py": CODE})
        assert seen(arrivals) == [("ana", "adam_step"), ("ana", "sgd_step"), ("luis", "adam_step")]
        assert arrivals[0].content == b"def adam_step(): pass\n"
        assert arrivals[1].content.split() == b"import math def sgd_step(): return math.pi".split()

    def test_a_broken_notebook_is_graded_like_any_other_fault(self, take):
        """It is a result of its learner; noted only where its name does not say what it answers."""
        broken = b"[" * 100_000
        arrivals, intake = take({"ana/adam_step.ipynb": broken, "eva/work.ipynb": broken, "luis/adam_step.py": CODE})
        assert seen(arrivals) == [("ana", "adam_step"), ("luis", "adam_step")]
        assert noted(intake) == {
            ("refused", "eva/work.ipynb"): "it is not a notebook that can be read, and its name is not that of an "
            "exercise"
        }

    def test_names_in_any_bytes_do_no_harm(self, tmp_path):
        """A folder's name that is not UTF-8, or reverses a line, becomes printable."""
        for name in (b"Jos\xe9", "a\u202eb\x1b".encode()):
            folder = os.path.join(os.fsencode(tmp_path), name)
            os.mkdir(folder)
            with open(os.path.join(folder, b"adam_step.py"), "wb") as file:
                file.write(CODE)
        intake = Intake(tmp_path, (ADAM,))
        assert seen(next(intake.batches())) == [("Jos\ufffd", "adam_step"), ("a\ufffdb\ufffd", "adam_step")]

    def test_a_clone_tree_of_a_classroom(self, take):
        """Each clone is called assignment-login; logins may hold hyphens, and the roster knows them."""
        clones = {f"hw-3-{login}/{path}": CODE for login in ("ana-g", "luis") for path in (".git/HEAD", "adam_step.py")}
        arrivals, _ = take(clones)
        assert seen(arrivals) == [("ana-g", "adam_step"), ("luis", "adam_step")]

    def test_a_single_clone_is_told_by_the_roster(self, take):
        """Where no neighbour shows what the assignment is called, the roster's login does."""
        roster = "identifier,github_username\nS7,ana-g\n"
        arrivals, _ = take({"hw-3-ana-g/.git/HEAD": b"", "hw-3-ana-g/adam_step.py": CODE}, roster)
        assert seen(arrivals) == [("S7", "adam_step")]


MOODLE = {
    "José García_101_assignsubmission_file_/tarea.py": CODE,
    "Jane Doe_102_assignsubmission_file_adam_step.py": b"",
    "Eva Sol_103_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
}


class TestSystems:
    """What Moodle, Canvas and Gradescope let an instructor download, as folders and as archives."""

    def test_moodle(self, take):
        """Folders and flat names; the participant's number is kept and never taken for a student's id."""
        roster = ROSTER + '"Otro, Alguien",1,101,x,A\n'
        arrivals, intake = take(MOODLE, roster)
        assert seen(arrivals) == [("S1", "adam_step"), ("S2", "adam_step")]
        assert intake.students["S1"].moodle_id == "101"
        assert ("refused", "Eva Sol_103_assignsubmission_onlinetext_/onlinetext.html") in noted(intake)

    def test_canvas(self, take):
        """Flat names with Canvas's own id, its mark for late ones, and its number for a second upload."""
        files = {
            "garciajose_LATE_777_40001_adam_step-1.py": CODE,
            "doejane_12345_40002_adam_step.py": CODE,
            "doejane_12345_40003_work.zip": zipped({"sgd_step.py": b""}),
        }
        arrivals, intake = take(files, ROSTER)
        assert [(each.learner, each.exercise, each.late) for each in arrivals] == [
            ("S1", "adam_step", True),
            ("S2", "adam_step", False),
            ("S2", "sgd_step", False),
        ]
        assert intake.adoptions == {"garciajose 777": "S1", "doejane 12345": "S2"}

    def test_canvas_without_a_roster(self, take):
        """The learner is called as Canvas calls them, and Canvas's id is kept for the way back."""
        arrivals, intake = take({"doejane_12345_40002_adam_step.py": CODE})
        assert seen(arrivals) == [("doejane 12345", "adam_step")]
        assert intake.students["doejane 12345"].canvas_id == "12345"

    def test_a_file_that_looks_like_canvass_among_folders_is_not(self, take):
        """The pattern counts only where most files follow it."""
        arrivals, _ = take({"ana/adam_step_12_2026_v2.py": b"", "luis/adam_step.py": b"", "eva/adam_step.py": b""})
        assert {each.learner for each in arrivals} == {"ana", "luis", "eva"}

    @pytest.mark.parametrize("roster", ["", ROSTER])
    def test_downloads_of_several_systems_side_by_side(self, take, roster):
        """Each is read in its own way, whichever has the most files."""
        files = {
            "canvas/garciajose_LATE_777_40001_adam_step-1.py": CODE,
            "canvas/doejane_12345_40002_adam_step.py": CODE,
            "moodle/Eva Sol_103_assignsubmission_file_/adam_step.py": CODE,
            "moodle/Luis Paz_104_assignsubmission_file_/adam_step.py": CODE,
            "moodle/Mar Gil_105_assignsubmission_file_/adam_step.py": CODE,
        }
        arrivals, _ = take(files, roster)
        people = {"S1", "S2"} if roster else {"garciajose 777", "doejane 12345"}
        assert {each.learner for each in arrivals} == people | {"Eva Sol (103)", "Luis Paz (104)", "Mar Gil (105)"}

    def test_a_roster_tells_a_weeks_folder_from_a_learners(self, take):
        """Where the roster knows people in most of the outermost folders, none of these is a person."""
        files = {f"week {week}/{who}/adam_step.py": b"# %d" % week for week in (1, 2) for who in ("S1", "S2")}
        arrivals, _ = take(files | {"week 3/nobody/adam_step.py": b""}, ROSTER)
        assert [each.learner for each in arrivals] == ["S1", "S1", "S2", "S2", "nobody"]

    def test_gradescope(self, take):
        """Submitters, a group's too, and the moment it was handed in, in UTC."""
        metadata = """
            submission_9:
              :submitters:
              - :name: José García
                :sid: S1
                :email: jose@example.org
              - :name: Ana Ruiz
                :email: ana@example.org
              :created_at: 2026-11-20 12:30:00.123456789 +02:00
              :score: !ruby/object:BigDecimal 18:0.1e1
            submission_10:
              :submitters: []
        """
        files = {
            "assignment_5_export/submission_metadata.yml": metadata.encode(),
            "assignment_5_export/submission_9/adam_step.py": CODE,
            "assignment_5_export/submission_10/adam_step.py": CODE,
        }
        arrivals, intake = take(files, ROSTER)
        assert seen(arrivals) == [("S1", "adam_step"), ("ana@example.org", "adam_step")]
        assert arrivals[0].submitted_at == datetime(2026, 11, 20, 10, 30, 0, 123456, UTC)
        assert noted(intake)["refused", "assignment_5_export/submission_10/adam_step.py"]

    @pytest.mark.parametrize(
        ("metadata", "reason"),
        [
            ("a: &a [1]\nb: *a\n", "repeats itself by reference"),
            ("- x\n- y\n", "not the metadata"),
            ("{" * 5000, "not the metadata"),
            ("a: !!python/object/apply:os.system ['touch /tmp/pwned']\n[", "not the metadata"),
        ],
    )
    def test_a_hostile_gradescope_file_is_refused(self, take, metadata, reason):
        """It expands nothing and runs nothing; folders then name the learners."""
        arrivals, intake = take({"submission_metadata.yml": metadata.encode(), "submission_9/adam_step.py": CODE})
        assert seen(arrivals) == [("submission_9", "adam_step")]
        assert reason in noted(intake)["refused", "submission_metadata.yml"]

    @pytest.mark.parametrize("nested", [False, True])
    def test_the_archive_as_downloaded(self, tmp_path, nested):
        """The zip itself can be given, with archives within, and its members are read without unpacking to disk."""
        file = tmp_path / "moodle.zip"
        inner = {"a/entrega.zip" if nested else "a/adam_step.py": zipped({"x/adam_step.py": CODE}) if nested else CODE}
        file.write_bytes(zipped({**inner, "b/adam_step.py": b"", "__MACOSX/a/._adam_step.py": b"?"}))
        intake = Intake(file, (ADAM,))
        arrivals = next(intake.batches())
        assert [(each.learner, each.content) for each in arrivals] == [("a", CODE), ("b", b"")]
        assert arrivals[0].origin.startswith("moodle.zip/a/")
        assert intake.notes == ()
        assert list(tmp_path.iterdir()) == [file]

    def test_batches_keep_a_learners_files_together(self, take, tmp_path):
        """However small a batch is; what was read once is let go."""
        files = {f"{name}/try {n}/adam_step.py": b"# %d" % n for name in ("ana", "eva", "luis") for n in range(3)}
        take(files)
        intake = Intake(tmp_path / "class", (ADAM,))
        assert [[each.learner for each in batch] for batch in intake.batches(2)] == [
            ["ana"] * 3 + ["eva"] * 3,
            ["luis"] * 3,
        ]
        assert list(intake.batches()) == []
        assert intake.learners == 3
