"""The learners' course: whole, the same bytes every time, and nothing of the solutions in any of them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from grader.authoring.release import archive, release
from grader.course import Course, bundled_root, open_course
from grader.errors import CourseError, UsageError
from tests.authoring.conftest import FOLDER, Workshop

SOLUTIONS = bundled_root() / "solutions"
ORDINARY = re.compile(rb"(import|from|for|while|if|elif|else|try|except|with)\b.*|return \w+|\W*")


def snapshot(folder: Path) -> list[tuple[str, int, int, str]]:
    """Every path below a folder with its mode, its time and a fingerprint of its bytes."""
    return [
        (
            path.relative_to(folder).as_posix(),
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    ]


def flat(content: bytes) -> bytes:
    return b" ".join(content.split())


def code_lines(path: Path) -> list[bytes]:
    """Lines of code of a file without comments, all spaces alike."""
    return [line for raw in path.read_bytes().splitlines() if (line := flat(raw.partition(b"#")[0]))]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped course as its learners get it."""
    folder = tmp_path_factory.mktemp("release") / "course"
    release(open_course(), folder)
    return folder


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("there", ["a file", "a folder with something in it"])
def test_what_is_there_already_is_not_touched(workshop: Workshop, tmp_path: Path, there: str) -> None:
    target = tmp_path / "out"
    if there == "a file":
        target.write_text("mine", encoding="utf-8")
    else:
        target.mkdir()
        (target / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="nothing is overwritten"):
        release(Course(workshop.root), target)
    assert [path.name for path in tmp_path.rglob("mine*")] == ([] if there == "a file" else ["mine.txt"])


@pytest.mark.parametrize("top", ["exercises", "solutions/01_sample", "quizzes/out"])
def test_a_folder_within_the_course_is_refused(workshop: Workshop, top: str) -> None:
    with pytest.raises(UsageError, match="within the course itself"):
        release(Course(workshop.root), workshop.root / top / "out")


def test_a_place_that_cannot_be_written_is_told(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        release(Course(workshop.root), tmp_path / "file" / "out")


@pytest.mark.parametrize("name", ["harness.py", "brief.es.md", "exercise.toml", "sample.es.py"])
def test_an_exercise_that_gives_its_answer_away_is_refused(workshop: Workshop, tmp_path: Path, name: str) -> None:
    workshop.add(workshop.given / name, "\n# y = scale * x + shift\n")
    with pytest.raises(
        CourseError, match=f"exercises/{FOLDER}/{name} gives away a line of solutions/{FOLDER}/sample.py"
    ):
        release(Course(workshop.root), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_quiz_that_shows_a_whole_check_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    checks = (workshop.kept / "checks.py").read_text(encoding="utf-8")
    (workshop.root / "quizzes").mkdir()
    (workshop.root / "quizzes" / "a.toml").write_text(f"code = '''{checks}'''\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"quizzes/a\.toml gives away"):
        release(Course(workshop.root), tmp_path / "out")


def test_an_unfinished_exercise_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    workshop.add(workshop.given / "brief.en.md", "\nFILL IN: more\n")
    with pytest.raises(CourseError, match="something to fill in"):
        release(Course(workshop.root), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_exercise_without_a_starter_in_every_language_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    (workshop.given / "sample.es.py").unlink()
    with pytest.raises(CourseError, match="no starter in language `es`"):
        release(Course(workshop.root), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """A link out of the exercise could lead anywhere, to its solution first of all."""
    harness = workshop.given / "harness.py"
    kept = tmp_path / "elsewhere.py"
    shutil.move(harness, kept)
    harness.symlink_to(kept)
    with pytest.raises(CourseError, match="is a link"):
        release(Course(workshop.root), tmp_path / "out")


# ---------------------------------------------------------------- what is written


def test_learners_get_every_exercise_and_quiz_whole(released: Path) -> None:
    root = bundled_root()
    expected = {"course.toml"}
    expected |= {path.relative_to(root).as_posix() for path in (root / "quizzes").glob("*.toml")}
    expected |= {
        path.relative_to(root).as_posix()
        for path in (root / "exercises").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    found = {path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()}
    assert found == expected
    for name in expected:
        assert (released / name).read_bytes() == (root / name).read_bytes()


def test_what_is_stray_stays_behind(workshop: Workshop, tmp_path: Path) -> None:
    (workshop.root / "notes.txt").write_text("mine", encoding="utf-8")
    (workshop.root / "quizzes").mkdir()
    (workshop.root / "quizzes" / "words.en.txt").write_text("adam", encoding="utf-8")
    written = release(Course(workshop.root), tmp_path / "out")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "course.toml",
        *(
            f"exercises/{FOLDER}/{name}"
            for name in ("brief.en.md", "brief.es.md", "exercise.toml", "harness.py", "sample.es.py", "sample.py")
        ),
    ]


def test_no_file_of_the_solutions_stands_in_any_byte(released: Path) -> None:
    everything = flat(b"\n".join(path.read_bytes() for path in sorted(released.rglob("*")) if path.is_file()))
    sources = [path for path in SOLUTIONS.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(sources) > 30
    for path in sources:
        assert flat(path.read_bytes()) not in everything, path


def test_no_check_no_oracle_and_no_predicate_shows_a_line_of_itself(released: Path) -> None:
    """What asserts, and what calls the library, is nowhere: neither in an exercise nor in a quiz."""
    given = {path: flat(path.read_bytes()) for path in released.rglob("*") if path.is_file()}
    for path in SOLUTIONS.glob("*/*.py"):
        if path.name not in ("checks.py", "predicates.py"):
            continue
        telling = [line for line in code_lines(path) if len(line) > 30 and not ORDINARY.fullmatch(line)]
        assert telling, path
        for line in telling:
            assert not [where for where, text in given.items() if line in text], (path, line)


def test_no_line_of_a_reference_or_a_wrong_way_stands_in_its_exercise(released: Path) -> None:
    """Quizzes show single formulas by design; the folder a learner works in shows none that is to be found."""
    checked = 0
    for solution in sorted(SOLUTIONS.iterdir()):
        folder = released / "exercises" / solution.name
        manifest = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))
        starter = set(code_lines(folder / manifest["file"]))
        catalogue = tomllib.loads((solution / "misconceptions.toml").read_text(encoding="utf-8"))
        wrong = [edit["to"] for entry in catalogue["misconception"] for edit in entry.get("edit", ())]
        secret = [line for path in solution.rglob("*.py") for line in code_lines(path)]
        secret += [flat(line.encode()) for text in wrong for line in text.splitlines() if "=" in line]
        given = [flat(path.read_bytes()) for path in folder.iterdir()]
        for line in secret:
            if len(line) >= 16 and line not in starter and not ORDINARY.fullmatch(line):
                checked += 1
                assert not any(line in text for text in given), (solution.name, line)
    assert checked > 300


def test_no_two_lines_of_a_reference_follow_each_other_in_a_quiz(released: Path) -> None:
    quizzes = flat(b"\n".join(path.read_bytes() for path in (released / "quizzes").iterdir()))
    for exercise in open_course().exercises:
        starter = set(code_lines(exercise.folder / exercise.manifest.file))
        lines = code_lines(exercise.solution / exercise.manifest.file)
        telling = [line for line in lines if line not in starter and len(line) >= 16 and not ORDINARY.fullmatch(line)]
        for first, second in pairwise(telling):
            assert first + b" " + second not in quizzes


# ---------------------------------------------------------------- the same bytes every time


def test_two_releases_are_the_same_in_every_byte_mode_and_time(released: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("exercises", "solutions", "quizzes"):
        shutil.copytree(bundled_root() / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(bundled_root() / "course.toml", copy)
    for path in copy.rglob("*"):
        path.chmod(0o755)
        os.utime(path, (time.time(), time.time()))
    before = os.umask(0o077)
    try:
        release(Course(copy), tmp_path / "again")
    finally:
        os.umask(before)
    assert snapshot(tmp_path / "again") == snapshot(released)


def test_an_empty_folder_is_as_good_as_none(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    release(Course(workshop.root), tmp_path / "empty")
    release(Course(workshop.root), tmp_path / "new" / "deep")
    assert snapshot(tmp_path / "empty") == snapshot(tmp_path / "new" / "deep")


def test_the_archive_is_the_same_and_holds_what_the_folder_holds(workshop: Workshop, tmp_path: Path) -> None:
    packed = []
    for place in ("one", "two"):
        folder = tmp_path / place / "for-learners"
        packed.append(archive(folder, release(Course(workshop.root), folder)))
    assert packed[0] == tmp_path / "one" / "for-learners.zip"
    assert packed[0].read_bytes() == packed[1].read_bytes()
    shutil.rmtree(tmp_path / "two" / "for-learners")
    with zipfile.ZipFile(packed[1]) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        opened.extractall(tmp_path / "two")
    names = [(path, content) for path, _, _, content in snapshot(tmp_path / "two" / "for-learners")]
    assert names == [(path, content) for path, _, _, content in snapshot(tmp_path / "one" / "for-learners")]


def test_an_archive_that_is_there_is_not_touched(workshop: Workshop, tmp_path: Path) -> None:
    written = release(Course(workshop.root), tmp_path / "out")
    (tmp_path / "out.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="nothing is overwritten"):
        archive(tmp_path / "out", written)
    assert (tmp_path / "out.zip").read_text(encoding="utf-8") == "mine"
