"""docs/authoring.md followed to the letter: its files are written, its commands typed, and what it says comes out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.course import bundled_root

PAGE = Path(__file__).parents[2] / "docs" / "authoring.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<path>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
REFERENCE = "solutions/21_weight_average/weight_average.py"
EXITS = re.compile(r"\s*# exits with (\d)$")


class Typed(NamedTuple):
    """One command, how it ended, and what the page says it printed, where it says so."""

    command: str
    wanted_code: int
    code: int
    printed: str
    wanted: str


class Author:
    """Somebody with a course of their own, who reads the page from top to bottom."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.typed: list[Typed] = []
        self.written: list[str] = []

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`grade` with this course; its output is plain text of eighty columns."""
        settings = {**os.environ, "GRADE_COURSE": str(self.root), "COLUMNS": "80", "LC_ALL": "C.UTF-8", **environment}
        return subprocess.run(
            [sys.executable, "-m", "grader", *words],
            cwd=self.root,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def follow(self, page: str) -> None:
        """Do what every block of the page says, in order."""
        blocks = list(BLOCK.finditer(page))
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            if block["kind"] == "bash":
                shown = following["text"] if following is not None and following["kind"] == "text" else ""
                for line in block["text"].splitlines():
                    self.type(line, shown)
            elif block["path"]:
                self.replace(block["path"], block["text"])

    def type(self, line: str, shown: str) -> None:
        """One line of a shell: `grade …`, perhaps into a file."""
        found = EXITS.search(line)
        command, _, target = EXITS.sub("", line).partition(" > ")
        program, *words = command.split()
        assert program == "grade"
        ended = self.run(*words)
        if target:
            (self.root / target.strip()).write_text(ended.stdout, encoding="utf-8")
        self.typed.append(
            Typed(command, int(found[1]) if found else 0, ended.returncode, ended.stdout + ended.stderr, shown)
        )

    def replace(self, name: str, text: str) -> None:
        """Put the page's text where `grade new` has laid out a file to fill in."""
        path = self.root / name
        assert "FILL IN" in path.read_text(encoding="utf-8") or path.name == "harness.py", name
        path.write_text(text, encoding="utf-8")
        self.written.append(name)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Author:
    root = tmp_path_factory.mktemp("author")
    for name in ("exercises", "solutions", "quizzes"):
        shutil.copytree(bundled_root() / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(bundled_root() / "course.toml", root)
    made = Author(root)
    made.follow(PAGE.read_text(encoding="utf-8"))
    return made


pytestmark = pytest.mark.slow


def test_every_command_of_the_page_ends_as_it_says(author: Author) -> None:
    assert len(author.typed) >= 9
    for typed in author.typed:
        assert typed.code == typed.wanted_code, (typed.command, typed.printed)


def test_the_page_replaces_every_file_that_was_laid_out(author: Author) -> None:
    laid_out = {line.strip() for line in author.typed[0].printed.splitlines() if line.startswith("  ")}
    assert set(author.written) == laid_out
    assert len(author.written) == len(laid_out)


def test_what_is_laid_out_is_to_be_filled_in_and_nothing_else(author: Author) -> None:
    printed = " ".join(author.typed[1].printed.split())
    assert author.typed[1].command == "grade verify 21 --seeds 3"
    assert printed.count("✗ files:") == printed.count("to fill in") >= 9
    assert printed.count("✗") == printed.count("✗ files")


def test_the_exercise_is_proved_as_the_page_shows(author: Author) -> None:
    (shown,) = [typed for typed in author.typed if typed.wanted]
    assert shown.command == "grade verify 21"
    assert [line.rstrip() for line in shown.printed.strip().splitlines()] == shown.wanted.strip().splitlines()


def test_the_attempt_with_a_belief_is_told_that_belief(author: Author) -> None:
    (graded,) = [typed for typed in author.typed if typed.command == "grade exercise 21 --file attempt.py"]
    assert "Whatever has not begun yet starts at zero." in " ".join(graded.printed.split())


def test_it_is_in_every_list_without_a_change_of_the_grader(author: Author) -> None:
    assert "A running average of the weights" in author.run("list").stdout
    assert "Una media móvil de los pesos" in author.run("list", "--lang", "es").stdout
    listed = json.loads(author.run("list", "--json").stdout)
    assert "weight_average" in json.dumps(listed)
    assert "batches disagree" in author.run("show", "21").stdout
    assert "los lotes se contradicen" in author.run("show", "weight_average", "--lang", "es").stdout
    assert "average" in author.run("trace", "21", "--file", REFERENCE).stdout


def test_it_is_graded_and_reported_without_a_change_of_the_grader(author: Author) -> None:
    passed = json.loads(author.run("exercise", "21", "--file", REFERENCE, "--json").stdout)
    assert passed["exercise"] == {"number": 21, "id": "weight_average"}
    assert (passed["outcome"], passed["points"]) == ("passed", 20)
    page = (author.root / "report.html").read_text(encoding="utf-8")
    assert "The loss of the average" in page
    assert "La pérdida de la media" in page
    starter = author.run("exercise", "exercises/21_weight_average/weight_average.py", "--json")
    assert json.loads(starter.stdout)["outcome"] == "not_started"


def test_learners_get_it_too(author: Author) -> None:
    released = author.root / "for-learners"
    assert (released / "exercises" / "21_weight_average" / "brief.es.md").is_file()
    assert not [path for path in released.rglob("*") if path.name in ("checks.py", "oracle.py", "misconceptions.toml")]
    assert (author.root / "for-learners.zip").is_file()
