"""What a learner types finds their exercise and their file; what it cannot find, it says how to name."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.locate import Found, locate
from grader.course import Course, open_course
from grader.errors import UsageError


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def found(course: Course, which: str | None, file: str | None, here: Path) -> tuple[str, str, str]:
    one = locate(course, which, file, here)
    return one.exercise.id, one.shown, one.again


class TestNowhere:
    """In a folder that holds nothing."""

    @pytest.mark.parametrize(
        ("which", "file", "message", "hint"),
        [
            (None, None, "Which exercise?", "`grade exercise 3`"),
            (None, "-", "Which exercise?", "`grade exercise 3`"),
            ("99", None, "There is no exercise «99».", "3 adam_step"),
            ("", None, "There is no exercise «».", "3 adam_step"),
            ("3", None, "This folder holds no copy of the course.", "grade exercise 3 --file FILE"),
            ("mine.py", None, "mine.py does not tell which exercise it solves.", "--file mine.py"),
            (None, "mine.py", "mine.py does not tell which exercise it solves.", "--file mine.py"),
            ("./mine", None, "mine does not tell which", "--file"),
            (".", None, ". does not tell which", "--file"),
            ("..", None, ".. does not tell which", "--file"),
            ("notebook.ipynb", None, "notebook.ipynb does not tell which", "--file"),
            ("03_adam_step_old/x.py", None, "does not tell which", "--file"),
            ("99_adam_step/x.py", None, "does not tell which", "--file"),
            ("03_sgd_step/x.py", None, "does not tell which", "--file"),
            ("a" * 5000 + ".py", None, "does not tell which", "--file"),
            ("a/" * 3000, None, "does not tell which", "--file"),
        ],
    )
    def test_what_cannot_be_found_is_told_with_a_way_on(
        self, which: str | None, file: str | None, message: str, hint: str, course: Course, tmp_path: Path
    ) -> None:
        with pytest.raises(UsageError) as caught:
            locate(course, which, file, tmp_path)
        assert caught.value.hint is not None
        assert message in str(caught.value)
        assert hint in caught.value.hint["en"]
        assert len(str(caught.value)) < 250

    def test_a_file_may_be_named_though_it_is_not_there(self, course: Course, tmp_path: Path) -> None:
        """Reading it is another matter, and has a sentence of its own."""
        assert found(course, "3", "x.py", tmp_path) == ("adam_step", "x.py", "grade exercise 3 --file x.py")

    def test_standard_input_has_no_path(self, course: Course, tmp_path: Path) -> None:
        one = locate(course, "adam_step", "-", tmp_path)
        assert (one.exercise.id, one.path, one.shown) == ("adam_step", None, "-")
        assert one.again == "grade exercise 3 --file -"

    @pytest.mark.parametrize(
        "path",
        ["adam_step.py", "somewhere/else/adam_step.py", "03_adam_step/attempt.py", "03_adam_step/deep/attempt.py"],
    )
    def test_a_path_tells_its_exercise_by_its_own_name_or_a_folders(
        self, path: str, course: Course, tmp_path: Path
    ) -> None:
        assert found(course, path, None, tmp_path) == ("adam_step", path, f"grade exercise {path}")
        assert found(course, None, path, tmp_path)[:2] == ("adam_step", path)

    def test_the_command_to_run_again_can_be_typed_as_it_stands(self, course: Course, tmp_path: Path) -> None:
        assert found(course, "3", "my try.py", tmp_path)[2] == "grade exercise 3 --file 'my try.py'"
        assert found(course, "my tries/adam_step.py", None, tmp_path)[2] == "grade exercise 'my tries/adam_step.py'"

    def test_a_path_may_name_the_exercise_of_another_file(self, course: Course, tmp_path: Path) -> None:
        assert found(course, "adam_step.py", "other.py", tmp_path)[:2] == ("adam_step", "other.py")


class TestCopy:
    """In a learner's copy."""

    @pytest.mark.parametrize("which", ["3", "03", "adam_step", "adam-step", "03_adam_step"])
    def test_the_learners_own_file_is_found(self, which: str, course: Course, copy: Path) -> None:
        wanted = ("adam_step", "exercises/03_adam_step/adam_step.py", "grade exercise 3")
        assert found(course, which, None, copy) == wanted

    def test_it_is_found_from_below_and_shown_from_there(self, course: Course, copy: Path) -> None:
        below = copy / "exercises" / "03_adam_step"
        assert found(course, None, None, below) == ("adam_step", "adam_step.py", "grade exercise 3")
        assert found(course, "2", None, below)[1] == str(copy / "exercises" / "02_sgd_step" / "sgd_step.py")

    @pytest.mark.parametrize("which", ["exercises/03_adam_step", "exercises/03_adam_step/", "./exercises/03_adam_step"])
    def test_a_folder_stands_for_its_file(
        self, which: str, course: Course, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(copy)
        assert found(course, which, None, copy)[:2] == ("adam_step", "exercises/03_adam_step/adam_step.py")

    def test_a_dot_stands_for_the_folder_one_is_in(
        self, course: Course, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(copy / "exercises" / "03_adam_step")
        assert found(course, ".", None, Path.cwd())[:2] == ("adam_step", "adam_step.py")

    def test_a_manifest_beside_the_file_is_not_looked_at(self, course: Course, copy: Path) -> None:
        """From a learner's folder comes the learner's source, nothing else."""
        (copy / "exercises" / "03_adam_step" / "exercise.toml").write_text("number = 99")
        one: Found = locate(course, "3", None, copy)
        assert one.exercise.manifest.number == 3
        assert one.exercise.folder.is_relative_to(course.root)
