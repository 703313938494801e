"""After --pseudonyms and after forget, no form of a name is anywhere: pages, exports, the store, its freed pages."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

import pytest

from tests.content import driver

REPO = Path(__file__).parents[2]
NAMES = {"u0007": "García Núñez, José", "u0008": "Ruiz Peñalver, Begoña", "u0009": "Wu, Li"}
SECRETS = ("garcia", "nunez", "jose", "ruiz", "penalver", "begona", "u0007", "u0008", "u0009", "jgarcianu", "uni.es")


def grade(folder: Path, *words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPO), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == expect, done.stdout + done.stderr
    return done


def write_class(folder: Path) -> None:
    reference = driver.course().exercise("adam_step").reference
    wrong = reference.replace("np.sqrt(v_hat) + eps", "np.sqrt(np.abs(m_hat)) + eps")
    sources = {
        "u0007": f"# José García Núñez\nprint('Begoña helped GARCIA')\n{reference}",
        "u0008": f"# begoña ruiz, with jose.garcia@uni.es\nnunez_helped = 'Núñez'\n{wrong}",
        "u0009": wrong,
    }
    for key, source in sources.items():
        path = folder / "subs" / f"{key}" / "adam_step.py"
        path.parent.mkdir(parents=True)
        path.write_text(source)
    rows = [f'{key},"{name}",{key}@uni.es,{"jgarcianu" if key == "u0007" else key}x' for key, name in NAMES.items()]
    lines = ["id,name,email,login", *rows, 'u0010,"Vacío, Ana",a@uni.es,anav']
    (folder / "roster.csv").write_text("\n".join(lines) + "\n")


def everything(out: Path) -> dict[str, str]:
    """All bytes of all files as letters without accents; what the store has packed is unpacked too."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(out))] = path.read_bytes().decode("utf-8", "replace")
    with sqlite3.connect(out / "class.sqlite3") as connection:
        for digest, content in connection.execute("SELECT sha256, content FROM sources"):
            found[f"source {digest}"] = zlib.decompress(content).decode("utf-8", "replace")
    return {name: _bare(text) for name, text in found.items()}


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(each))


def leaks(out: Path, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, secret) for name, text in everything(out).items() for secret in secrets if secret in text]


@pytest.fixture(scope="module")
def veiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("veiled")
    write_class(folder)
    command = ("class", "subs", "--out", "out", "--roster", "roster.csv", "--pseudonyms", "key.csv")
    grade(folder, *command)
    grade(folder, "export", "csv", "--out", "out")
    grade(folder, "export", "canvas", "--out", "out")
    grade(folder, "export", "junit", "--out", "out")
    return folder


class TestPseudonyms:
    """Who is who stands in the key alone."""

    def test_no_form_of_a_name_is_in_the_store_the_pages_and_the_exports(self, veiled: Path) -> None:
        assert leaks(veiled / "out", SECRETS) == []

    def test_the_key_knows_everybody_and_only_its_owner_reads_it(self, veiled: Path) -> None:
        key = veiled / "key.csv"
        assert all(name in key.read_text() for name in NAMES.values())
        assert key.stat().st_mode & 0o077 == 0

    def test_pseudonyms_are_the_same_at_the_next_run_which_grades_nothing_again(self, veiled: Path) -> None:
        before = (veiled / "out" / "grades.csv").read_bytes()
        told = grade(veiled, "class", "subs", "--out", "out", "--roster", "roster.csv", "--pseudonyms", "key.csv")
        assert "Kept from before: 3." in told.stdout
        grade(veiled, "export", "csv", "--out", "out")
        assert (veiled / "out" / "grades.csv").read_bytes() == before

    def test_points_are_those_of_the_class_with_names(self, veiled: Path) -> None:
        grade(veiled, "class", "subs", "--out", "plain", "--roster", "roster.csv", "--no-pages", "--seed", "1")
        points = []
        for out in ("out", "plain"):
            with sqlite3.connect(veiled / out / "class.sqlite3") as connection:
                points.append(sorted(row[0] for row in connection.execute("SELECT points FROM results")))
        assert points[0] == points[1]

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("--out", "out"), "This class is kept under pseudonyms"),
            (("--out", "out2", "--pseudonyms", "out2/key.csv"), "The key may not lie among the results"),
            (("--out", "out3", "--pseudonyms", "roster.csv"), "roster.csv is no key of pseudonyms"),
        ],
    )
    def test_what_would_mix_names_and_pseudonyms_is_refused(
        self, veiled: Path, words: tuple[str, ...], why: str
    ) -> None:
        assert why in grade(veiled, "class", "subs", "--roster", "roster.csv", *words, expect=2).stderr
        assert leaks(veiled / "out", SECRETS) == []

    def test_one_can_be_forgotten_by_name_of_the_key(self, veiled: Path) -> None:
        grade(veiled, "forget", "u0008", "--out", "out", "--pseudonyms", "key.csv")
        assert "Begoña" not in (veiled / "key.csv").read_text()
        with sqlite3.connect(veiled / "out" / "class.sqlite3") as connection:
            assert connection.execute("SELECT COUNT(*) FROM submissions").fetchone() == (2,)


class TestErasure:
    """In a class that is kept with names."""

    @pytest.fixture
    def named(self, tmp_path: Path) -> Path:
        write_class(tmp_path)
        grade(tmp_path, "class", "subs", "--out", "out", "--roster", "roster.csv")
        grade(tmp_path, "export", "csv", "--out", "out")
        (tmp_path / "out" / "canvas.notes.txt").write_text("García Núñez, José (u0007) is left out.\n")
        return tmp_path

    def test_who_is_forgotten_is_nowhere_and_the_counts_stay(self, named: Path) -> None:
        assert leaks(named / "out", ("garcia",))
        told = grade(named, "forget", "u0007", "--out", "out").stdout
        assert "Erased: 1 submission." in told
        assert "The name stood in 1 file of others too" in told
        assert leaks(named / "out", ("garcia", "nunez", "jose", "u0007", "jgarcianu")) == []
        assert leaks(named / "out", ("begona",))  # nobody else's name is gone
        page = (named / "out" / "index.html").read_text()
        assert "erased: 1 submissions of 1 learners, 1 of them passed, mean 20 points" in page
        assert not (named / "out" / "grades.csv").exists()
        assert len(list((named / "out" / "learners").glob("*.html"))) == 3

    def test_what_is_older_than_a_day_is_purged(self, named: Path) -> None:
        assert "Erased: 0 submissions." in grade(named, "purge", "--before", "2020-01-01", "--out", "out").stdout
        assert "Erased: 3 submissions." in grade(named, "purge", "--before", "2099-01-01", "--out", "out").stdout
        secrets = tuple(each for each in SECRETS if each != "u0009")
        assert leaks(named / "out", secrets) == []
        with sqlite3.connect(named / "out" / "class.sqlite3") as connection:
            kept = connection.execute("SELECT learners, submissions, passed FROM erased").fetchall()
        assert kept == [(3, 3, 1)]

    def test_nobody_is_forgotten_by_a_guess(self, named: Path) -> None:
        before = (named / "out" / "class.sqlite3").read_bytes()
        assert "There is no learner José" in grade(named, "forget", "José", "--out", "out", expect=2).stderr
        assert (named / "out" / "class.sqlite3").read_bytes() == before
