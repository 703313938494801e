"""`python -m bench [--short] [SECTION...]`: print every section's table; goals missed are marked, never hidden."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable

from bench.batch import batch_rows
from bench.classes import class_rows
from bench.cold import cold_rows
from bench.hostile import hostile_rows
from bench.pages import page_rows
from bench.quiz import quiz_rows
from bench.rows import Row, print_rows
from bench.sandbox import sandbox_rows
from bench.watching import watch_rows

SECTIONS: dict[str, tuple[str, Callable[..., list[Row]]]] = {
    "cold": ("Commands from a cold process", cold_rows),
    "quiz": ("A quiz's first question", quiz_rows),
    "sandbox": ("What the wall costs", sandbox_rows),
    "watch": ("Save to verdict", watch_rows),
    "pages": ("Pages", page_rows),
    "batch": ("A class through one warm pool", batch_rows),
    "hostile": ("A class with hostile learners in it", hostile_rows),
    "class": ("A class through the command, every layer and the store", class_rows),
}


def main() -> None:
    """Measure and print; goals are reported, and a noisy machine fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION")
    parser.add_argument("--short", action="store_true", help="fewer runs, for a first look and for CI")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # users have byte code
    print(f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores")
    for name in options.sections or SECTIONS:
        title, measure = SECTIONS[name]
        print_rows(title, measure(short=options.short))


if __name__ == "__main__":
    main()
