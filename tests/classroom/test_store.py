"""What the class's store keeps, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from datetime import timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine, make_url, text

from grader.classroom import database
from grader.classroom.arrival import Note
from grader.classroom.rows import Edition
from grader.classroom.store import Store
from grader.errors import StoreError, UsageError
from grader.exports.gradebook import Student
from grader.text import Text
from tests.classroom.conftest import ADAM, NOON


class TestWhatCannotBeOpened:
    """Each database that is not a class's store is refused with its own sentence."""

    def test_a_file_that_is_no_database_is_named(self, tmp_path):
        """A text file given as the store is not a class store."""
        file = tmp_path / "notes.db"
        file.write_text("Dear diary, " * 400)
        with pytest.raises(StoreError, match=r"notes\.db is not a class store"):
            Store.open(file)
        assert file.read_text().startswith("Dear diary")

    def test_another_programs_database_is_left_alone(self, tmp_path):
        """A database that has tables of another program is refused and gains none."""
        file = tmp_path / "other.db"
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE settings (name, value, colour)")
            with pytest.raises(StoreError, match="another program: it already has a table settings"):
                Store.open(file)
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("settings",)]

    def test_a_newer_schema_asks_for_an_update(self, where):
        """A store that a newer version made is not touched."""
        Store.open(where).close()
        url = make_url(where).set(drivername="postgresql+psycopg") if "://" in where else f"sqlite:///{where}"
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE settings SET value = '99' WHERE name = 'schema'"))
        engine.dispose()
        with pytest.raises(StoreError, match="newer version") as caught:
            Store.open(where)
        assert caught.value.hint is not None
        assert "es" in caught.value.hint

    def test_a_folder_that_does_not_exist_is_said(self, tmp_path):
        """The sentence speaks of opening, and its hint of the folder."""
        with pytest.raises(StoreError, match="cannot be opened"):
            Store.open(tmp_path / "nowhere" / "class.db")

    def test_a_locked_store_is_waited_for_and_then_said(self, tmp_path):
        """Another program's lock ends in one sentence that names the file."""
        Store.open(tmp_path / "class.db").close()
        with closing(sqlite3.connect(tmp_path / "class.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"class\.db is locked by another program"):
                Store.open(tmp_path / "class.db", patience=0.1)

    def test_an_unreachable_server_is_said_at_once_without_its_password(self, tmp_path):
        """A server that does not answer is a StoreError, and no password is printed."""
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            Store.open(f"postgresql://teacher:hunter2@/class?host={tmp_path}", patience=3600)
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("postgresql://teacher:hunter2@/class?host={folder}", "postgresql://teacher:***@/class?host={folder}"),
            ("postgresql://teacher:hunt@er2@/class?host={folder}", "postgresql://teacher:***@/class?host={folder}"),
            ("postgres://teacher@/class?host={folder}", "postgres://teacher@/class?host={folder}"),
            ("postgresql:///class?host={folder}&password=hunter2", "postgresql:///class?host={folder}&password=***"),
        ],
    )
    def test_an_unreachable_server_has_the_address_that_was_typed(self, tmp_path, typed, told):
        """Neither the driver's name nor a password is added to what the user knows."""
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            Store.open(typed.format(folder=tmp_path), patience=0.1)
        assert f"The class store {told.format(folder=tmp_path)} cannot" in str(caught.value)
        assert "er2" not in str(caught.value)

    @pytest.mark.parametrize("address", ["mysql://localhost/class", "http://example.org/x", "postgresql://[::1/x"])
    def test_an_address_of_another_kind_is_a_usage_error(self, address):
        """Only files and PostgreSQL are offered."""
        with pytest.raises(UsageError, match="neither a file nor a PostgreSQL address"):
            Store.open(address)

    def test_without_its_driver_postgresql_says_what_to_install(self, monkeypatch):
        """The extra is named where psycopg is missing."""
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(UsageError) as caught:
            Store.open("postgresql://localhost/class")
        assert "descenso[postgres]" in str(caught.value.hint)

    def test_sqlite_keeps_a_write_ahead_log(self, tmp_path):
        """A reader is not kept out while results land."""
        Store.open(tmp_path / "class.db").close()
        with closing(sqlite3.connect(tmp_path / "class.db")) as reader:
            assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


class TestSubmissions:
    """Attempts are numbered so that nothing counts twice and nothing is lost."""

    def test_a_folder_read_twice_changes_nothing(self, store, start, arrival):
        """The same files keep their rows and attempts."""
        handed_in = [arrival("ana"), arrival("luis"), arrival("ana", b"x = 2\n"), arrival("ana")]
        first = store.keep_submissions(store.begin_run(start, [ADAM]), handed_in)
        second = store.keep_submissions(store.begin_run(start, [ADAM]), handed_in)
        assert [(kept.learner, kept.attempt) for kept in first] == [("ana", 1), ("luis", 1), ("ana", 2), ("ana", 3)]
        assert second == first
        assert len(store.submissions()) == 4

    def test_a_replaced_file_is_the_next_attempt(self, store, start, arrival):
        """Where a download holds only the last file, the earlier attempts stay."""
        run = store.begin_run(start, [ADAM])
        store.keep_submissions(run, [arrival("ana", b"first")])
        (kept,) = store.keep_submissions(run, [arrival("ana", b"second")])
        assert kept.attempt == 2
        assert [store.source(each.sha256) for each in store.submissions()] == [b"first", b"second"]

    def test_attempts_count_for_each_exercise_alone(self, store, start, arrival):
        """The first file of another exercise is attempt 1."""
        run = store.begin_run(start, [ADAM])
        kept = store.keep_submissions(run, [arrival(), arrival(exercise="sgd_step")])
        assert [each.attempt for each in kept] == [1, 1]

    def test_every_fact_of_a_submission_comes_back(self, store, start, arrival):
        """Moments come back in UTC, and absent marks stay absent."""
        local = NOON.astimezone(timezone(timedelta(hours=-5)))
        handed_in = arrival("José", submitted_at=local, late=True, late_seconds=61.5, origin="Ñandú/adam_step.py")
        (kept,) = store.keep_submissions(store.begin_run(start, [ADAM]), [handed_in])
        assert (kept.submitted_at, kept.late, kept.late_seconds, kept.origin) == (
            NOON,
            True,
            61.5,
            "Ñandú/adam_step.py",
        )
        assert kept.submitted_at.utcoffset() == timedelta(0)
        (plain,) = store.keep_submissions(1, [arrival("luis")])
        assert (plain.submitted_at, plain.late, plain.late_seconds) == (None, None, None)

    def test_a_moment_without_a_zone_is_refused(self, store, start, arrival):
        """Nobody could say when it was."""
        run = store.begin_run(start, [ADAM])
        with pytest.raises(Exception, match="time zone"):
            store.keep_submissions(run, [arrival(submitted_at=NOON.replace(tzinfo=None))])

    def test_a_source_never_seen_is_an_error(self, store):
        """There is nothing to show for an unknown fingerprint."""
        with pytest.raises(StoreError, match="no source"):
            store.source("f" * 64)

    def test_a_roster_that_comes_later_keeps_the_attempts(self, store, start, arrival):
        """A learner renamed by a roster keeps rows, and joins the row that is already there."""
        run = store.begin_run(start, [ADAM])
        store.keep_submissions(run, [arrival("García José", b"a"), arrival("g-17", b"b"), arrival("luis", b"c")])
        store.adopt("luis", "l-3")
        store.adopt("García José", "g-17")
        store.adopt("nobody", "g-17")
        assert [(kept.learner, kept.attempt, store.source(kept.sha256)) for kept in store.submissions()] == [
            ("g-17", 1, b"b"),
            ("g-17", 2, b"a"),
            ("l-3", 1, b"c"),
        ]

    def test_a_match_that_was_wrong_is_put_right(self, store, start, arrival):
        """What was credited to one is the other's from now on, and only what lies at that path."""
        run = store.begin_run(start, [ADAM])
        mine, other = arrival("u1", b"a", origin="x/adam_step.py"), arrival("u1", b"b", origin="y/adam_step.py")
        store.keep_submissions(run, [mine, other, arrival("u2", b"c", origin="z/adam_step.py")])
        store.correct({"x/adam_step.py": "u2", "z/adam_step.py": "u2"})
        store.correct({"x/adam_step.py": "u2"})
        assert [(kept.learner, kept.attempt, store.source(kept.sha256)) for kept in store.submissions()] == [
            ("u1", 2, b"b"),
            ("u2", 1, b"c"),
            ("u2", 2, b"a"),
        ]

    def test_what_the_roster_tells_comes_back(self, store, start, arrival):
        """Only learners whom a roster knows have a student."""
        jose = Student(id="g-17", name="García, José", email="jose@example.org")
        store.keep_submissions(store.begin_run(start, [ADAM]), [arrival("g-17"), arrival("luis")], {"g-17": jose})
        assert store.students() == {"g-17": jose}

    def test_who_handed_in_nothing_is_kept_until_another_roster_or_a_file_comes(self, store, start, arrival):
        """They are known without the roster; nobody who handed in something is ever one of them."""
        ana, luis, zoe = (Student(id=name, name=name.title()) for name in ("ana", "luis", "zoe"))
        run = store.begin_run(start, [ADAM])
        store.keep_submissions(run, [arrival("ana")], {"ana": ana})
        store.keep_absent({"ana": ana, "luis": luis, "zoe": zoe})
        assert store.absent() == {"luis": luis, "zoe": zoe}
        assert store.students() == {"ana": ana, "luis": luis, "zoe": zoe}
        store.keep_submissions(run, [arrival("luis", b"late")])
        renamed = msgspec.structs.replace(zoe, name="Zoë")
        store.keep_absent({"zoe": renamed})
        assert store.absent() == {"zoe": renamed}
        store.keep_absent({})
        assert store.absent() == {}
        assert [each.learner for each in store.submissions()] == ["ana", "luis"]

    def test_a_file_that_comes_under_another_name_finds_who_was_absent(self, store, start, arrival):
        """A roster that now tells whose folder it is joins both."""
        store.keep_absent({"u1": Student(id="u1", name="Ana")})
        store.keep_submissions(store.begin_run(start, [ADAM]), [arrival("ana-folder")])
        store.adopt("ana-folder", "u1")
        assert [each.learner for each in store.submissions()] == ["u1"]
        assert (store.absent(), store.students()["u1"].name) == ({}, "Ana")


class TestResults:
    """A result is committed as it lands, once for each edition, and never overwritten."""

    def test_only_what_this_edition_has_not_graded_waits(self, store, start, arrival, report):
        """A second run does nothing; another edition of the checks grades all again."""
        run = store.begin_run(start, [ADAM])
        ana, luis = store.keep_submissions(run, [arrival("ana"), arrival("luis", b"y")])
        store.keep_submissions(run, [arrival("ana", exercise="sgd_step")])
        store.keep_result(run, ana.id, ADAM, report("passed"), NOON)
        assert store.pending(ADAM) == [luis]
        for change in ({"checks_version": "checks-2"}, {"exercise_version": 2}, {"seed_policy": "class:8"}):
            changed = msgspec.structs.replace(ADAM, **change)
            store.begin_run(start, [changed])
            assert store.pending(changed) == [ana, luis]

    def test_a_result_that_stands_is_not_replaced(self, store, start, arrival, report):
        """The same result said twice is one row, and the first one."""
        run = store.begin_run(start, [ADAM])
        (kept,) = store.keep_submissions(run, [arrival()])
        store.keep_result(run, kept.id, ADAM, report("passed"), NOON)
        store.keep_result(run, kept.id, ADAM, report("failed"), NOON + timedelta(hours=1))
        (result,) = store.results()
        assert (result.report, result.graded_at) == (report("passed"), NOON)

    def test_a_grader_error_waits_for_a_true_result(self, store, start, arrival, report):
        """It is graded again by the next run and then gives way; or it may stand."""
        run = store.begin_run(start, [ADAM])
        (kept,) = store.keep_submissions(run, [arrival()])
        store.keep_result(run, kept.id, ADAM, report("grader_error"), NOON)
        assert store.pending(ADAM) == [kept]
        assert store.pending(ADAM, retry_grader_errors=False) == []
        store.keep_result(run, kept.id, ADAM, report("failed", "passed"), NOON)
        assert [each.report.points for each in store.results()] == [2.0]

    def test_an_edition_no_run_began_with_is_refused(self, store, start, arrival, report):
        """A result must belong to an edition that is known."""
        run = store.begin_run(start, [ADAM])
        (kept,) = store.keep_submissions(run, [arrival()])
        with pytest.raises(StoreError, match="failed"):
            store.keep_result(run, kept.id, msgspec.structs.replace(ADAM, checks_version="?"), report("passed"), NOON)

    def test_the_report_is_the_same_value_afterwards(self, store, start, arrival, report):
        """Text in both languages, marks and numbers survive, a NUL and a bidirectional mark too."""
        run = store.begin_run(start, [ADAM])
        (kept,) = store.keep_submissions(run, [arrival()])
        original = msgspec.structs.replace(report("passed", "failed", message="ñ\x00\u202e"), output="a\x00b")
        store.keep_result(run, kept.id, ADAM, original, NOON)
        assert [each.report for each in store.results()] == [original]

    def test_results_come_by_pages_and_whole(self, store, start, arrival, report):
        """More results than a page holds all come, each once."""
        run = store.begin_run(start, [ADAM])
        everyone = store.keep_submissions(run, [arrival(f"learner {n:03}") for n in range(230)])
        for kept in everyone:
            store.keep_result(run, kept.id, ADAM, report("passed"), NOON)
        assert sorted(each.submission.id for each in store.results()) == sorted(each.id for each in everyone)

    def test_the_last_run_says_which_edition_is_current(self, store, start):
        """Also where it goes back to the checks of the run before last."""
        newer, other = msgspec.structs.replace(ADAM, checks_version="checks-2"), Edition("sgd_step", 1, "s", "class:7")
        store.begin_run(start, [ADAM, other])
        store.begin_run(start, [newer])
        store.begin_run(start, [newer])
        assert store.current_editions() == {"adam_step": newer, "sgd_step": other}
        store.begin_run(start, [ADAM])
        assert store.edition_history()["adam_step"] == [ADAM, newer, ADAM]

    def test_one_seed_serves_the_whole_class(self, store, where):
        """The first proposal stands, also for the next process."""
        assert store.class_seed(2**63 + 11) == 2**63 + 11
        with Store.open(where) as again:
            assert again.class_seed(5) == 2**63 + 11

    def test_notes_are_those_of_the_last_run(self, store, start):
        """Saying them again does not double them."""
        note = Note("refused", "../evil.py", Text({"en": "It leads outside.", "es": "Lleva fuera."}))
        store.keep_notes(store.begin_run(start, []), [note])
        run = store.begin_run(start, [])
        store.keep_notes(run, [note, note])
        store.keep_notes(run, [note])
        store.finish_run(run, NOON)
        assert store.notes() == [note]


GRADE_ALL = """
    import sys, time
    from tests.classroom.conftest import ADAM, NOON, ISOLATION
    from grader.classroom.arrival import Arrival
    from grader.classroom.rows import RunStart
    from grader.classroom.store import Store
    from grader.results import *
    from hashlib import sha256

    contents = [b"attempt %d" % n for n in range(60)]
    arrivals = [
        Arrival(learner=f"l{n % 20}", exercise="adam_step", content=c, sha256=sha256(c).hexdigest())
        for n, c in enumerate(contents)
    ]
    with Store.open(sys.argv[1]) as store:
        seed = store.class_seed(7)
        start = RunStart(course="c", course_version="1", seed=seed, isolation=ISOLATION, started_at=NOON)
        run = store.begin_run(start, [ADAM])
        store.keep_submissions(run, arrivals)
        print("started", flush=True)
        for kept in store.pending(ADAM):
            points = float(kept.attempt)
            report = Report(exercise=ExerciseRef(3, "adam_step"), outcome=Outcome.FAILED, points=points, max_points=9.0,
                            checks=(), isolation=ISOLATION, seed=seed, submission=Submission(kept.sha256), seconds=0.0)
            store.keep_result(run, kept.id, ADAM, report, NOON)
            time.sleep(0.002)
        store.finish_run(run, NOON)
"""


def everything(where: str) -> list[tuple[object, ...]]:
    with Store.open(where) as store:
        return [(each.submission, each.edition, each.graded_at, each.report) for each in store.results()]


def grade_all(where: str) -> subprocess.Popen[str]:
    repo = Path(__file__).parents[2]
    command = [sys.executable, "-c", textwrap.dedent(GRADE_ALL), where]
    return subprocess.Popen(
        command, cwd=repo, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(repo)}
    )


def undisturbed(where: str) -> list[tuple[object, ...]]:
    finish(where)
    rows = everything(where)
    assert len(rows) == 60
    return rows


def finish(where: str) -> None:
    with grade_all(where) as grader:
        assert grader.wait() == 0


class TestKills:
    """Whatever is killed, starting again ends with what an undisturbed run keeps."""

    def test_a_killed_grader_goes_on_where_it_was(self, where, tmp_path):
        """After SIGKILL at several moments the store equals that of a run that was left alone."""
        expected = undisturbed(str(tmp_path / "calm.db"))
        for delay in (0.0, 0.02, 0.05, 0.09):
            with grade_all(where) as grader:
                grader.stdout.readline()
                time.sleep(delay)
                grader.send_signal(signal.SIGKILL)
        finish(where)
        assert everything(where) == expected

    def test_a_killed_server_that_comes_back_loses_nothing(self, postgres, tmp_path):
        """The grader waits for PostgreSQL to return and repeats what was not committed."""
        expected = undisturbed(str(tmp_path / "calm.db"))
        where = postgres.fresh_database()
        with grade_all(where) as grader:
            grader.stdout.readline()
            for _ in range(2):
                time.sleep(0.04)
                os.kill(postgres.postmaster(), signal.SIGKILL)
                postgres.restart_after_kill()
            assert grader.wait() == 0
        assert everything(where) == expected


class TestWhichFileAnAddressMeans:
    """The same class, whatever SQLAlchemy makes of an escaped character."""

    @pytest.mark.parametrize("undone", [True, False])
    def test_an_escaped_blank_is_a_blank(self, tmp_path, monkeypatch, undone):
        """Releases of SQLAlchemy from 2.1 on undo the escapes, those before do not."""
        monkeypatch.chdir(tmp_path)
        address = "sqlite:///mi%20clase.db"
        parsed = make_url("sqlite://").set(database="mi clase.db" if undone else "mi%20clase.db")
        monkeypatch.setattr("grader.classroom.database.make_url", lambda where: parsed)
        Store.open(address).close()
        assert [path.name for path in tmp_path.glob("*.db")] == ["mi clase.db"]

    def test_a_file_that_was_made_under_the_name_as_written_is_found_again(self, tmp_path, monkeypatch):
        """With SQLAlchemy 2.0 the file was called mi%20clase.db; an upgrade does not make its class empty."""
        monkeypatch.chdir(tmp_path)
        Store.open("mi%20clase.db").close()
        Store.open("sqlite:///mi%20clase.db").close()
        assert [path.name for path in tmp_path.glob("*.db")] == ["mi%20clase.db"]

    def test_of_two_files_the_one_that_is_meant_is_opened(self, tmp_path, monkeypatch):
        """Both are there: the address is read as addresses are."""
        monkeypatch.chdir(tmp_path)
        for name in ("mi%20clase.db", "mi clase.db"):
            Store.open(name).close()
        assert database._url("sqlite:///mi%20clase.db").database == "mi clase.db"

    def test_a_path_is_a_name_and_no_address(self, tmp_path, monkeypatch):
        """What is no address has no escapes."""
        monkeypatch.chdir(tmp_path)
        Store.open("50%25.db").close()
        assert [path.name for path in tmp_path.glob("*.db")] == ["50%25.db"]

    @pytest.mark.parametrize("undone", [True, False])
    def test_a_database_on_a_server_is_named_as_it_is_meant(self, monkeypatch, undone):
        """An instructor writes %20 for the blank in the name of a department's database."""
        name = "mi clase" if undone else "mi%20clase"

        def parsed(where):
            return (
                make_url("postgresql://h").set(database=name)
                if "postgresql" in where
                else make_url("sqlite://").set(database=" " if undone else "%20")
            )

        monkeypatch.setattr("grader.classroom.database.make_url", parsed)
        assert database._url("postgresql://h/mi%20clase").database == "mi clase"
