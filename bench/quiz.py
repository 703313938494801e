"""The first question of a quiz, from a cold process, against the import it cannot avoid."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.rows import Row, seconds


def quiz_rows(*, short: bool) -> list[Row]:
    """`grade quiz` up to its first prompt, where its input ends; the reader's cache of the TOML is warm, as it is from
    the second quiz on."""
    grade = shutil.which("grade") or str(Path(sys.executable).with_name("grade"))
    click, quiz = seconds(
        [f"{sys.executable} -c 'import click'", f"sh -c '{grade} quiz --seed 1 </dev/null'"], 10 if short else 30
    )
    return [
        Row(
            "grade quiz, first question / import click",
            quiz / click,
            "",
            6.0,
            note=f"{quiz * 1e3:.0f} ms / {click * 1e3:.0f} ms",
        )
    ]
