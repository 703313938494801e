"""Hostile learners of every kind in one class: nobody else's result changes, and nothing they wrote acts on a screen.

`GRADE_HOSTILE=300,30` tries a class of that size, as `.ci/run` does.
"""

from __future__ import annotations

import bz2
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.synthetic_class import synthetic_class, write_class
from grader.classroom.store import Store
from grader.cli.teach import STORE
from tests.content import driver
from tests.hostile_shapes import SHAPES

HONEST, HOSTILE = map(int, os.environ.get("GRADE_HOSTILE", "12,19").split(","))
ACTS = "\x1b[2J\x1b]8;;http://x\x1b\\✓ 20/20\u202e\u2066\x9b1m\r\U000e0041" + "e" + "\u0301" * 40
SCREEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]|\u0301{8}"
)
BODY = "def adam_step(*a, **k):\n    {}\n"


def program(line: str, before: str = "") -> bytes:
    return (before + BODY.format(line)).encode()


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def bomb() -> bytes:
    header = tarfile.TarInfo("x.py")
    header.size = 40_000_000
    return bz2.compress(header.tobuf() + bytes(header.size))


def named_notebook(name: str) -> bytes:
    cell = {"cell_type": name, "source": "def adam_step(x):\n  return x", "metadata": {name: name}}
    return json.dumps({"nbformat": 4, "metadata": {name: name}, "cells": [cell]}).encode()


def archive(name: str, content: bytes = b"x = 1\n", times: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for number in range(times):
            file.writestr(f"{number or ''}{name}", content)
    return made.getvalue()


# Each: what the file is called, and what is in it.
KINDS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("adam_step.py", lambda: program("return 0", f"# torch optim\n{SHAPES['double_quotes_escaped'](60_000)}")),
    ("adam_step.py", lambda: program("return 0", f"import torch, optim\n{SHAPES['attributes'](60_000)}")),
    ("adam_step.ipynb", lambda: notebook("def adam_step(): pass", SHAPES["a_long_import"](900_000))),
    ("adam_step.ipynb", lambda: notebook(f"%%writefile {ACTS}\ndef adam_step(): pass", f"# {ACTS}")),
    ("adam_step.py", lambda: program(f"return type({ACTS!r}, (), {{}})()")),
    ("adam_step.py", lambda: program(f"return ({{{ACTS!r}: 1}}, 2, 3)")),
    ("adam_step.py", lambda: program(f"print({ACTS!r}); raise type({ACTS!r}, (Exception,), {{}})({ACTS!r})")),
    ("adam_step.py", lambda: program("return np.ones(6 << 20), np.ones(1), np.ones(1)", "import numpy as np\n")),
    ("adam_step.py", f"raise ValueError({ACTS!r})\n".encode),
    ("adam_step.py", f"x = '{ACTS}' (\n".encode),
    ("adam_step.py", lambda: ACTS.encode("utf-8")),
    (f"{ACTS.replace('/', '_')}.zip", lambda: archive(f"{ACTS}.py")),
    (f"adam_step {ACTS.replace('/', '_')[:60]}.py", lambda: program("return 0")),
    ("adam_step.py", lambda: b"\xff\xfe\x00" + ACTS.encode("utf-16")),
    ("adam_step.py", lambda: b"# coding: unicode_escape\n" + program("raise ValueError('\\ud800\\u202e\\x1b[2J')")),
    ("adam_step.py", lambda: program("f()", f"f = lambda: 1 / 0\nf.__code__ = f.__code__.replace(co_name={ACTS!r})\n")),
    ("adam_step.ipynb", lambda: named_notebook(ACTS)),
    ("adam_step.ipynb", lambda: notebook("def adam_step(): pass", *[""] * 100_000, *[" ("] * 10_000)),
    ("x.zip", lambda: archive("x.tar.bz2", bomb(), times=300)),
)


def write_hostile(folder: Path, learners: int) -> None:
    for number in range(learners):
        name, content = KINDS[number % len(KINDS)]
        own = folder / f"hostile{number:03d} {ACTS.replace('/', '_')[:40]}"
        own.mkdir()
        (own / name).write_bytes(content())


def grade(folder: Path, *words: object) -> str:
    command = [sys.executable, "-m", "grader", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=1500, check=False)
    shown = (done.stdout + done.stderr).decode()
    assert "Traceback" not in shown
    assert done.returncode in (0, 1), shown
    return shown


def results(database: Path) -> dict[tuple[str, str, int], tuple[str, float]]:
    with Store.open(database) as store:
        return {
            (one.submission.learner, one.submission.exercise, one.submission.attempt): (
                one.report.outcome.value,
                one.report.points,
            )
            for one in store.results()
        }


@pytest.mark.slow
def test_hostile_learners_change_nobodys_result_and_act_on_no_screen(tmp_path: Path) -> None:
    class_folder = tmp_path / "class"
    class_folder.mkdir()
    write_class(class_folder, synthetic_class(driver.course(), HONEST, seed=8, exercises=(3, 5)))
    grade(tmp_path, "class", class_folder, "--out", "alone", "--no-pages", "--seed", 5, "-j", 2)
    alone = results(tmp_path / "alone" / STORE)
    write_hostile(class_folder, HOSTILE)
    shown = [grade(tmp_path, "class", class_folder, "--out", "results", "--seed", 5, "-j", 2)]
    together = results(tmp_path / "results" / STORE)
    assert len(alone) == HONEST
    assert {key: value for key, value in together.items() if key[0].startswith("learner")} == alone
    assert all(points == 0 for key, (_, points) in together.items() if not key[0].startswith("learner"))
    shown += [grade(tmp_path, "export", name, "--to", "-") for name in ("csv", "canvas", "moodle", "junit")]
    shown += [grade(tmp_path, "export", "csv", "--to", "-", "--lang", "es"), grade(tmp_path, "report")]
    shown += [page.read_text("utf-8") for page in (tmp_path / "results").rglob("*.html")]
    assert [around for text in shown for around in acting(text)] == []


def acting(text: str) -> list[str]:
    """What acts on a screen, with what stands around it; a table's own mark at its beginning and line ends apart."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return [plain[max(0, at.start() - 60) : at.end() + 20] for at in SCREEN.finditer(plain)]
