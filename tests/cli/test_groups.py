"""A note on a group reaches its members' pages, exports and next term's class, as text, and nobody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content import driver

ROOT = ("np.sqrt(v_hat)", "np.sqrt(np.abs(m_hat))")
TANH = ("lr * m_hat", "lr * np.tanh(m_hat)")
HOSTILE = "<img src=x onerror=alert(1)> `code` $x^2$ **b** \x1b[31m"
Grade = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("groups")


@pytest.fixture(scope="module")
def grade(folder: Path) -> Grade:
    def run(*words: object, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "grader", *map(str, words)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8", **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run


def write_class(folder: Path, learners: dict[str, tuple[str, str] | None]) -> None:
    reference = driver.course().exercise("adam_step").reference
    for name, edit in learners.items():
        path = folder / name / "adam_step.py"
        path.parent.mkdir(parents=True)
        path.write_text((reference if edit is None else reference.replace(*edit)) + f"\n# {name}\n")


@pytest.fixture(scope="module")
def noted(folder: Path, grade: Grade) -> Path:
    """Three learners with one slip, one with another, one who is right; the first group has a note."""
    write_class(folder / "term1", {"ana": ROOT, "ben": ROOT, "eva": ROOT, "leo": TANH, "zoe": None})
    done = grade("class", "term1", "--out", "out1")
    assert "3 learners, exercise 3, `adam_step`" in done.stdout
    group = next(line.split()[0] for line in done.stdout.splitlines() if "3 learners" in line)
    shown = grade("note", group, "--out", "out1").stdout
    assert "np.sqrt(np.abs(m_hat))" in shown
    told = grade("note", group, "--en", HOSTILE, "--es", "Eso es la media.", "--out", "out1").stdout
    assert "it reaches 3 learners" in told
    grade("report", "--out", "out1")
    return folder / "out1"


def pages(out: Path) -> dict[str, str]:
    found = {}
    for page in (out / "learners").glob("*.html"):
        text = page.read_text()
        found[text.split("<h1><bdi>")[1].split("</bdi>")[0]] = text
    return found


def test_the_page_of_every_member_says_it_and_of_nobody_else(noted: Path) -> None:
    said = {name: "Eso es la media." in text for name, text in pages(noted).items()}
    assert said == {"ana": True, "ben": True, "eva": True, "leo": False, "zoe": False}


def test_it_is_text_on_a_page(noted: Path) -> None:
    text = pages(noted)["ana"] + (noted / "index.html").read_text()
    assert "<img src=x" not in text
    assert "\x1b" not in text
    assert "&lt;img src=x onerror=alert(1)&gt; `code` $x^2$ **b** \\x1b[31m" in text


def test_exports_say_it_to_the_same(noted: Path, grade: Grade) -> None:
    grade("export", "junit", "--out", noted, "--to", "junit.xml")
    parts = (noted.parent / "junit.xml").read_text().split("<testsuite ")
    said = {name: any(f'"{name}' in part and "alert(1)" in part for part in parts) for name in ("ana", "leo", "zoe")}
    assert said == {"ana": True, "leo": False, "zoe": False}
    assert "<img" not in "".join(parts)


def test_the_next_terms_class_hears_it_where_it_answers_so(noted: Path, folder: Path, grade: Grade) -> None:
    """Another class, another seed: only the list of notes is handed on."""
    write_class(folder / "term2", {"ines": ROOT, "juan": TANH, "kim": None})
    grade("class", "term2", "--out", "out2", "--notes", noted / "notes.csv", "--seed", "99")
    said = {name: "Eso es la media." in text for name, text in pages(folder / "out2").items()}
    assert said == {"ines": True, "juan": False, "kim": False}
    grade("report", "--out", "out2")  # kept there from then on
    assert "Eso es la media." in pages(folder / "out2")["ines"]


def test_the_list_of_notes_names_no_learner(noted: Path) -> None:
    text = (noted / "notes.csv").read_text()
    assert not any(name in text for name in ("ana", "ben", "eva", "leo", "zoe", "m_hat"))


def test_the_page_of_the_class_shows_the_groups_the_largest_first_with_a_members_code(noted: Path) -> None:
    text = (noted / "index.html").read_text()
    part = text.split('id="part-unexplained"')[1].split("</section>")[0]
    assert part.index("np.abs(m_hat)" if "np.abs(m_hat)" in part else "abs") < part.index("tanh")
    assert "grade note 3-" in part
    assert "Eso es la media." in part


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("9-abc",), "There is no group 9-abc in this class."),
        (("3-", "--en", "only"), "may be any of these groups"),
        (("--en", "to whom"), "Which group?"),
        (("3-", "--remove"), "may be any of these groups"),
    ],
)
def test_what_cannot_be_meant_is_said(noted: Path, grade: Grade, words: tuple[str, ...], why: str) -> None:
    assert why in grade("note", *words, "--out", noted, expect=2).stderr


def test_a_note_needs_every_language_and_can_be_taken_back(noted: Path, grade: Grade) -> None:
    listed = grade("note", "--out", noted).stdout.splitlines()
    group = next(line.split()[0] for line in listed if "1 learner," in line)
    assert "--es is missing" in grade("note", group, "--en", "One.", "--out", noted, expect=2).stderr
    assert "has no note" in grade("note", group, "--remove", "--out", noted, expect=2).stderr
    before = (noted / "notes.csv").read_text()
    grade("note", group, "--en", "One.", "--es", "Uno.", "--out", noted)
    grade("note", group, "--remove", "--out", noted)
    assert (noted / "notes.csv").read_text() == before


def test_a_draft_is_written_beside_the_results_and_says_where_it_goes(noted: Path, grade: Grade) -> None:
    listed = grade("note", "--out", noted).stdout.splitlines()
    group = next(line.split()[0] for line in listed if "1 learner," in line)
    done = grade("draft", group, "--out", noted)
    written = noted / "drafts" / f"adam_step-{group}.toml"
    assert written.is_file()
    assert "solutions/03_adam_step/misconceptions.toml" in done.stdout
    refused = grade("draft", group, "--out", noted, "--to", driver.course().root / "solutions" / "x.toml", expect=2)
    assert "where a draft would be loaded" in refused.stderr


def test_the_store_keeps_what_was_graded_and_no_note(noted: Path) -> None:
    """A note is said when a result is read, so that it can be changed and taken back."""
    import sqlite3

    with sqlite3.connect(noted / "class.sqlite3") as connection:
        kept = [json.loads(row[0]) for row in connection.execute("SELECT report FROM results")]
    assert not any(found["kind"] == "note" for report in kept for found in report["diagnosis"])
