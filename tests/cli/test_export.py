"""`grade export`: every format by the command line, and one clear sentence where something is missing."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from grader.classroom.arrival import Arrival
from grader.classroom.rows import Edition, RunStart
from grader.classroom.store import Store
from grader.exports import format_called, format_names
from grader.exports.gradebook import Student
from grader.results import ExerciseRef, Isolation, Report, to_json
from grader.text import Text
from tests.exports.samples import FAILED, NOT_GRADABLE, PASSED
from tests.small_course import lay_out

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EDITION = Edition("double", 1, "checks", "class:7")
ISOLATION = Isolation("A", Text({"en": "Holds.", "es": "Se sostiene."}))
Grade = Callable[..., subprocess.CompletedProcess[bytes]]

WORKSHEET = "Identifier,Full name,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 5,José García,x,,10,-\n"


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """`grade` in a process of its own, with the small course, in the test's folder."""
    course = lay_out(tmp_path / "course")

    def run(*words: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *words],
            cwd=tmp_path,
            env=os.environ
            | {"GRADE_COURSE": str(course), "PYTHONPATH": str(Path(__file__).parents[2]), "GRADE_LANG": "en"}
            | environment,
            input=stdin,
            capture_output=True,
            check=False,
        )

    return run


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A class of two: one failed, one could not be graded."""
    folder = tmp_path / "results"
    folder.mkdir()
    jose = Student(id="a1", name="García, José", email="jose@uni.edu", canvas_id="77", moodle_id="5")
    with Store.open(folder / "class.sqlite3") as store:
        start = RunStart(course="small", course_version="1", seed=7, isolation=ISOLATION, started_at=NOON)
        run = store.begin_run(start, [EDITION])
        _keep(store, run, "a1", FAILED, jose)
        _keep(store, run, "=bad", NOT_GRADABLE, None)
    return folder


def _keep(store: Store, run: int, learner: str, report: Report, who: Student | None) -> None:
    content = learner.encode()
    arrival = Arrival(learner=learner, exercise="double", content=content, sha256=sha256(content).hexdigest())
    (kept,) = store.keep_submissions(run, [arrival], {learner: who} if who else None)
    report = msgspec.structs.replace(report, exercise=ExerciseRef(7, "double"))
    store.keep_result(run, kept.id, EDITION, report, NOON)


def test_without_a_class_every_gradebook_says_what_to_do_first(grade: Grade) -> None:
    for name in ("csv", "canvas", "moodle", "moodle-worksheet", "junit"):
        ended = grade("export", name)
        assert ended.returncode == 2, name
        assert b"results holds no graded class" in ended.stderr, name
        assert b"grade class DIR" in ended.stderr, name


def test_an_unknown_format_names_the_ones_there_are(grade: Grade) -> None:
    ended = grade("export", "excel")
    assert ended.returncode == 2
    assert all(name.encode() in ended.stderr for name in format_names())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["canvas", "--map", "double"], "--map takes EXERCISE=ID"),
        (["canvas", "--map", "7=1", "--map", "double=2"], "--map names double twice"),
        (["canvas", "--map", "double=abc"], "abc is not an assignment's number"),
        (["canvas", "--map", "nope=1"], "There is no exercise"),
        (["csv", "--exercise", "nope"], "There is no exercise"),
        (["csv", "--excuse", "nobody"], "There is no learner nobody"),
        (["csv", "--excuse", "a1=nope"], "There is no exercise"),
        (["csv", "--roster", "none.csv"], "none.csv cannot be read"),
        (["csv", "--to", "course/course.toml/x.csv"], "cannot be written"),
        (["moodle-worksheet"], "--worksheet FILE"),
        (["moodle-worksheet", "--worksheet", "course/course.toml"], "no grading worksheet"),
        (["gradescope"], "--report FILE"),
        (["gradescope", "--report", "course/course.toml"], "is not a report"),
        (["classroom50", "--report", "r.json"], "Classroom 50's runner sets"),
        (["gradescope-autograder"], "--exercise"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(grade: Grade, results: Path, words: list[str], said: str) -> None:
    (results.parent / "r.json").write_bytes(to_json(PASSED))
    ended = grade("export", *words)
    assert ended.returncode == 2, ended.stderr
    assert said in ended.stderr.decode()
    assert b"Traceback" not in ended.stderr


def test_every_format_of_a_class_is_written_beside_its_results(grade: Grade, results: Path, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(WORKSHEET, encoding="utf-8")
    for name in ("csv", "canvas", "moodle", "moodle-worksheet", "junit"):
        ended = grade("export", name, *(["--worksheet", "w.csv"] if name == "moodle-worksheet" else []))
        assert ended.returncode == 0, ended.stderr
        file = format_called(name).file
        assert (results / file).is_file()
        assert file.encode() in ended.stdout


OWN_OPTIONS = {
    "csv": (),
    "canvas": ("--map",),
    "moodle": ("--key",),
    "moodle-worksheet": ("--worksheet", "--grade-column"),
    "junit": (),
    "gradescope": ("--missing",),
    "classroom50": ("--submitted",),
    "gradescope-autograder": (),
    "canvas-quiz": (),
    "moodle-quiz": ("--languages",),
    "gift": (),
}


@pytest.mark.parametrize("name", OWN_OPTIONS)
def test_the_help_of_a_format_shows_its_own_options_and_no_others(grade: Grade, name: str) -> None:
    shown = grade("export", name, "--help").stdout.decode()
    every = {option for options in OWN_OPTIONS.values() for option in options}
    assert {option for option in every if option in shown} == set(OWN_OPTIONS[name])
    is_of_a_class = name in ("csv", "canvas", "moodle", "moodle-worksheet")
    assert ("--out-of" in shown) == is_of_a_class


@pytest.mark.parametrize(
    "words",
    [
        ["gradescope", "--report", "r.json", "--out-of", "100"],
        ["gradescope", "--report", "r.json", "--excuse", "nobody"],
        ["gradescope", "--report", "r.json", "--roster", "nofile"],
        ["csv", "--map", "double=1"],
        ["canvas", "--worksheet", "w.csv"],
        ["moodle", "--report", "r.json"],
        ["classroom50", "--missing", "double"],
        ["gradescope-autograder", "--exercise", "double", "--late", "refuse"],
    ],
)
def test_an_option_of_another_format_is_refused(grade: Grade, results: Path, words: list[str]) -> None:
    ended = grade("export", *words)
    assert ended.returncode == 2
    assert b"No such option" in ended.stderr
    assert b"Written" not in ended.stdout


def test_every_format_that_stands_in_its_folder_is_known() -> None:
    assert set(format_names()) == set(OWN_OPTIONS)


def test_a_weak_report_is_refused_by_every_format_of_reports(grade: Grade, results: Path, tmp_path: Path) -> None:
    weak = msgspec.structs.replace(PASSED, isolation=Isolation("E", ISOLATION.summary))
    (tmp_path / "r.json").write_bytes(to_json(weak))
    for name in ("gradescope", "junit"):
        ended = grade("export", name, "--report", "r.json", "--weakest", "D", "--to", "-")
        assert (ended.returncode, ended.stdout) == (5, b""), name


def test_the_table_goes_to_standard_output_in_the_language_asked_for(grade: Grade, results: Path) -> None:
    ended = grade("export", "csv", "--to", "-", "--lang", "es")
    found = list(csv.reader(io.StringIO(ended.stdout.decode("utf-8-sig"), newline="")))
    assert found == [
        ["id", "Nombre", "Grupo", "El doble / 20", "Total"],
        ["'=bad", "'=bad", "", "", ""],
        ["a1", "García, José", "", "5", "5"],
    ]


def test_canvas_and_moodle_write_who_they_can_and_say_who_not(grade: Grade, results: Path) -> None:
    ended = grade("export", "canvas", "--to", "-", "--map", "7=524895")
    assert "Twice (524895)" in ended.stdout.decode()
    assert '"García, José",77,,,,5' in ended.stdout.decode()
    assert b"bad" not in ended.stdout
    ended = grade("export", "moodle", "--to", "-", "--out-of", "100")
    assert 'jose@uni.edu,"García, José",25,' in ended.stdout.decode()


def test_a_roster_and_an_excuse_reach_the_gradebook(grade: Grade, results: Path, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("id,name,email\nb2,Bea,bea@uni.edu\n", encoding="utf-8")
    ended = grade("export", "csv", "--to", "-", "--roster", "roster.csv", "--excuse", "b2=double")
    assert "b2,Bea,,EX,\r\n" in ended.stdout.decode()


def test_a_report_is_read_from_standard_input(grade: Grade) -> None:
    ended = grade("export", "gradescope", "--report", "-", "--to", "-", stdin=to_json(PASSED))
    assert json.loads(ended.stdout)["score"] == 20
    told = {"CLASSROOM": "c", "ASSIGNMENT": "a", "USERNAME": "u", "SUBMISSION_TAG": "submit/1"}
    told |= {"COMMIT_URL": "x", "RELEASE_URL": "y"}
    words = ["--report", "-", "--to", "-", "--submitted", "2026-11-20T23:59:00+0100"]
    ended = grade("export", "classroom50", *words, stdin=to_json(PASSED), **told)
    assert json.loads(ended.stdout)["datetime"] == "2026-11-20T22:59:00Z"
    ended = grade("export", "junit", "--report", "-", "--to", "-", stdin=to_json(PASSED))
    assert b'tests="2"' in ended.stdout


def test_not_gradable_is_no_result_and_the_graders_exit_code(grade: Grade, tmp_path: Path) -> None:
    ended = grade("export", "gradescope", "--report", "-", "--to", "r.json", stdin=to_json(NOT_GRADABLE))
    assert ended.returncode == 5
    assert not (tmp_path / "r.json").exists()


@pytest.mark.parametrize(("tier", "code"), [("A", 0), ("D", 0), ("-", 0), ("E", 5), ("F", 5), ("trusted", 5)])
def test_what_weaker_isolation_graded_is_refused_where_that_is_asked(grade: Grade, tier: str, code: int) -> None:
    report = msgspec.structs.replace(PASSED, isolation=Isolation(tier, ISOLATION.summary))
    words = ["--report", "-", "--to", "-", "--weakest", "D"]
    assert grade("export", "gradescope", *words, stdin=to_json(report)).returncode == code


def test_a_missing_file_becomes_a_result_that_says_so(grade: Grade) -> None:
    ended = grade("export", "gradescope", "--missing", "7", "--to", "-")
    assert "double.py" in json.loads(ended.stdout)["output"]


def test_the_archive_is_written_with_this_exercise(grade: Grade, tmp_path: Path) -> None:
    ended = grade("export", "gradescope-autograder", "--exercise", "double", "--to", "a.zip")
    assert ended.returncode == 0, ended.stderr
    assert "run_autograder" in zipfile.ZipFile(tmp_path / "a.zip").namelist()


def test_help_is_there_in_both_languages(grade: Grade) -> None:
    assert b"as another system reads them" in grade("export", "--help").stdout
    assert "otro sistema" in grade("export", "--help", "--lang", "es").stdout.decode()
