"""What an instructor types is answered with one clear sentence in both languages; nothing is lost or done twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from bench.synthetic_class import synthetic_class, write_class
from grader.classroom.sending import Standing
from grader.cli.class_screen import _line
from tests.content import driver

Grade = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Runs the command in a folder of its own, piped, as a shell would."""

    def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grader", *map(str, words)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve learners who answered the exercise on warmup."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    write_class(folder, synthetic_class(driver.course(), 12, seed=4, exercises=(5,)))
    return folder


@pytest.fixture
def own_course(tmp_path: Path) -> Path:
    """A copy of the course whose checks may be changed."""
    copy = tmp_path / "course"
    for part in ("exercises", "solutions", "quizzes"):
        shutil.copytree(driver.course().root / part, copy / part)
    shutil.copy(driver.course().root / "course.toml", copy / "course.toml")
    return copy


@pytest.mark.slow
class TestWhatIsRefused:
    """One sentence, exit code 2 and nothing written."""

    @pytest.mark.parametrize(
        ("words", "english", "spanish"),
        [
            (("class", "nowhere"), "There is no folder or archive nowhere.", "No existe la carpeta"),
            (("class", "empty"), "In empty there is no submission", "no hay ninguna entrega"),
            (("class", "a.txt"), "neither a folder nor an archive", "no es ni una carpeta"),
            (("class", "one", "--roster", "no.csv"), "There is no roster no.csv.", "No existe la lista de clase"),
            (("class", "one", "--roster", "a.txt"), "has no column that tells who", "ninguna columna"),
            (("class", "one", "--exercise", "99"), "There is no exercise «99».", "No hay ningún ejercicio «99»."),
            (("class", "one", "--out", "a.txt"), "a.txt is a file", "a.txt es un archivo"),
            (("class", "one", "--workers", "0"), "not in the range", "no está en el rango"),
            (("report", "--due", "tomorrow"), "is no moment", "no es una fecha con hora"),
            (("report", "--out", "nowhere"), "nowhere holds no graded class.", "no hay ninguna clase corregida"),
            (("regrade", "--out", "nowhere"), "nowhere holds no graded class.", "no hay ninguna clase corregida"),
        ],
    )
    def test_is_said_in_both_languages(
        self, grade: Grade, tmp_path: Path, words: tuple[str, ...], english: str, spanish: str
    ) -> None:
        """Click's own complaints too."""
        (tmp_path / "empty").mkdir()
        (tmp_path / "one" / "ana").mkdir(parents=True)
        (tmp_path / "one" / "ana" / "adam_step.py").write_text("x = 1\n")
        (tmp_path / "a.txt").write_text("Dear all,\n")
        before = sorted(tmp_path.rglob("*"))
        for language, sentence in (("en", english), ("es", spanish)):
            done = grade(*words, "--lang", language)
            assert done.returncode == 2
            assert sentence in done.stderr
            assert "Error: " in done.stderr
        assert sorted(tmp_path.rglob("*")) == before

    def test_an_unreachable_store_is_said(self, grade: Grade, submissions: Path) -> None:
        """With where it is, and that nothing was lost."""
        done = grade("class", submissions, "--db", "/nonexistent/class.db")
        assert done.returncode == 5
        assert "/nonexistent/class.db cannot be opened" in done.stderr


@pytest.mark.slow
class TestAClass:
    """A folder graded, graded again, regraded and reported."""

    def test_the_same_folder_is_not_graded_twice(self, grade: Grade, submissions: Path, tmp_path: Path) -> None:
        """The second run says what it kept, in the language asked for."""
        first = grade("class", submissions, "-j", 1)
        assert first.returncode == 0, first.stderr
        assert "Graded now: 12" in first.stdout
        assert (tmp_path / "results" / "index.html").is_file()
        second = grade("class", submissions, "-j", 1, "--no-pages", LANG="es_ES.UTF-8", LC_ALL="")
        assert "Corregidas ahora: 0; superadas: 0. Guardadas de antes: 12." in second.stdout

    def test_a_regrade_says_how_many_moved_before_it_says_who(
        self, grade: Grade, submissions: Path, own_course: Path
    ) -> None:
        """By check, with the reason; a second regrade moves nobody."""
        grade("class", submissions, "-j", 1, "--course", own_course, "--no-pages")
        checks = own_course / "solutions" / "05_warmup_schedule" / "checks.py"
        text = checks.read_text()
        place = text.rindex("\ndef test_")
        body = text.index("\n", place + 1) + 1
        demand = "    expect.that(False, en='A new demand', es='Una nueva exigencia')\n"
        checks.write_text(text[:body] + demand + text[body:])
        done = grade("regrade", "-j", 1, "--course", own_course, "--lang", "es")
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        summary = next(n for n, line in enumerate(lines) if "de 12 entregas" in line)
        first = next(n for n, line in enumerate(lines) if line.startswith("  learner"))
        assert "pruebas" in lines[summary - 1]
        assert "pasa → no pasa" in lines[summary + 1]
        assert summary < first
        assert "Una nueva exigencia" in done.stdout
        assert "Nobody moved." in grade("regrade", "-j", 1, "--course", own_course).stdout

    def test_ctrl_c_ends_with_one_line_and_the_same_command_goes_on(self, submissions: Path, tmp_path: Path) -> None:
        """Pressed twice by an impatient hand, once it runs: exit code 130, no traceback, no process left."""
        out = tmp_path / "out"
        command = ["-m", "grader", "class", str(submissions), "--out", str(out), "--no-pages", "-j", "2"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"}
        for delay in (0.0, 2.0):
            child = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=120)
            while child.isalive() and not out.exists():  # a loaded machine may take seconds to start Python
                time.sleep(0.01)
            time.sleep(delay)
            child.sendintr()
            time.sleep(0.02)
            child.sendintr()
            child.expect(pexpect.EOF)
            child.close()
            if child.exitstatus == 0:
                break  # it was quicker
            told = child.before or ""
            assert "Traceback" not in told
            assert child.exitstatus == 130, told
            assert told.count("Stopped.") <= 1
        done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=True)
        assert "Traceback" not in done.stderr


class TestTheLiveLine:
    """How far a run is."""

    @pytest.mark.parametrize("width", [20, 40, 60, 100])
    def test_it_never_wraps(self, width: int) -> None:
        """A wrapped line cannot be wiped."""
        standing = Standing(done=1234, all=9999, failures=567, not_gradable=8)
        line = _line(standing, 321.0, width)
        assert line.startswith("1234 of 9999 graded")
        assert len(line) <= width

    def test_no_rate_is_told_before_the_first_result(self) -> None:
        """Nothing is known yet, least of all that no time is left."""
        assert _line(Standing(done=0, all=10, failures=0, not_gradable=0), 5.0) == "0 of 10 graded"
