"""The learner's copy: whatever is run, in whatever order and whenever it fails, no byte of theirs is lost."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from grader.errors import CourseError, GraderError, StoreError, UsageError
from grader.workspace import Workspace, disk, lay_out, write_file

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADAM = "exercises/03_adam_step/adam_step.py"
ADAM_ES = "exercises/03_adam_step/adam_step.es.py"
SGD = "exercises/02_sgd_step/sgd_step.py"
COURSE = {
    "course.toml": b'id = "course"\n',
    ADAM: b"# TODO adam\n",
    ADAM_ES: b"# TODO: Adam\n",
    SGD: b"# TODO sgd\n",
    "exercises/03_adam_step/brief.en.md": b"Adam.\n",
    "quizzes/optimizers.toml": b"",
    "solutions/03_adam_step/adam_step.py": b"# the secret\n",
    "README.md": b"not for the copy\n",
    "exercises/03_adam_step/__pycache__/harness.cpython-311.pyc": b"\0",
    "exercises/.hidden": b"",
}
LAID_OUT = {"course.toml", ADAM, SGD, "exercises/03_adam_step/brief.en.md", "quizzes/optimizers.toml"}


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def files_in(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write(tmp_path / "course", COURSE)


@pytest.fixture
def copy(tmp_path: Path, course: Path) -> Path:
    lay_out(course, tmp_path / "copy", NOON)
    return tmp_path / "copy"


# Unhappy paths


@pytest.mark.parametrize("where", [".", "exercises", "exercises/03_adam_step", "solutions", "quizzes/new"])
def test_the_course_itself_is_no_place_for_a_copy(course, where):
    before = files_in(course)
    with pytest.raises(UsageError, match="belongs to the course itself"):
        lay_out(course, course / where, NOON)
    assert files_in(course) == before


def test_another_authors_tree_is_no_place_for_a_copy(course, tmp_path):
    other = write(tmp_path / "other", COURSE)
    with pytest.raises(UsageError, match="belongs to the course itself"):
        lay_out(course, other, NOON)


def test_a_folder_of_another_course_is_refused(course, tmp_path):
    target = write(tmp_path / "copy", {"course.toml": b'id = "cooking"\n'})
    with pytest.raises(UsageError, match="another course, `cooking`"):
        lay_out(course, target, NOON)
    assert files_in(target) == {"course.toml": b'id = "cooking"\n'}


def test_a_course_without_its_mark_is_refused(tmp_path):
    (tmp_path / "course").mkdir()
    with pytest.raises(CourseError, match=r"no course\.toml"):
        lay_out(tmp_path / "course", tmp_path / "copy", NOON)


def test_a_file_in_place_of_the_folder_is_refused(course, tmp_path):
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(UsageError, match="A folder is expected"):
        lay_out(course, tmp_path / "copy", NOON)
    assert (tmp_path / "copy").read_text() == "mine"


@pytest.mark.parametrize(
    ("obstacle", "where", "sentence"),
    [
        ("folder", ADAM, "A file is expected"),
        ("link", ADAM, "is a link"),
        ("dangling", ADAM, "is a link"),
        ("fifo", ADAM, "A file is expected"),
        ("file", "exercises/03_adam_step", "A folder is expected"),
        ("file", "exercises", "A folder is expected"),
        ("link to folder", "exercises/03_adam_step", "is a link"),
        ("link to folder", ".grade", "is a link"),
        ("file", ".grade", "A folder is expected"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_is_written(course, tmp_path, obstacle, where, sentence):
    target, elsewhere = tmp_path / "copy", write(tmp_path / "elsewhere", {"theirs.py": b"theirs"})
    path = target / where
    path.parent.mkdir(parents=True)
    {
        "folder": path.mkdir,
        "link": lambda: path.symlink_to(elsewhere / "theirs.py"),
        "dangling": lambda: path.symlink_to(elsewhere / "nothing"),
        "link to folder": lambda: path.symlink_to(elsewhere),
        "fifo": lambda: os.mkfifo(path),
        "file": lambda: path.write_bytes(b"mine"),
    }[obstacle]()
    before = files_in(target)
    for use in (
        lambda: lay_out(course, target, NOON),
        lambda: Workspace(target).reset(ADAM, b"starter", NOON) if where != ".grade" else lay_out(course, target, NOON),
    ):
        with pytest.raises(UsageError, match=sentence):
            use()
    assert files_in(target) == before
    assert files_in(elsewhere) == {"theirs.py": b"theirs"}


def test_a_link_in_place_of_the_backups_is_refused_and_the_file_stays(copy, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (copy / ".grade/backups").symlink_to(tmp_path / "elsewhere")
    (copy / ADAM).write_bytes(b"mine")
    with pytest.raises(UsageError, match="is a link"):
        Workspace(copy).reset(ADAM, COURSE[ADAM], NOON)
    assert (copy / ADAM).read_bytes() == b"mine"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../course.toml", "/etc/passwd", "exercises/../../x", "", ".", "a\\b", "a\0b"])
def test_no_name_leads_out_of_the_folder(copy, name):
    with pytest.raises(UsageError, match="does not lie in the course's folder"):
        Workspace(copy).reset(name, b"starter", NOON)


@pytest.mark.parametrize("which", ["0", "3", "x", "", "2026", "-1"])
def test_a_backup_that_is_not_there_or_not_the_only_one_is_refused(copy, which):
    for content in (b"first", b"second"):
        (copy / ADAM).write_bytes(content)
        Workspace(copy).reset(ADAM, COURSE[ADAM], NOON)
    with pytest.raises(UsageError, match="does not name one backup"):
        Workspace(copy).restore(ADAM, which, NOON)
    assert (copy / ADAM).read_bytes() == COURSE[ADAM]


def test_without_a_backup_restore_says_so(copy):
    with pytest.raises(UsageError, match="no backup of 03_adam_step"):
        Workspace(copy).restore(ADAM, "1", NOON)


def test_a_disk_that_refuses_leaves_the_learners_file_where_it_was(copy, monkeypatch):
    (copy / ADAM).write_bytes(b"mine")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("link", "rename", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(disk.os, step, refuse)
            if step == "link":
                patch.setattr(disk.os.path, "lexists", refuse)
            with pytest.raises(StoreError, match="the disk is full"):
                Workspace(copy).reset(ADAM, COURSE[ADAM], NOON)
        assert (copy / ADAM).read_bytes() == b"mine"
        assert Workspace(copy).backups("03_adam_step") == ()


def test_an_editor_that_saves_while_the_file_is_away_keeps_what_it_saved(copy, monkeypatch):
    (copy / ADAM).write_bytes(b"mine")
    link = os.link

    def save_first(source: Path, path: Path) -> None:
        path.write_bytes(b"newer")
        link(source, path)

    monkeypatch.setattr(disk.os, "link", save_first)
    with pytest.raises(UsageError, match="at this very moment"):
        Workspace(copy).reset(ADAM, COURSE[ADAM], NOON)
    assert (copy / ADAM).read_bytes() == b"newer"
    assert [backup.path.read_bytes() for backup in Workspace(copy).backups("03_adam_step")] == [b"mine"]


def test_an_editor_that_saves_during_an_upgrade_keeps_what_it_saved(course, copy, monkeypatch):
    write(course, {ADAM: b"# TODO adam, version 2\n"})
    move = disk.move

    def save_first(path: Path, folder: Path) -> Path:
        path.write_bytes(b"just saved")
        return move(path, folder)

    monkeypatch.setattr(disk, "move", save_first)
    assert lay_out(course, copy, NOON).kept == (ADAM,)
    assert (copy / ADAM).read_bytes() == b"just saved"


def test_a_file_system_without_hard_links_will_do(copy, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(disk.os, "link", refuse)
    (copy / ADAM).write_bytes(b"mine")
    assert Workspace(copy).reset(ADAM, COURSE[ADAM], NOON).path.read_bytes() == b"mine"
    assert (copy / ADAM).read_bytes() == COURSE[ADAM]


@pytest.mark.parametrize("record", [b"", b"{", b'{"files": 3}', b"\xff"])
def test_without_its_record_every_differing_file_counts_as_the_learners(course, copy, record):
    (copy / ".grade/laid_out.json").write_bytes(record)
    write(course, {ADAM: b"# TODO adam, version 2\n"})
    assert lay_out(course, copy, NOON).kept == (ADAM,)
    assert (copy / ADAM).read_bytes() == COURSE[ADAM]


# Laying out


def test_a_copy_holds_exercises_and_quizzes_and_nothing_else(course, tmp_path):
    done = lay_out(course, tmp_path / "deep/copy", NOON)
    assert set(done.added) == LAID_OUT
    assert (done.updated, done.kept) == ((), ())
    found = files_in(tmp_path / "deep/copy")
    assert set(found) == {*LAID_OUT, ".grade/laid_out.json", ".grade/.gitignore"}
    assert all(found[name] == COURSE[name] for name in LAID_OUT)


def test_laying_out_again_does_nothing(course, copy):
    before = files_in(copy)
    done = lay_out(course, copy, NOON)
    assert (done.added, done.updated, done.kept) == ((), (), ())
    assert files_in(copy) == before


def test_an_upgrade_adds_and_updates_but_keeps_what_the_learner_changed(course, copy):
    (copy / ADAM).write_bytes(b"mine")
    (copy / "exercises/notes.txt").write_bytes(b"my notes")
    write(course, {ADAM: b"# v2 adam", SGD: b"# v2 sgd", "exercises/06_new/new.py": b"# new"})
    done = lay_out(course, copy, NOON)
    assert done.added == ("exercises/06_new/new.py",)
    assert done.updated == (SGD,)
    assert done.kept == (ADAM,)
    found = files_in(copy)
    assert (found[ADAM], found[SGD], found["exercises/notes.txt"]) == (b"mine", b"# v2 sgd", b"my notes")
    assert [name for name in found if "backups" in name or ".tmp" in name] == []


def test_a_file_the_learner_deleted_comes_back(course, copy):
    (copy / ADAM).unlink()
    assert lay_out(course, copy, NOON).added == (ADAM,)


def test_an_older_starter_put_back_by_the_learner_is_brought_up_to_date(course, copy):
    write(course, {ADAM: b"# v2"})
    lay_out(course, copy, NOON)
    (copy / ADAM).write_bytes(COURSE[ADAM])
    assert lay_out(course, copy, NOON).updated == (ADAM,)


@pytest.mark.parametrize("language", ["", "en", "fr"])
def test_a_language_without_its_own_starter_gets_the_plain_one(course, tmp_path, language):
    lay_out(course, tmp_path / "copy", NOON, language)
    assert (tmp_path / "copy" / ADAM).read_bytes() == COURSE[ADAM]


def test_a_starter_is_laid_out_in_the_learners_language_under_its_plain_name(course, tmp_path):
    done = lay_out(course, tmp_path / "copy", NOON, "es")
    assert set(done.added) == LAID_OUT
    assert (tmp_path / "copy" / ADAM).read_bytes() == COURSE[ADAM_ES]
    assert (tmp_path / "copy" / SGD).read_bytes() == COURSE[SGD]
    assert not (tmp_path / "copy" / ADAM_ES).exists()


@pytest.mark.parametrize("record", ["there", "lost"])
def test_an_untouched_starter_becomes_that_of_another_language_and_back(course, copy, record):
    for language, expected in (("es", COURSE[ADAM_ES]), ("en", COURSE[ADAM])):
        if record == "lost":
            (copy / ".grade/laid_out.json").unlink()
        done = lay_out(course, copy, NOON, language)
        assert (done.added, done.updated, done.kept) == ((), (ADAM,), ())
        assert (copy / ADAM).read_bytes() == expected


def test_another_language_leaves_what_the_learner_changed(course, copy):
    (copy / ADAM).write_bytes(b"mine")
    done = lay_out(course, copy, NOON, "es")
    assert (done.updated, done.kept) == ((), (ADAM,))
    assert (copy / ADAM).read_bytes() == b"mine"


def test_an_older_starter_of_another_language_is_brought_up_to_date(course, tmp_path):
    lay_out(course, tmp_path / "copy", NOON, "es")
    write(course, {ADAM: b"# v2", ADAM_ES: b"# v2, en espa\xc3\xb1ol"})
    assert lay_out(course, tmp_path / "copy", NOON).updated == (ADAM,)
    assert (tmp_path / "copy" / ADAM).read_bytes() == b"# v2"


def test_files_that_were_there_before_are_the_learners(course, tmp_path):
    target = write(tmp_path / "copy", {ADAM: b"mine from before"})
    assert lay_out(course, target, NOON).kept == (ADAM,)
    assert (target / ADAM).read_bytes() == b"mine from before"


def test_a_copy_may_lie_in_the_authors_tree_beside_the_exercises(course):
    lay_out(course, course / "my-course", NOON)
    assert (course / "my-course" / ADAM).read_bytes() == COURSE[ADAM]


# Reset and restore


def test_reset_keeps_the_work_and_restore_brings_it_back(copy):
    workspace = Workspace(copy)
    (copy / ADAM).write_bytes(b"mine")
    backup = workspace.reset(ADAM, COURSE[ADAM], NOON)
    assert (copy / ADAM).read_bytes() == COURSE[ADAM]
    assert backup.name.startswith("20261120T120000.000000Z-")
    assert backup.path == copy / ".grade/backups/03_adam_step" / backup.name / "adam_step.py"
    assert (backup.made_at, backup.path.read_bytes()) == (NOON, b"mine")
    (copy / ADAM).write_bytes(b"second try")
    assert workspace.restore(ADAM, backup.name, NOON + timedelta(seconds=1)).path.read_bytes() == b"second try"
    assert (copy / ADAM).read_bytes() == b"mine"
    assert [one.path.read_bytes() for one in workspace.backups("03_adam_step")] == [b"second try", b"mine"]


def test_backups_of_one_moment_are_told_apart(copy):
    for _ in range(3):
        (copy / ADAM).write_bytes(b"mine")
        Workspace(copy).reset(ADAM, COURSE[ADAM], NOON)
    assert len(Workspace(copy).backups("03_adam_step")) == 3


def test_resetting_an_untouched_file_makes_no_backup(copy):
    assert Workspace(copy).reset(ADAM, COURSE[ADAM], NOON) is None
    assert Workspace(copy).backups("03_adam_step") == ()


def test_resetting_a_deleted_file_brings_it_back(copy):
    shutil.rmtree(copy / "exercises/03_adam_step")
    assert Workspace(copy).reset(ADAM, COURSE[ADAM], NOON) is None
    assert (copy / ADAM).read_bytes() == COURSE[ADAM]


def test_what_is_no_backup_is_not_listed(copy):
    write(copy / ".grade/backups/03_adam_step", {"note.txt": b"", "20261120T120000.000000Z-ab/x/y": b"", "z/a.py": b""})
    assert Workspace(copy).backups("03_adam_step") == ()


def test_the_workspace_is_found_from_anywhere_within(copy, course, tmp_path):
    for start in (copy, copy / "exercises", copy / ADAM, copy / "not/there"):
        assert Workspace.find(start).root == copy
    assert not Workspace.find(copy).is_authors_tree
    assert Workspace.find(course / "solutions").is_authors_tree
    assert Workspace.find(tmp_path) is None


def test_a_file_that_is_made_is_written_in_one_step(tmp_path):
    write_file(tmp_path / "pages/report.html", b"first")
    write_file(tmp_path / "pages/report.html", b"second")
    assert files_in(tmp_path) == {"pages/report.html": b"second"}


# Sequences


CONTENTS = st.sampled_from([b"", b"mine 1", b"mine 2", b"mine 3", b"\xff\0 not text"])


class Sequences(RuleBasedStateMachine):
    """Whatever a learner had on disk before a command, they have after it, even if the disk failed within it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.course, self.copy = write(self.folder / "course", COURSE), self.folder / "copy"
        self.laid_out: set[bytes] = set(COURSE.values())
        self.backed_up: set[bytes] = set()
        self.version, self.seconds, self.failing_step = 1, 0, 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def command(self, work) -> None:
        before = {content for name, content in files_in(self.copy).items() if not name.startswith(".grade/laid")}
        self.seconds += 1
        steps = _Steps(self.failing_step)
        try:
            with steps:
                work(NOON + timedelta(seconds=self.seconds))
        except GraderError:
            pass
        self.failing_step = 0
        after = set(files_in(self.copy).values())
        assert before - self.laid_out <= after
        self.backed_up |= set(self.backups().values()) - self.laid_out

    def backups(self) -> dict[str, bytes]:
        return files_in(self.copy / ".grade/backups") if (self.copy / ".grade/backups").exists() else {}

    @initialize()
    def init_first(self) -> None:
        lay_out(self.course, self.copy, NOON)

    @rule(step=st.integers(1, 12))
    def the_disk_will_fail(self, step: int) -> None:
        self.failing_step = step

    @rule(name=st.sampled_from([ADAM, SGD, "course.toml"]), content=CONTENTS)
    def edit(self, name: str, content: bytes) -> None:
        write(self.copy, {name: content})

    @rule(name=st.sampled_from([ADAM, SGD]))
    def delete(self, name: str) -> None:
        (self.copy / name).unlink(missing_ok=True)

    @rule(name=st.sampled_from([ADAM, SGD]))
    def upgrade(self, name: str) -> None:
        self.version += 1
        write(self.course, {name: b"# TODO version %d" % self.version})
        self.laid_out.add(b"# TODO version %d" % self.version)

    @rule(language=st.sampled_from(["en", "es"]))
    def init(self, language: str) -> None:
        self.command(lambda now: lay_out(self.course, self.copy, now, language))

    @rule(name=st.sampled_from([ADAM, SGD]))
    def reset(self, name: str) -> None:
        self.command(lambda now: Workspace(self.copy).reset(name, (self.course / name).read_bytes(), now))

    @precondition(lambda self: self.backups())
    @rule(name=st.sampled_from([ADAM, SGD]), which=st.sampled_from(["1", "2", "5"]))
    def restore(self, name: str, which: str) -> None:
        self.command(lambda now: Workspace(self.copy).restore(name, which, now))

    @invariant()
    def a_backup_stays(self) -> None:
        assert self.backed_up <= set(self.backups().values())


class _Steps:
    """Lets the n-th change of the disk fail, counted from 1; 0 lets none."""

    NAMES = ("rename", "link", "replace", "fsync")

    def __init__(self, failing: int) -> None:
        self.left = failing
        self.real = {name: getattr(os, name) for name in self.NAMES}

    def __enter__(self) -> None:
        for name in self.NAMES:
            setattr(os, name, self.counted(self.real[name]))

    def __exit__(self, *_: object) -> None:
        for name in self.NAMES:
            setattr(os, name, self.real[name])

    def counted(self, real):
        def step(*arguments, **keywords):
            self.left -= 1
            if self.left == 0:
                raise OSError(5, "Input/output error")
            return real(*arguments, **keywords)

        return step


TestSequences = Sequences.TestCase
TestSequences.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_a_device_is_written_to_and_never_replaced(tmp_path):
    """`--to /dev/stdout` must not put a file where the machine has its devices."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(pipe, b"grades")
        assert os.read(reader, 100) == b"grades"
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reader)


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, b"grades")
