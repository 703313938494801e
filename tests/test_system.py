"""What the system says of a file is said in the reader's language, and never twice."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from grader.course.reading import read_bytes
from grader.errors import CourseError
from grader.locale.system import problem_of

USUAL = (
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS, errno.EEXIST,
    errno.ENAMETOOLONG, errno.ELOOP, errno.EIO, errno.EMFILE,
)  # fmt: skip


@pytest.mark.parametrize("number", USUAL, ids=[errno.errorcode[number] for number in USUAL])
def test_the_usual_problems_are_told_in_both_languages_without_the_path(number: int) -> None:
    both = problem_of(OSError(number, os.strerror(number), "/a/path"))
    assert both["en"] != both["es"]
    assert os.strerror(number) not in both["es"]
    assert "/a/path" not in both["en"] + both["es"]
    assert not both["en"].endswith(".")


def test_a_rare_problem_keeps_the_systems_words() -> None:
    assert problem_of(OSError(errno.EXDEV, "Invalid cross-device link"))["es"] == "Invalid cross-device link"


@pytest.mark.parametrize("error", [OSError(), OSError("it broke")])
def test_a_problem_without_a_number_is_told_all_the_same(error: OSError) -> None:
    assert problem_of(error)["es"] == (str(error) or "OSError")


def test_a_course_that_lacks_a_file_says_so_in_spanish(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        read_bytes(tmp_path / "checks.py")
    assert caught.value.message["es"].endswith("checks.py: no existe ese archivo o esa carpeta.")
