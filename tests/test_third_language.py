"""A third language is files: a catalogue and what the program must know besides; a learner's day goes on in it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
MARK = "§"
FACTS = """
name = 'Português'
decimal = ','
group = '.'
fewest_grouped = 5
percent = '%'
moment = "d 'de' MMMM 'de' y, HH:mm"
articles = ['o', 'a', 'os', 'as', 'um', 'uma']
true_words = ['verdadeiro']
false_words = ['falso']
leave_words = ['sair']
dictionaries = ['pt_PT', 'pt_BR']
dictionary_package = 'hunspell-pt-pt'
hedges = 'pode talvez'
absolutes = 'sempre nunca'
asking = 'quando onde'

[contractions]
'de o' = 'do'
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def portuguese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program and its course, and beside what was there the files of a third language."""
    copy = tmp_path_factory.mktemp("third") / "program"
    copy.mkdir()
    for name in ("grader", "exercises", "solutions", "quizzes", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "hatch_build.py"):
        shutil.copy(ROOT / name, copy / name)
    catalogues = copy / "grader" / "locale" / "pt" / "LC_MESSAGES"
    catalogues.mkdir(parents=True)
    (catalogues.parent / "language.toml").write_text(FACTS, encoding="utf-8")
    for part in sorted((copy / "grader" / "locale" / "es" / "LC_MESSAGES").glob("*.po")):
        catalogue = read_po(io.BytesIO(part.read_bytes()))
        for message in catalogue:
            if message.id:
                given = message.string if isinstance(message.string, tuple) else (message.string,)
                marked = tuple(MARK + each for each in given)
                message.string = marked if message.pluralizable else marked[0]
        with (catalogues / part.name).open("wb") as file:
            write_po(file, catalogue)
    subprocess.run([sys.executable, "hatch_build.py"], cwd=copy, check=True, capture_output=True)
    return copy


@pytest.fixture
def grade(portuguese: Path, tmp_path: Path) -> Run:
    """`grade` of that copy, in Portuguese."""

    def run(*words: str, where: Path = tmp_path, code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "pt_PT.UTF-8", "COLUMNS": "78",
                       "PYTHONPATH": str(portuguese), "PYTHONIOENCODING": "utf-8"}  # fmt: skip
        command = [sys.executable, "-P", "-m", "grader", *words]
        done = subprocess.run(
            command, cwd=where, env=environment, capture_output=True, encoding="utf-8", input="", check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def test_a_day_in_a_language_that_was_added_by_files_alone(grade: Run, portuguese: Path, tmp_path: Path) -> None:
    assert "[en|es|pt]" in grade("--help").stdout
    told = grade("init", "descenso").stdout
    assert f"{MARK}" in told
    own = tmp_path / "descenso"
    assert MARK in grade(where=own).stdout
    assert "Adam" in grade("show", "3", where=own).stdout
    assert MARK in grade("exercise", "3", where=own, code=1).stdout
    wrong = (portuguese / "templates" / "demo_adam_step.py").read_text(encoding="utf-8")
    (own / "exercises" / "03_adam_step" / "adam_step.py").write_text(wrong, encoding="utf-8")
    report = grade("exercise", "3", "--html", "r.html", where=own, code=1).stdout
    assert f"{MARK}Tus números son justo los que daría esta idea" in report
    assert MARK in grade("hint", "3", where=own).stdout
    assert MARK in grade("trace", "3", where=own).stdout
    page = (own / "r.html").read_text(encoding="utf-8")
    assert 'id="l-pt"' in page
    assert "Português" in page
    right = (portuguese / "solutions" / "03_adam_step" / "adam_step.py").read_text(encoding="utf-8")
    (own / "exercises" / "03_adam_step" / "adam_step.py").write_text(right, encoding="utf-8")
    assert f"{MARK}Superado" in grade("exercise", "3", where=own).stdout
    assert MARK in grade("quiz", "3", "--limit", "2", where=own).stdout
    assert MARK in grade("doctor", where=own).stdout
    assert f"{MARK}Error" in grade("exercise", "99", where=own, code=2).stderr
