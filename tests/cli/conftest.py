"""The command `grade` as its users meet it: a process with arguments, an environment, a folder and two streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.cli.language import use_language
from grader.cli.run import run as run_command_line
from grader.course import bundled_root
from grader.workspace import lay_out

ROOT = Path(__file__).parents[2]
GRADE = [sys.executable, "-P", "-m", "grader"]
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Told:
    """What a command wrote, as text, and how it ended."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    @property
    def both(self) -> str:
        """Everything written, on whichever stream."""
        return self.out + self.err


Grade = Callable[..., Told]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a person with a home of their own, who has set nothing."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **own, **more}


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Run one command line in `cwd` (an empty folder) with `stdin`, and variables besides."""

    def run(*words: str, cwd: Path | None = None, stdin: bytes = b"", encoding: str = "utf-8", **more: str) -> Told:
        home, here = tmp_path / "home", cwd or tmp_path / "here"
        home.mkdir(exist_ok=True)
        here.mkdir(exist_ok=True)
        done = subprocess.run(
            [*GRADE, *words],
            cwd=here,
            env=surroundings(home, **more),
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        told = Told(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding), done.stdout)
        assert "Traceback" not in told.both, told.both
        return told

    return run


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Grade]:
    """The same within this process, which is quicker: for what is said, not for streams and signals."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str, cwd: Path | None = None, language: str = "en") -> Told:
        monkeypatch.chdir(cwd or tmp_path)
        monkeypatch.setattr(sys, "argv", ["grade", *words])
        use_language(language)
        code = run_command_line()
        written = capsys.readouterr()
        return Told(code, written.out, written.err)

    yield run
    use_language("en")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A learner's copy of the course."""
    lay_out(bundled_root(), tmp_path / "copy", datetime.now(UTC))
    return tmp_path / "copy"


@pytest.fixture
def demo_attempt() -> bytes:
    """A wrong step of Adam that holds one belief."""
    return (TEMPLATES / "demo_adam_step.py").read_bytes()


@pytest.fixture
def reference() -> bytes:
    """The right step of Adam."""
    return (bundled_root() / "solutions" / "03_adam_step" / "adam_step.py").read_bytes()
