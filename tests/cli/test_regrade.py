"""A check is mended midway: a dry run says what it would do, each who moved is told, objections get an answer."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.content import driver

REPO = Path(__file__).parents[2]
HOSTILE = "<b>My</b> answer\nwas right: $x$"
NAMES = [f"u{place}" for place in range(1, 10)]


def grade(folder: Path, *words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPO), "LANG": "C.UTF-8", "GRADE_COURSE": str(folder / "course")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == expect, done.stdout + done.stderr
    return done


def results(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "out" / "class.sqlite3") as connection:
        return connection.execute("SELECT submission, edition, points FROM results ORDER BY 1, 2").fetchall()


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight right answers and a wrong one in two attempts; then the last check is worth three points more."""
    folder = tmp_path_factory.mktemp("regrade")
    course = driver.course()
    for part in ("exercises", "solutions", "quizzes"):
        shutil.copytree(course.root / part, folder / "course" / part)
    shutil.copy(course.root / "course.toml", folder / "course" / "course.toml")
    reference = course.exercise("adam_step").reference
    for name in NAMES:
        path = folder / "subs" / name / "adam_step.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"{reference}# {name}\n")
    late = folder / "subs" / "u9" / "adam_step.py"
    late.write_text(reference.replace("np.sqrt(v_hat) + eps", "np.sqrt(v_hat + eps)"))
    grade(folder, "class", "subs", "--out", "out", "--exercise", "3", "--no-pages")
    late.write_text(reference.replace("m / (1 - beta1**t)", "m"))
    grade(folder, "class", "subs", "--out", "out", "--exercise", "3")
    manifest = folder / "course" / "exercises" / "03_adam_step" / "exercise.toml"
    text = manifest.read_text()
    head, mark, tail = text.rpartition("points = 2\n")
    assert mark
    manifest.write_text(f"{head}points = 5\n{tail}")
    return folder


def test_a_dry_run_says_who_would_move_and_what_it_does_to_the_mean_and_changes_nothing(mended: Path) -> None:
    before = results(mended), sorted(path.name for path in (mended / "out").iterdir())
    page = (mended / "out" / "index.html").read_text()
    told = grade(mended, "regrade", "--out", "out", "--exercise", "3", "--dry-run").stdout
    assert "10 of 10 submissions moved: 10 gained points" in told
    assert "2 → 5 points" in told
    assert "This was a dry run" in told
    assert (results(mended), sorted(path.name for path in (mended / "out").iterdir())) == before
    assert (mended / "out" / "index.html").read_text() == page


def test_only_the_attempts_that_count_are_graded_again(mended: Path, tmp_path: Path) -> None:
    for only, number in (("best", 9), ("last", 9)):
        told = grade(mended, "regrade", "--out", "out", "--exercise", "3", "--dry-run", "--only", only).stdout
        assert f"Graded now: {number}" in told


@pytest.fixture(scope="module")
def regraded(mended: Path) -> tuple[Path, str]:
    return mended, grade(mended, "regrade", "--out", "out", "--exercise", "3").stdout


class TestRegraded:
    """What is told once it is done."""

    def test_people_to_whom_the_same_happened_stand_in_one_line(self, regraded: tuple[Path, str]) -> None:
        told = regraded[1]
        assert (
            "u1, attempt 1; u2, attempt 1; u3, attempt 1; u4, attempt 1; u5, attempt 1 and 3 more: 20 → 23 points"
            in told
        )
        assert told.count("→") < 14
        assert "passes → passes" not in told

    def test_the_mean_is_that_of_the_points_that_count(self, regraded: tuple[Path, str]) -> None:
        with sqlite3.connect(regraded[0] / "out" / "class.sqlite3") as connection:
            rows = connection.execute(
                "SELECT l.key, r.edition, MAX(r.points) FROM results r JOIN submissions s ON s.id = r.submission "
                "JOIN learners l ON l.id = s.learner GROUP BY 1, 2"
            ).fetchall()
        editions = sorted({row[1] for row in rows})
        was, now = (sum(row[2] for row in rows if row[1] == edition) / len(NAMES) for edition in editions)
        assert f"Mean of what counts: {was:.4g} → {now:.4g} points." in regraded[1]

    def test_everybody_who_moved_has_a_statement(self, regraded: tuple[Path, str]) -> None:
        text = (regraded[0] / "out" / "statements.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(text.splitlines()))
        assert sorted({row["id"] for row in rows}) == NAMES
        assert len(rows) == 10
        first = rows[0]
        assert (first["before"], first["after"], first["out_of"]) == ("20", "23", "23")
        assert "had 20 of 23 points and has 23 now" in first["en"]
        assert "tenía 20 de 23 puntos y ahora tiene 23" in first["es"]

    def test_the_pages_keep_the_story(self, regraded: tuple[Path, str]) -> None:
        grade(regraded[0], "report", "--out", "out")  # not only on the evening of the regrade
        page = (regraded[0] / "out" / "index.html").read_text()
        assert "Graded again" in page
        assert "10 gained points, 0 lost points" in page
        own = (regraded[0] / "out" / "learners" / "0001.html").read_text()
        assert "had 20 of 23 points and has 23 now" in own


class TestAppeals:
    """An objection and its answer."""

    def test_they_are_kept_with_the_result_and_shown_as_text(self, regraded: tuple[Path, str]) -> None:
        folder = regraded[0]
        assert (
            "Kept as number 1: attempt 2 of u9."
            in grade(folder, "appeal", "u9", "3", "--says", HOSTILE, "--out", "out").stdout
        )
        grade(folder, "appeal", "u9", "3", "--says", HOSTILE, "--out", "out")  # typed twice, it is one
        assert "not answered yet" in grade(folder, "appeal", "--out", "out").stdout
        grade(folder, "report", "--out", "out")
        assert "has no answer yet (number 1)" in (folder / "out" / "index.html").read_text()
        grade(folder, "appeal", "1", "--answer", "It is not: m is <i>biased</i>.", "--out", "out")
        grade(folder, "report", "--out", "out")
        assert "has no answer yet" not in (folder / "out" / "index.html").read_text()
        pages = [page.read_text() for page in sorted((folder / "out" / "learners").glob("*.html"))]
        assert ["&lt;b&gt;My&lt;/b&gt; answer\nwas right: $x$" in page for page in pages] == [False] * 8 + [True]
        assert "m is &lt;i&gt;biased&lt;/i&gt;." in pages[-1]
        listed = grade(folder, "appeal", "--out", "out").stdout
        assert listed.count("u9") == 1
        assert "→ It is not" in listed

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("u9",), "An objection needs a learner, an exercise"),
            (("nobody", "3", "--says", "x"), "nobody handed in no such attempt"),
            (("u9", "3", "--says", "x", "--attempt", "7"), "handed in no such attempt"),
            (("99", "--answer", "x"), "There is no objection with the number 99."),
            (("u9", "--answer", "x"), "An answer goes to an objection's number"),
        ],
    )
    def test_what_cannot_be_meant_is_said(self, regraded: tuple[Path, str], words: tuple[str, ...], why: str) -> None:
        assert why in grade(regraded[0], "appeal", *words, "--out", "out", expect=2).stderr
