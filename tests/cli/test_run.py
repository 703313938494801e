"""One command line ends in one way: what was asked for, or one sentence, and an exit code; never a traceback."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from grader.cli import COMMANDS
from grader.cli.run import SECTIONS, SUMMARIES
from grader.feedback.terminal import ASCII
from tests.cli.conftest import GRADE, ROOT, Grade, surroundings
from tests.sandbox.test_kill import descendants

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BROKEN = """
import sys
from grader.cli import run
from grader.cli.progress import list_exercises
def fail(**_):
    raise {error}
list_exercises.callback = fail
sys.argv = ["grade", "list", "--lang", "{language}"]
sys.exit(run.run())
"""


def run_broken(home: Path, error: str, language: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`grade list`, whose own code breaks."""
    program = "from grader.cli.language import use_language\nuse_language('{language}')\n" + BROKEN
    return subprocess.run(
        [sys.executable, "-P", "-c", program.replace("{error}", error).replace("{language}", language)],
        cwd=home, env=surroundings(home, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip


class TestMistyped:
    @pytest.mark.parametrize(
        ("word", "asked"),
        [
            ("exersise", "No existe la orden 'exersise'. ¿Querías decir `grade exercise`?"),
            ("lst", "No existe la orden 'lst'. ¿Querías decir `grade list`?"),
            ("xyzzy", "No existe la orden 'xyzzy'.\n"),
        ],
    )
    def test_the_nearest_command_is_named(self, word: str, asked: str, grade: Grade) -> None:
        told = grade(word, GRADE_LANG="es")
        assert told.code == 2
        assert asked in told.err


class TestHelp:
    def test_it_imports_nothing_that_a_help_text_does_not_need(self, tmp_path: Path) -> None:
        """Start-up time is a goal; the language's catalogue and click are all there is to load."""
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *GRADE[1:], "--help"],
            cwd=tmp_path, env=surroundings(tmp_path), capture_output=True, text=True, check=True,
        )  # fmt: skip
        imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "grader.cli.run" in imported
        assert not {"rich", "numpy", "torch", "pytest", "sqlalchemy", "jinja2", "fsrs", "asyncio"} & imported

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_every_command_is_listed_within_sixty_columns(self, language: str, grade: Grade) -> None:
        told = grade("--help", "--lang", language, COLUMNS="60")
        assert told.code == 0
        listed = {line.split()[0] for line in told.out.splitlines() if line.startswith("  ")}
        assert listed >= set(COMMANDS)
        assert max(map(cell_len, told.out.splitlines())) <= 60

    def test_every_command_stands_in_a_section_with_a_summary(self) -> None:
        listed = [name for names in SECTIONS.values() for name in names]
        assert sorted(listed) == sorted(COMMANDS)
        assert set(SUMMARIES) == set(COMMANDS)

    @pytest.mark.parametrize("command", ["exercise", "show", "hint", "trace", "solution", "list", "init", "reset",
                                         "restore", "demo", "doctor", "verify", "variant"])  # fmt: skip
    def test_every_command_explains_itself_in_spanish_too(self, command: str, grade: Grade) -> None:
        told = grade(command, "--help", "--lang", "es")
        assert told.code == 0
        assert "Opciones:" in told.out
        assert "Muestra esta ayuda y termina." in told.out
        assert not {"Options:", "Show", "this", "the", "file", "Error"} & set(told.out.replace(":", ": ").split())


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "en", "es"),
        [
            (("nosuch",), "No such command 'nosuch'", "No existe la orden 'nosuch'"),
            (("exercise", "3", "--nosuch"), "No such option", "No existe la opción"),
            (("exercise", "3", "4"), "unexpected extra argument", "argumento"),
            (("exercise", "3", "--seed", "x"), "Invalid value for '--seed'", "'--seed'"),
            (("exercise", "3", "--seed", "-1"), "Invalid value for '--seed'", "'--seed'"),
            (("exercise", "3", "--file"), "requires an argument", "necesita un valor"),
            (("reset",), "Missing argument", "argumento"),
        ],
    )
    def test_what_cannot_be_meant_is_told_in_one_sentence(
        self, words: tuple[str, ...], en: str, es: str, grade: Grade
    ) -> None:
        for language, sentence in (("en", en), ("es", es)):
            told = grade("--lang", language, *words)
            assert (told.code, told.out) == (2, "")
            assert sentence in told.err

    @pytest.mark.parametrize(
        ("command", "language", "words"),
        [
            ("exercise", "en", "A check marked ✓ holds, ✗ does not hold, ○ was not tried"),
            ("exercise", "es", "Una prueba con ✓ se cumple, con ✗ no se cumple y con ○ no se ha probado"),
            ("list", "en", "An exercise marked ✓ is passed, ✗ begun and not passed yet, ○ not begun."),
            ("list", "es", "con ○ sin empezar."),
        ],
    )
    def test_the_marks_are_explained_where_help_is_asked(
        self, command: str, language: str, words: str, grade: Grade
    ) -> None:
        assert words in " ".join(grade(command, "--help", GRADE_LANG=language).out.split())

    def test_the_marks_explained_are_those_that_are_shown(self, grade: Grade) -> None:
        told = grade("exercise", "--help", TERM="dumb")
        words = f"A check marked {ASCII.passed} holds, {ASCII.failed} does not hold, {ASCII.waiting} was not tried"
        assert words in " ".join(told.out.split())

    def test_the_version_is_told(self, grade: Grade) -> None:
        told = grade("--version")
        assert (told.code, told.out) == (0, "descenso 0.1.0\n")


class TestOurFault:
    @pytest.mark.parametrize(("language", "words"), [("en", "it is not your fault"), ("es", "no es culpa tuya")])
    def test_a_fault_of_ours_is_one_sentence_and_the_code_5(self, language: str, words: str, tmp_path: Path) -> None:
        done = run_broken(tmp_path, "ValueError('what a' + ' surprise')", language)
        assert done.returncode == 5
        assert done.stdout == ""
        assert words in done.stderr
        assert "ValueError: what a surprise" in done.stderr
        assert "Traceback" not in done.stderr

    def test_whoever_debugs_sees_it_all(self, tmp_path: Path) -> None:
        assert "Traceback" in run_broken(tmp_path, "ValueError", "en", GRADE_DEBUG="1").stderr

    @pytest.mark.parametrize("error", ["KeyboardInterrupt", "__import__('click').Abort"])
    def test_an_interruption_is_no_fault(self, error: str, tmp_path: Path) -> None:
        done = run_broken(tmp_path, error, "en")
        assert (done.returncode, done.stdout) == (130, "")
        assert done.stderr in ("", "\n")


class TestStreams:
    def shell(self, command: str, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
        grade = " ".join(GRADE)
        return subprocess.run(
            ["bash", "-c", command.replace("GRADE", grade)],
            cwd=tmp_path, env=surroundings(tmp_path, **more), capture_output=True, text=True, check=False,
        )  # fmt: skip

    @pytest.mark.parametrize("command", ["list", "show 3", "list --json", "--help", "glossary"])
    def test_a_reader_who_has_read_enough_hears_no_complaint(self, command: str, tmp_path: Path) -> None:
        done = self.shell(f"GRADE {command} | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}", tmp_path)
        assert (done.returncode, done.stderr) == (0, "")

    def test_nobody_reading_at_all_is_no_error(self, tmp_path: Path) -> None:
        done = self.shell("(sleep 0.2; GRADE show 3; echo code $? >&2) | true", tmp_path)
        assert done.stderr == "code 0\n"

    def test_a_full_disk_is_told(self, tmp_path: Path) -> None:
        done = self.shell("GRADE list > /dev/full", tmp_path)
        assert done.returncode == 5
        assert done.stderr == "Error: The output cannot be written: the disk is full.\n"

    @pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
    def test_closed_streams_break_nothing(self, closed: str, tmp_path: Path) -> None:
        assert self.shell(f"GRADE list {closed}", tmp_path).returncode == 0

    def test_a_folder_that_is_gone_is_told(self, tmp_path: Path) -> None:
        done = self.shell("mkdir gone && cd gone && rmdir ../gone && GRADE list --lang es", tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("Error: La carpeta en la que estás ya no existe.")

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
    @pytest.mark.parametrize("command", ["show 3", "list", "trace 3 --file attempt.py"])
    def test_any_encoding_is_written_without_error(
        self, command: str, encoding: str, grade: Grade, tmp_path: Path, demo_attempt: bytes
    ) -> None:
        (tmp_path / "attempt.py").write_bytes(demo_attempt)
        words = (*command.split(), "--lang", "es")
        told = grade(*words, cwd=tmp_path, PYTHONIOENCODING=encoding, encoding=encoding)
        assert told.code == 0
        assert told.err == ""
        assert "?" not in re.sub(r"¿[^?]*\?", "", told.out) or encoding == "ascii"
        assert encoding != "ascii" or told.out.isascii()

    def test_where_only_ascii_can_be_shown_marks_and_formulas_are_ascii(self, grade: Grade) -> None:
        told = grade("show", "3", PYTHONIOENCODING="ascii", encoding="ascii")
        assert "v_t = beta_2 v_(t-1)" in told.out
        assert "sqrt(v_hat_t)" in told.out
        assert "- One step of SGD" in grade("list", PYTHONIOENCODING="ascii", encoding="ascii").out

    @pytest.mark.parametrize("command", ["show 3", "list", "exercise 3 --file attempt.py", "solution 3 --give-up"])
    def test_a_pipe_gets_no_escape_no_padding_and_at_most_eighty_columns(
        self, command: str, typed: Grade, tmp_path: Path, demo_attempt: bytes
    ) -> None:
        (tmp_path / "attempt.py").write_bytes(demo_attempt)
        told = typed(*command.split(), cwd=tmp_path)
        assert "\x1b" not in told.out
        assert not [line for line in told.out.splitlines() if line != line.rstrip()]
        assert max(map(cell_len, told.out.splitlines())) <= 80

    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize(
        "command",
        ["", "list", "show 3", "hint 3", "trace 3 --file attempt.py", "exercise 3 --file attempt.py", "doctor"],
    )
    def test_sixty_columns_are_enough(
        self,
        command: str,
        language: str,
        typed: Grade,
        tmp_path: Path,
        demo_attempt: bytes,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (tmp_path / "attempt.py").write_bytes(demo_attempt)
        monkeypatch.setenv("COLUMNS", "60")
        told = typed(*command.split(), cwd=tmp_path, language=language)
        assert told.code in (0, 1)
        assert "…" not in told.out
        wide = [line for line in told.out.splitlines() if cell_len(line) > 60]
        assert not wide or command in ("", "hint 3", "doctor")  # sentences that the terminal itself wraps


def on_a_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What a command writes to a terminal of eighty columns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, {**environment, "COLUMNS": "80"})
    written = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    os.waitpid(pid, 0)
    os.close(terminal)
    return written.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
class TestTerminal:
    def shown(self, tmp_path: Path, *words: str, **more: str) -> str:
        return on_a_terminal([*GRADE, *words], tmp_path, surroundings(tmp_path, **{"TERM": "xterm-256color", **more}))

    def test_a_terminal_is_coloured(self, tmp_path: Path) -> None:
        assert "\x1b[" in self.shown(tmp_path, "list")

    def test_no_color_leaves_no_colour(self, tmp_path: Path) -> None:
        """Bold and dim may stay; https://no-color.org speaks of colour alone."""
        for codes in re.findall(r"\x1b\[([0-9;]*)m", self.shown(tmp_path, "list", NO_COLOR="1")):
            assert set(codes.split(";")) <= {"", "0", "1", "2", "3"}

    def test_an_empty_no_color_is_not_set(self, tmp_path: Path) -> None:
        plain, coloured = self.shown(tmp_path, "list", NO_COLOR=""), self.shown(tmp_path, "list")
        assert plain == coloured

    def test_a_dumb_terminal_gets_no_escapes_and_plain_marks(self, tmp_path: Path) -> None:
        shown = self.shown(tmp_path, "show", "3", TERM="dumb")
        assert not ESCAPE.search(shown)
        assert "sqrt(v_hat_t)" in shown


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
@pytest.mark.parametrize("later", [0.0, 0.1, 0.5, 1.5])
def test_ctrl_c_ends_a_grading_with_130_and_no_traceback(later: float, tmp_path: Path) -> None:
    """As the terminal sends it: to the command and to whatever it started, from its first process on."""
    (tmp_path / "attempt.py").write_text("def adam_step(*_, **__):\n    while True: pass\n")
    process = subprocess.Popen(
        [*GRADE, "exercise", "3", "--file", "attempt.py"],
        cwd=tmp_path, env=surroundings(tmp_path), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not descendants(process.pid) and process.poll() is None:
        time.sleep(0.005)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == ""


LATE_CTRL_C = """
import atexit, os, signal, sys

class Last:
    def __init__(self):
        self.press = lambda kill=os.kill, own=os.getpid(), number=signal.SIGINT: kill(own, number)
    def __del__(self):
        self.press()

sys.last = Last()
atexit.register(sys.last.press)
from grader.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["exercise", "no-such"], 2)])
def test_ctrl_c_while_the_interpreter_shuts_down_changes_nothing(words: list[str], code: int, tmp_path: Path) -> None:
    """Both while Python code still runs at the end, and when its signal handlers are gone."""
    done = subprocess.run(
        [sys.executable, "-c", LATE_CTRL_C, *words],
        cwd=tmp_path, env=surroundings(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "KeyboardInterrupt" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
def test_a_second_ctrl_c_while_the_first_is_told_ends_with_130(tmp_path: Path) -> None:
    press = "lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)"
    source = (
        "import os, signal\nfrom grader.cli import main, run\n"
        f"run._check_folder = run.echo = {press}\nmain()"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", source, "list"],
        cwd=tmp_path, env=surroundings(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "")


def test_the_package_runs_as_a_module_too() -> None:
    assert (ROOT / "grader" / "__main__.py").read_text(encoding="utf-8").endswith("main()\n")
