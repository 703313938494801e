"""An evening with extensions, steps and caps: pages and exports say the same, and warn of a second penalty."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.content import driver

REPO = Path(__file__).parents[2]


def grade(folder: Path, *words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPO), "LANG": "C.UTF-8", "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == expect, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three right answers as Blackboard names them, at noon, 30 hours later, and 30 hours later again."""
    folder = tmp_path_factory.mktemp("policies")
    reference = driver.course().exercise("adam_step").reference
    (folder / "subs").mkdir()
    came = {"ana": "2026-11-20-12-00-00", "ben": "2026-11-21-18-00-00", "eva": "2026-11-21-18-00-00"}
    for login, moment in came.items():
        (folder / "subs" / f"Task_{login}_attempt_{moment}_adam_step.py").write_text(f"{reference}# {login}\n")
    (folder / "roster.csv").write_text("id,name,login\nu1,Ana A,ana\nu2,Ben B,ben\nu3,Eva E,eva\n")
    (folder / "ext.csv").write_text("login,exercise,until\neva,3,2026-11-22\nzoe,3,2026-11-22\n")
    grade(folder, "class", "subs", "--out", "out", "--roster", "roster.csv", "--no-pages")
    return folder


LATE = ("--due", "2026-11-20T13:00", "--penalty", "15", "--step", "12", "--most", "40", "--extensions", "ext.csv")


def exported(folder: Path, *more: str) -> tuple[dict[str, str], str]:
    done = grade(folder, "export", "csv", "--out", "out", "--to", "-", *LATE, *more)
    rows = list(csv.reader(io.StringIO(done.stdout.lstrip("\ufeff"))))[1:]
    return {row[0]: row[3] for row in rows}, done.stderr


def test_lateness_costs_by_the_step_up_to_the_cap_and_an_extension_costs_nothing(graded: Path) -> None:
    """29 hours are three steps of twelve: 45 percent, of which 40 are the most."""
    points, told = exported(graded)
    assert points == {"u1": "20", "u2": "12", "u3": "20"}
    assert "ext.csv, line 3: nobody has more time" in told
    assert "1 grade is lower because it came late." in told
    assert "1 learner has an extension" in told


def test_the_penalty_can_be_left_to_the_other_system(graded: Path) -> None:
    points, told = exported(graded, "--before-penalty")
    assert points == {"u1": "20", "u2": "20", "u3": "20"}
    assert "came late" not in told


def test_a_learners_page_shows_the_date_that_counts(graded: Path) -> None:
    grade(graded, "report", "--out", "out", *LATE)
    pages = [page.read_text() for page in sorted((graded / "out" / "learners").glob("*.html"))]
    assert ["an extension of yours" in page for page in pages] == [False, False, True]
    assert all("Due " in page for page in pages)
    assert "one for each 12 hours begun" in pages[1]
    assert "It costs 40% at most." in pages[1]
    assert "--step 12 --most 40 --extensions (1)" in (graded / "out" / "index.html").read_text()


def test_a_table_that_says_nobodys_date_is_refused(graded: Path) -> None:
    done = grade(graded, "report", "--out", "out", "--extensions", "roster.csv", expect=2)
    assert "it has no column until" in done.stderr
