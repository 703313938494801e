"""Whole commands, from a cold process, against the imports they cannot avoid."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.rows import Row, seconds
from grader.course import open_course

ONE_STEP = (
    "import torch; p = torch.zeros(2, requires_grad=True); o = torch.optim.SGD([p], lr=0.1); "
    "p.sum().backward(); o.step()"
)


def cold_rows(*, short: bool) -> list[Row]:
    """`grade --help`, and one exercise of each runtime, each against its own yardstick in the same run."""
    course = open_course()
    grade = shutil.which("grade") or str(Path(sys.executable).with_name("grade"))
    adam = course.exercise(3)
    loop = course.exercise(4)
    python = sys.executable
    click, help_ = seconds([f"{python} -c 'import click'", f"{grade} --help"], 10 if short else 30)
    torch, three = seconds(
        [f"{python} -c 'import torch'", f"{grade} exercise 3 --file {adam.solution / adam.manifest.file}"],
        5 if short else 15,
    )
    step, four = seconds(
        [f'{python} -c "{ONE_STEP}"', f"{grade} exercise 4 --file {loop.solution / loop.manifest.file}"],
        3 if short else 10,
    )
    return [
        Row("grade --help / import click", help_ / click, "", 2.0, note=f"{help_ * 1e3:.0f} ms / {click * 1e3:.0f} ms"),
        Row("grade exercise 3, cold / import torch", three / torch, "", 0.4, note=f"{three:.2f} s / {torch:.2f} s"),
        Row("grade exercise 4, cold / torch and one step", four / step, "", 1.25, note=f"{four:.2f} s / {step:.2f} s"),
    ]
