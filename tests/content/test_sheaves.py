"""A sheaf holds many programs in one file; what is malformed is refused with its line, and nothing is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import open_course
from tests.content import programs
from tests.content.sheaves import Program, SheafError, read_sheaf

GOOD = "#=== one | slip_a, (a word, and another)\nx = 1\n\n\n#=== two of them | slip_a, slip_b\n\nx = 2\n"


def sheaf(folder: Path, text: str, name: str = "wrong_me.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no program"),
        ("# only a word about it\n", "no program"),
        ("x = 1\n#=== one | a\nx = 1\n", "code before the first line"),
        ("#===one | a\nx = 1\n", "line 1: `#===one | a` is no header"),
        ("#=== \nx = 1\n", "line 1: `#=== ` is no header"),
        ("#=== one |\nx = 1\n", "is no header"),
        ("#=== one | \nx = 1\n", "is no header"),
        ("#=== one | a | b\nx = 1\n", "neither the id of a slip"),
        ("#=== one | a b\nx = 1\n", "`a b` is neither the id of a slip"),
        ("#=== one | a,, b\nx = 1\n", "neither the id of a slip"),
        ("#=== one | (a\nx = 1\n", "neither the id of a slip"),
        ("#=== one | ()\nx = 1\n", "neither the id of a slip"),
        ("#=== one | a, a\nx = 1\n", "a slip is named twice"),
        ("#=== one\nx = 1\n", "must say its slips"),
        ("#=== one | a\n\n", "nothing stands under it"),
        ("#=== one | a\n# TODO\n", "nothing but comments"),
        ("#=== one | a\nx = 1\n#=== two | a\ndef f(:\n", "line 3: what stands under it is no Python"),
        ("#=== one | a\nx = 1\n#==== two\nx = 2\n", "line 3: `#==== two` is no header"),
    ],
)
def test_a_malformed_sheaf_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SheafError) as refused:
        read_sheaf(sheaf(tmp_path, text))
    assert told in str(refused.value)
    assert "wrong_me.txt" in str(refused.value)


def test_a_right_program_has_no_slips(tmp_path: Path) -> None:
    with pytest.raises(SheafError, match=r"right\.txt, line 1: .* must have no slips"):
        read_sheaf(sheaf(tmp_path, GOOD, "right.txt"))


def test_every_program_is_read_with_its_slips(tmp_path: Path) -> None:
    assert read_sheaf(sheaf(tmp_path, f"# Written by nobody.\n\n{GOOD}")) == [
        Program("one", "x = 1\n", frozenset({"slip_a"}), ("a word, and another",)),
        Program("two of them", "x = 2\n", frozenset({"slip_a", "slip_b"})),
    ]


def test_a_program_keeps_its_own_comments_and_a_doubtful_escape(tmp_path: Path) -> None:
    path = sheaf(tmp_path, '#=== one\n# mine\ndef f():\n    "\\d"\n    # === not a header\n', "right.txt")
    assert read_sheaf(path)[0].source == '# mine\ndef f():\n    "\\d"\n    # === not a header\n'


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the sheaves of the shipped exercise 3; what was read before is not asked."""
    monkeypatch.setattr(programs, "SHEAVES", tmp_path)
    monkeypatch.setattr(programs, "right_programs", programs.right_programs.__wrapped__)
    monkeypatch.setattr(programs, "wrong_programs", programs.wrong_programs.__wrapped__)
    (tmp_path / "adam_step").mkdir()
    return tmp_path / "adam_step"


def test_programs_of_files_and_of_every_sheaf_are_one_collection(kept: Path) -> None:
    files = len(programs.right_programs("adam_step"))
    sheaf(kept, "#=== a\nx = 1\n", "right.txt")
    sheaf(kept, "#=== b\nx = 2\n", "right_too.txt")
    assert [program.name for program in programs.right_programs("adam_step")[files:]] == ["a", "b"]
    assert programs.wrong_programs("adam_step") == ()


@pytest.mark.parametrize(
    ("second", "told"),
    [("#=== a\nx = 2\n", "two programs are called a"), ("#=== b\n\nx = 1\n", "b is a once more")],
)
def test_no_program_counts_twice(kept: Path, second: str, told: str) -> None:
    sheaf(kept, "#=== a\nx = 1\n", "right.txt")
    sheaf(kept, second, "right_too.txt")
    with pytest.raises(SheafError, match=told):
        programs.right_programs("adam_step")


def test_a_listed_slip_is_in_the_catalogue(kept: Path) -> None:
    sheaf(kept, "#=== a | no_bias_correction, no_such_slip, (no such words)\nx = 1\n")
    with pytest.raises(SheafError, match="adam_step, a: the catalogue lists no no_such_slip"):
        programs.wrong_programs("adam_step")


@pytest.mark.parametrize("folder", [programs.SHEAVES, programs.FILES], ids=lambda folder: folder.name)
def test_every_folder_belongs_to_an_exercise_and_every_file_is_read(folder: Path) -> None:
    """A misspelt name would leave its programs out, and nobody would know."""
    slugs = {exercise.id for exercise in open_course().exercises}
    assert {path.name for path in folder.iterdir() if path.is_dir()} <= slugs
    allowed = ("right*.txt", "wrong*.txt") if folder == programs.SHEAVES else ("*.py",)
    for path in folder.glob("*/*"):
        assert path.name == "__pycache__" or any(path.match(pattern) for pattern in allowed), path
