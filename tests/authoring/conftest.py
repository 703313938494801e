"""A course of one small exercise, right in every respect, for each test to break in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.authoring.files import FILL_IN
from grader.authoring.scaffold import scaffold
from grader.authoring.trials import Trials
from grader.course import Course, Exercise
from grader.grading import Examiner

COURSE = """
id = 'small'
version = '1.0.0'
languages = ['en', 'es']
title = { en = 'A small course', es = 'Un curso pequeño' }
"""
NAME = "sample"
FOLDER = f"01_{NAME}"


class Workshop:
    """A course on disk, an exercise of it, and ways to change its files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def exercise(self) -> Exercise:
        """The exercise as it stands on disk now."""
        return Course(self.root).with_drafts().exercise(1)

    @property
    def given(self) -> Path:
        """The folder a learner gets."""
        return self.root / "exercises" / FOLDER

    @property
    def kept(self) -> Path:
        """The folder a learner does not get."""
        return self.root / "solutions" / FOLDER

    def change(self, path: Path, before: str, after: str) -> None:
        """Replace a text that stands in a file exactly once."""
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, (path, before, text.count(before))
        path.write_text(text.replace(before, after), encoding="utf-8")

    def blind_its_checks(self) -> None:
        """Let no check compare values any more; shapes and changed inputs are still looked at."""
        path = self.kept / "checks.py"
        text = path.read_text(encoding="utf-8").replace("expect.close(", "anything(")
        path.write_text(f"{text}\n\ndef anything(*values, **settings):\n    return None\n", encoding="utf-8")

    def add(self, path: Path, text: str) -> None:
        """Append to a file."""
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """What `grade new` lays out, with everything filled in."""
    root = tmp_path / "course"
    root.mkdir()
    (root / "course.toml").write_text(COURSE, encoding="utf-8")
    (root / "exercises").mkdir()
    (root / "solutions").mkdir()
    for path in scaffold(Course(root), NAME):
        text = path.read_text(encoding="utf-8").replace(FILL_IN, "Said").replace("draft = true\n", "")
        path.write_text(text, encoding="utf-8")
    return Workshop(root)


@pytest.fixture(scope="session")
def examiner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examiner]:
    """Warm interpreters for every test: they hold nothing of a course."""
    root = tmp_path_factory.mktemp("none")
    (root / "course.toml").write_text(COURSE, encoding="utf-8")
    with Examiner(Course(root)) as made:
        yield made


@pytest.fixture
def trials(workshop: Workshop, examiner: Examiner) -> Trials:
    """Trials of the exercise as it is when the test begins; `again` reads it anew."""
    return Trials(examiner, workshop.exercise)


@pytest.fixture
def again(workshop: Workshop, examiner: Examiner) -> object:
    """Trials of the exercise as the test has left it."""
    return lambda: Trials(examiner, workshop.exercise)
