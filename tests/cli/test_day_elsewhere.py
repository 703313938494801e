"""A learner's day as macOS and Windows give it: nothing forks, the console speaks cp1252, lines end in CRLF."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import GRADE, ROOT, Grade, surroundings

ELSEWHERE = {
    "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent / "without_fork"), str(ROOT))),
    "PYTHONIOENCODING": "cp1252",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "GRADE_LANG": "es",
}
OWN = "exercises/03_adam_step/adam_step.py"

Run = Callable[..., str]


def with_crlf(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def run(grade: Grade, tmp_path: Path) -> Run:
    """One command of the day; its exit code is checked, what it says comes back as one line."""

    def one(*words: str, code: int = 0, cwd: Path | None = None, stdin: bytes = b"") -> str:
        told = grade(*words, cwd=cwd or tmp_path / "descenso", stdin=stdin, encoding="cp1252", **ELSEWHERE)
        assert told.code == code, told.both
        return " ".join(told.both.split())

    return one


def test_the_walk_really_forbids_what_is_not_there_elsewhere(tmp_path: Path) -> None:
    shown = subprocess.run(
        [*GRADE[:1], "-c", "import os, sys; print(sys.platform, sys.stdout.encoding); os.fork()"],
        env=surroundings(tmp_path, **ELSEWHERE), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.stdout.split() == ["darwin", "cp1252"]
    assert "nothing may be forked here" in shown.stderr


@pytest.mark.slow
def test_a_day(run: Run, tmp_path: Path, demo_attempt: bytes, reference: bytes) -> None:
    run("init", "descenso", cwd=tmp_path)
    own = tmp_path / "descenso" / OWN
    assert "Un paso de Adam" in run("list")
    assert "Un paso de Adam" in run("show", "3")
    assert "Sin empezar" in run("exercise", "3", code=1)

    own.write_bytes(with_crlf(demo_attempt))
    assert "Que las medias empiecen en cero no hace daño" in run("exercise", "3", code=1)
    assert "Sobre lo que mostró tu último intento: | Que las medias empiecen en cero" in run("hint", "3")
    assert "en el paso 1" in run("trace", "3")
    own.write_bytes(b"\xef\xbb\xbf" + own.read_bytes())
    assert "Que las medias empiecen en cero no hace daño" in run("exercise", "3", code=1)

    saved = own.read_bytes()
    run("reset", "3")
    assert b"NotImplementedError" in own.read_bytes()
    run("restore", "3", "1")
    assert own.read_bytes() == saved

    own.write_bytes(with_crlf(reference))
    assert "se cumplen" in run("exercise", "3")
    assert "coinciden en todos los pasos" in run("trace", "3")
    assert "la solución" in run("solution", "3")
    assert "no ha contestado" not in run("quiz", "3", "--seed", "7", stdin=b"?\r\n?\r\nq\r\n")
    left = json.loads(run("list", "--todo", "--json"))["exercises"]
    assert 3 not in [one["number"] for one in left]


@pytest.mark.slow
def test_an_exercise_in_torch_is_graded_by_a_spawned_process(run: Run, tmp_path: Path) -> None:
    run("init", "descenso", cwd=tmp_path)
    file = "04_zero_grad_bug/zero_grad_bug.py"
    (tmp_path / "descenso" / "exercises" / file).write_bytes(with_crlf((ROOT / "solutions" / file).read_bytes()))
    assert "se cumplen" in run("exercise", "4")


@pytest.mark.slow
def test_a_save_is_seen_and_graded(run: Run, tmp_path: Path, demo_attempt: bytes, reference: bytes) -> None:
    run("init", "descenso", cwd=tmp_path)
    own = tmp_path / "descenso" / OWN
    own.write_bytes(with_crlf(demo_attempt))
    told = tmp_path / "told.txt"
    with told.open("wb") as out:
        watching = subprocess.Popen(
            [*GRADE, "watch", "3"], cwd=tmp_path / "descenso", stdin=subprocess.DEVNULL,
            env=surroundings(tmp_path / "home", **ELSEWHERE), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _until(lambda: "no hace daño" in told.read_text(encoding="cp1252"))
        own.write_bytes(with_crlf(reference))
        _until(lambda: "se cumplen" in told.read_text(encoding="cp1252"))
    finally:
        watching.terminate()
        watching.wait(timeout=30)
    assert "Traceback" not in told.read_text(encoding="cp1252")


def _until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
