"""The journal: what was reported as kept is there, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from grader.errors import StoreError
from grader.journal import HintShown, Journal, Override, QuizSession, Review, SolutionSeen, data_folder, schema
from grader.journal.file import writing
from grader.journal.rescue import rescue
from grader.results import (
    Belief,
    CheckResult,
    Diagnosis,
    ExerciseRef,
    FigureData,
    Isolation,
    Outcome,
    Report,
    Submission,
)
from grader.text import Text

T = TypeVar("T")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORD = Text({"en": "word", "es": "palabra"})


def check(name: str, outcome: Outcome) -> CheckResult:
    earned = 2.0 if outcome is Outcome.PASSED else 0.0
    return CheckResult(id=name, claim=WORD, outcome=outcome, points=earned, max_points=2.0)


def report(
    outcome: Outcome = Outcome.FAILED, exercise: str = "adam_step", points: float = 2.0, **more: object
) -> Report:
    checks = (check("returns_three", Outcome.PASSED), check("first_step", outcome))
    fields = {
        "exercise": ExerciseRef(number=3, id=exercise),
        "outcome": outcome,
        "points": points,
        "max_points": 4.0,
        "checks": checks,
        "isolation": Isolation(tier="A", summary=WORD),
        "seed": 7,
        "submission": Submission(sha256="ab" * 32),
        "seconds": 0.01,
    }
    return Report(**{**fields, **more})


def keep(journal: Journal, value: Report | None = None, at: datetime = NOON) -> int:
    return journal.keep_attempt(value or report(), at=at, course_version="1.0", exercise_version=2).id


def journal_in(folder: Path) -> Journal:
    home = folder.parent / "home"
    return Journal.open(folder, "course", clock=lambda: NOON, environ={"HOME": str(home)}, platform="linux")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "course"
    course.mkdir()
    return course


@pytest.fixture
def as_nobody(tmp_path: Path) -> Callable[[Callable[[], T]], T]:
    """Run something as a user whom permissions hold, and return what it returns: root may write anywhere."""

    def run(work: Callable[[], T]) -> T:
        if os.geteuid() != 0:
            return work()
        for path in (tmp_path, *tmp_path.rglob("*")):
            os.chown(path, 65534, 65534)
        for above in tmp_path.parents:
            if above.stat().st_uid == 0 and above != Path("/tmp") and above.is_relative_to("/tmp"):
                above.chmod(above.stat().st_mode | 0o011)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setresuid(65534, 65534, 65534)
                os.write(writer, pickle.dumps(work()))
            finally:
                os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with open(reader, "rb") as answer:
            return pickle.loads(answer.read())

    return run


# Unhappy paths


def test_an_absent_journal_reads_as_empty_and_is_not_made(folder):
    journal = journal_in(folder)
    assert journal.attempts() == ()
    assert journal.progress() == {}
    assert journal.report(1) is None
    assert journal.reviews() == ()
    assert journal.session("quiz") is None
    assert journal.examine() is None
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_folder_that_cannot_be_written_sends_the_journal_to_the_data_folder(folder, as_nobody):
    folder.chmod(0o555)
    kept = as_nobody(lambda: (keep(journal_in(folder)), journal_in(folder).path))
    assert kept == (1, folder.parent / "home/.local/share/grade/course/journal.sqlite3")
    assert list(folder.iterdir()) == []


def test_a_journal_that_became_read_only_is_read_and_then_carried_on_in_the_data_folder(folder, as_nobody):
    def in_a_folder_that_closes() -> tuple[int, int, int, Path]:
        keep(journal_in(folder))
        (folder / ".grade").chmod(0o555)
        (folder / ".grade/journal.sqlite3").chmod(0o444)
        before = len(journal_in(folder).attempts())
        keep(journal_in(folder))
        return before, len(journal_in(folder).attempts()), keep(journal_in(folder)), journal_in(folder).path

    before, after, number, path = as_nobody(in_a_folder_that_closes)
    assert (before, after, number) == (1, 2, 3)
    assert path.is_relative_to(folder.parent / "home")


def test_an_old_journal_that_cannot_be_written_can_still_be_read(folder, as_nobody):
    def in_a_closed_folder() -> int:
        write_version_1(folder)
        (folder / ".grade").chmod(0o555)
        (folder / ".grade/journal.sqlite3").chmod(0o444)
        return len(journal_in(folder).attempts()) + len(journal_in(folder).reviews())

    assert as_nobody(in_a_closed_folder) == 1


def test_nowhere_to_write_is_one_sentence(folder, as_nobody):
    def in_closed_folders() -> str:
        home = folder.parent / "home"
        home.mkdir()
        home.chmod(0o555)
        folder.chmod(0o555)
        try:
            keep(journal_in(folder))
        except StoreError as error:
            return error.message["en"]
        return "kept"

    assert "cannot be opened for writing" in as_nobody(in_closed_folders)


@pytest.mark.parametrize(
    "garbage", [b"not a database at all, but long enough" * 40, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_file_that_is_no_database_is_set_aside_and_told_in_a_sentence(folder, garbage):
    path = journal_in(folder).path
    path.parent.mkdir()
    path.write_bytes(garbage)
    journal = journal_in(folder)
    assert journal.examine() is not None
    assert keep(journal) == 1
    aside = path.with_name("journal.sqlite3.damaged-20261120T120000Z")
    assert aside.read_bytes() == garbage
    assert [aside.name in notice["en"] for notice in journal.notices] == [True]
    assert journal.examine() is None


def test_a_second_damaged_file_in_the_same_second_takes_another_name(folder):
    for content in (b"first " * 200, b"second " * 200):
        path = journal_in(folder).path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        keep(journal_in(folder))
    set_aside = sorted(path.parent.glob("*.damaged-*"))
    assert [one.read_bytes()[:5] for one in set_aside] == [b"first", b"secon"]


def test_of_a_broken_page_all_else_is_carried_over(folder):
    journal = journal_in(folder)
    for number in range(300):
        keep(journal, report(seed=number, output="x" * random.Random(number).randrange(2000)))
    content = bytearray(journal.path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xaa" * 4096
    journal.path.write_bytes(content)
    assert journal.examine() is not None
    seeds = {attempt.seed for attempt in journal.attempts()}
    assert len(seeds) >= 280
    assert {0, 299} <= seeds
    assert len(journal.notices) == 1
    assert keep(journal) == 301


def test_a_file_another_terminal_has_already_replaced_is_not_set_aside_again(folder):
    keep(journal_in(folder))
    assert rescue(journal_in(folder).path, NOON) is None
    assert len(journal_in(folder).attempts()) == 1


def test_a_newer_schema_is_refused_and_left_alone(folder):
    keep(journal_in(folder))
    path = journal_in(folder).path
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    database.close()
    before = path.read_bytes()
    for use in (keep, Journal.attempts, Journal.progress):
        with pytest.raises(StoreError, match=f"its format is {schema.VERSION + 1}.*up to {schema.VERSION}"):
            use(journal_in(folder))
    assert path.read_bytes() == before


def test_an_entry_that_cannot_be_understood_is_one_sentence(folder):
    number = keep(journal_in(folder))
    with sqlite3.connect(journal_in(folder).path) as database:
        database.execute("UPDATE attempts SET outcome = 'splendid', report = x'00'")
    database.close()
    for use in (Journal.attempts, Journal.progress, lambda journal: journal.report(number)):
        with pytest.raises(StoreError, match="cannot be understood"):
            use(journal_in(folder))


def test_a_journal_that_stays_locked_is_one_sentence(folder, monkeypatch):
    monkeypatch.setattr("grader.journal.file.PATIENCE_SECONDS", 0.05)
    keep(journal_in(folder))
    other = sqlite3.connect(journal_in(folder).path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="Another process"):
        keep(journal_in(folder))
    with pytest.raises(StoreError, match="Another process"):
        journal_in(folder).attempts()
    other.close()
    assert keep(journal_in(folder)) == 2


def test_a_moment_without_a_time_zone_is_refused(folder):
    with pytest.raises(ValueError, match="aware"):
        keep(journal_in(folder), at=datetime(2026, 1, 1))
    assert journal_in(folder).attempts() == ()


@pytest.mark.parametrize("rating", [0, 5, -1])
def test_a_rating_off_the_scale_is_refused(rating):
    with pytest.raises(ValueError, match="1, 2, 3 or 4"):
        Review(card="adam", rated_at=NOON, rating=rating)


def test_a_review_and_its_session_are_kept_both_or_neither(folder):
    naive = QuizSession(name="quiz", started_at=datetime(2026, 1, 1), state="{}")
    with pytest.raises(ValueError, match="aware"):
        journal_in(folder).keep_review(Review(card="adam", rated_at=NOON, rating=3), naive)
    assert journal_in(folder).reviews() == ()


def test_half_characters_that_were_typed_are_kept_as_what_can_be_written(folder):
    journal_in(folder).keep_review(Review(card="adam", rated_at=NOON, rating=1, answer="sesgo \udce9"))
    assert journal_in(folder).reviews()[0].answer == "sesgo ?"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small tmpfs, which root may")
def test_on_a_full_disk_nothing_kept_is_lost_and_the_file_stays_sound(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
    try:
        journal = journal_in(disk)
        kept, refusals = [], []
        noise = random.Random(0)
        while len(refusals) < 20:
            try:
                kept.append(keep(journal, report(output=noise.randbytes(3000).hex())))
            except StoreError as error:
                refusals.append(error.message["en"])
        assert len(kept) > 10
        assert all("disk is full" in refusal for refusal in refusals)
        assert [attempt.id for attempt in journal.attempts()] == kept
        assert journal.examine() is None
        subprocess.run(["mount", "-o", "remount,size=1m", disk], check=True)
        kept.append(keep(journal))
        assert [attempt.id for attempt in journal.attempts()] == kept
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small tmpfs, which root may")
def test_on_a_disk_with_no_room_at_all_a_first_attempt_is_one_sentence(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        (disk / "filler").write_bytes(b"")
        with open(disk / "filler", "ab", buffering=0) as filler:
            while True:
                try:
                    filler.write(b"x" * 4096)
                except OSError:
                    break
        with pytest.raises(StoreError, match="disk is full"):
            keep(journal_in(disk))
        assert journal_in(disk).attempts() == ()
        (disk / "filler").unlink()
        assert keep(journal_in(disk)) == 1
    finally:
        subprocess.run(["umount", disk], check=True)


# Several processes


def write_many(folder: Path, count: int, results: object) -> None:
    journal = journal_in(folder)
    results.put([keep(journal, report(seed=os.getpid())) for _ in range(count)])


def test_two_processes_writing_at_once_lose_nothing(folder):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    writers = [context.Process(target=write_many, args=(folder, 60, results)) for _ in range(2)]
    for writer in writers:
        writer.start()
    numbers = results.get(timeout=60) + results.get(timeout=60)
    for writer in writers:
        writer.join()
    assert sorted(numbers) == list(range(1, 121))
    assert sorted(attempt.id for attempt in journal_in(folder).attempts()) == sorted(numbers)
    assert len({attempt.seed for attempt in journal_in(folder).attempts()}) == 2


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_journal import journal_in, keep
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            number = keep(journal_in(Path(sys.argv[2])))
            os.write(1, b"kept %d\\n" % number)
    os.write(1, b"pid %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: what a killed process leaves does not depend on the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as made:
        (Path(made) / "course").mkdir()
        yield Path(made) / "course"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_of_200_processes_killed_at_random_no_attempt_reported_as_kept_is_lost(quick_folder):
    chance = random.Random(2026)
    command = [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(quick_folder)]
    reported: set[int] = set()
    interrupted = 0
    started = time.perf_counter()
    for _ in range(10):
        keep(journal_in(quick_folder))
    pace = (time.perf_counter() - started) / 10
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forker:

        def next_word() -> str:
            word, _, number = forker.stdout.readline().strip().partition(" ")
            if word == "kept":
                reported.add(int(number))
            return number if word == "pid" else word

        for _ in range(200):
            forker.stdin.write("go\n")
            forker.stdin.flush()
            while (child := next_word()) == "kept":
                pass
            for _ in range(chance.randrange(3)):
                next_word()
            time.sleep(chance.random() * pace)
            os.kill(int(child), signal.SIGKILL)
            while next_word() != "dead":
                pass
            interrupted += Path(f"{journal_in(quick_folder).path}-journal").exists()
        forker.stdin.close()
    journal = journal_in(quick_folder)
    assert len(reported) >= 100
    assert interrupted > 0, "no process was killed within a transaction: this test showed nothing"
    assert reported <= {attempt.id for attempt in journal.attempts()}
    assert journal.examine() is None
    assert journal.notices == []


def test_what_is_kept_is_on_the_disk_before_it_is_reported(folder):
    with writing(journal_in(folder).path) as database:
        assert database.execute("PRAGMA synchronous").fetchone() == (3,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_the_folder_is_synced_after_the_rollback_journal_is_gone(folder):
    program = "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import test_journal as t; "
    program += "t.keep(t.journal_in(Path(sys.argv[2]))); print('kept', flush=True)"
    command = ["strace", "-f", "-e", "trace=unlink,fsync,fdatasync,write", sys.executable, "-c", program]
    command += [str(Path(__file__).parent), str(folder)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    gone = max(number for number, line in enumerate(lines) if "unlink(" in line and "-journal" in line)
    said = next(number for number, line in enumerate(lines) if 'write(1, "kept' in line)
    assert any("sync(" in line for line in lines[gone:said])


# Migrations


def write_version_1(folder: Path) -> None:
    path = journal_in(folder).path
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        database.executescript((Path(__file__).parent / "gold" / "journal_version_1.sql").read_text())
    database.close()


def test_a_version_1_file_is_brought_up_to_date_and_keeps_its_rows(folder):
    write_version_1(folder)
    journal = journal_in(folder)
    (attempt,) = journal.attempts("adam_step")
    assert attempt.misconceptions == ("no_bias_correction",)
    journal.keep_review(Review(card="adam", rated_at=NOON, rating=3))
    assert journal.attempts("adam_step") == (attempt,)
    assert len(journal.hints()) == len(journal.solutions_seen()) == len(journal.reviews()) == 1
    with sqlite3.connect(journal.path) as database:
        assert schema.version_of(database) == schema.VERSION
    database.close()


def test_reading_an_old_file_does_not_change_it(folder):
    write_version_1(folder)
    before = journal_in(folder).path.read_bytes()
    assert len(journal_in(folder).attempts()) == 1
    assert journal_in(folder).reviews() == ()
    assert journal_in(folder).path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_old_file(folder, monkeypatch):
    write_version_1(folder)
    before = journal_in(folder).path.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (id);\nNONSENSE;\n"))
    with pytest.raises(StoreError):
        keep(journal_in(folder))
    assert journal_in(folder).path.read_bytes() == before


# What goes in comes out


def test_an_attempt_comes_back_with_its_report_but_for_the_figures(folder):
    belief = Belief(id="no_bias_correction", kind="misconception", belief=WORD, explanation=WORD, question=WORD)
    unsure = msgspec.structs.replace(belief, id="eps_inside")
    figure = FigureData(
        kind="series", title=WORD, caption=WORD, x_label=WORD, y_label=WORD, expected={"x": [1.0]}, learner=None
    )
    value = report(
        seed=2**70,
        diagnosis=(
            Diagnosis(kind="misconception", beliefs=(belief,)),
            Diagnosis(kind="one_of", beliefs=(unsure, belief)),
        ),
        figures=(figure,),
    )
    journal = journal_in(folder)
    kept = journal.keep_attempt(value, at=NOON, course_version="1.0", exercise_version=2)
    assert journal.attempts() == (kept,)
    assert (kept.seed, kept.first_failure, kept.graded_at) == (2**70, "first_step", NOON)
    assert kept.misconceptions == ("no_bias_correction",)
    assert journal.report(kept.id) == msgspec.structs.replace(value, figures=())


def test_a_passed_attempt_has_no_first_failure(folder):
    keep(journal_in(folder), report(Outcome.PASSED))
    assert journal_in(folder).attempts()[0].first_failure is None


def test_progress_keeps_the_first_pass_the_best_points_and_the_last_attempt(folder):
    journal = journal_in(folder)
    keep(journal, report(points=1.0))
    keep(journal, report(Outcome.PASSED, points=4.0), at=NOON + timedelta(hours=1))
    keep(journal, report(Outcome.PASSED, points=4.0), at=NOON + timedelta(hours=2))
    keep(journal, report(points=3.0), at=NOON + timedelta(hours=3))
    keep(journal, report(exercise="sgd_step"))
    progress = journal.progress()
    assert list(progress) == ["adam_step", "sgd_step"]
    adam = progress["adam_step"]
    assert (adam.attempts, adam.best_points, adam.passed_at) == (4, 4.0, NOON + timedelta(hours=1))
    assert (adam.last.points, adam.last.graded_at) == (3.0, NOON + timedelta(hours=3))
    assert progress["sgd_step"].passed_at is None


def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(folder):
    madrid = timezone(timedelta(hours=1))
    keep(journal_in(folder), at=datetime(2026, 11, 20, 13, tzinfo=madrid))
    assert journal_in(folder).attempts()[0].graded_at.isoformat() == "2026-11-20T12:00:00+00:00"


def test_hints_and_solutions_seen_are_kept(folder):
    journal = journal_in(folder)
    hint = HintShown(exercise="adam_step", level=2, shown_at=NOON, misconception="no_bias_correction")
    seen = SolutionSeen(exercise="adam_step", seen_at=NOON, gave_up=True)
    journal.keep_hint(hint)
    journal.keep_solution_seen(seen)
    assert journal.hints("adam_step") == (hint,)
    assert journal.hints("sgd_step") == ()
    assert journal.solutions_seen() == (seen,)


def test_reviews_overrides_and_a_session_are_kept(folder):
    journal = journal_in(folder)
    first = Review(
        card="adam", rated_at=NOON, rating=1, item="adam-02", answer="0,9", milliseconds=4200, direction="term"
    )
    second = Review(card="momentum", rated_at=NOON, rating=4)
    override = Override(card="adam", due_at=NOON, reason="check:adam_step/first_step", made_at=NOON)
    begun = QuizSession(name="quiz", started_at=NOON, state=json.dumps({"asked": 1}))
    journal.save_session(begun)
    journal.keep_review(first, msgspec.structs.replace(begun, state=json.dumps({"asked": 2})))
    journal.keep_review(second)
    journal.keep_overrides([override, override])
    journal.keep_overrides([])
    assert journal.reviews() == (first, second)
    assert journal.reviews("adam") == (first,)
    assert journal.overrides("adam") == (override, override)
    assert json.loads(journal.session("quiz").state) == {"asked": 2}
    journal.end_session("quiz")
    assert journal.session("quiz") is None
    assert len(journal.reviews()) == 2


def test_the_folder_is_left_out_of_version_control(folder):
    keep(journal_in(folder))
    assert sorted(path.name for path in (folder / ".grade").iterdir()) == [".gitignore", "journal.sqlite3"]
    assert (folder / ".grade/.gitignore").read_text() == "*\n"


# Where it lies


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"HOME": "/h"}, "linux", "/h/.local/share/grade/c"),
        ({"HOME": "/h", "XDG_DATA_HOME": "/x"}, "linux", "/x/grade/c"),
        ({"HOME": "/h", "XDG_DATA_HOME": "relative"}, "linux", "/h/.local/share/grade/c"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Application Support/grade/c"),
        ({"LOCALAPPDATA": "/l"}, "win32", "/l/grade/c"),
        ({"USERPROFILE": "/u"}, "win32", "/u/AppData/Local/grade/c"),
    ],
)
def test_the_data_folder_is_where_the_platform_puts_it(environ, platform, expected):
    assert data_folder("c", environ, platform) == Path(expected)


@pytest.mark.parametrize("course_id", ["../../etc", "..", "", "a/b", "C:\\x"])
def test_a_course_id_never_leads_out_of_the_data_folder(course_id):
    assert data_folder(course_id, {"HOME": "/h"}, "linux").parent == Path("/h/.local/share/grade")


def test_without_a_course_folder_the_journal_lies_in_the_data_folder(tmp_path):
    journal = Journal.open(None, "course", environ={"XDG_DATA_HOME": str(tmp_path)}, platform="linux")
    keep(journal)
    assert journal.path == tmp_path / "grade/course/journal.sqlite3"
    assert len(journal.attempts()) == 1
