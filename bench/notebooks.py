"""The same checks on the same submission through nbgrader, where that is installed: seconds a submission."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.course import Exercise

_CHECKS = """
from bench.bare import run_bare
from grader.course import open_course
run_bare(open_course().exercise({number}), 0)
"""


def nbgrader_seconds(exercise: Exercise, submissions: int) -> float | None:
    """Seconds a submission of `nbgrader autograde`, the start of the command taken off; None where there is none."""
    program = shutil.which("nbgrader")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        source = course / "source" / "one" / "exercise.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(_notebook(exercise)))
        _nbgrader(program, course, "generate_assignment", "one")
        few, many = (_autograde(program, course, count) for count in (1, 1 + submissions))
    return (many - few) / submissions


def _autograde(program: str, course: Path, count: int) -> float:
    """Seconds for so many students who hand in the same."""
    for name in ("submitted", "autograded"):
        shutil.rmtree(course / name, ignore_errors=True)
    for number in range(count):
        shutil.copytree(course / "source" / "one", course / "submitted" / f"s{number}" / "one")
    started = time.perf_counter()
    _nbgrader(program, course, "autograde", "one", "--force")
    taken = time.perf_counter() - started
    graded = list((course / "autograded").rglob("exercise.ipynb"))
    if len(graded) != count or any('"output_type": "error"' in path.read_text() for path in graded):
        sys.exit("nbgrader did not pass the right answer")
    return taken


def _nbgrader(program: str, course: Path, *arguments: str) -> None:
    # Its kernel may be another Python's: it finds the package, the benchmark and their libraries where we do.
    paths = [str(Path(__file__).parents[1]), *filter(None, sys.path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "HOME": str(course)}
    subprocess.run([program, *arguments], cwd=course, env=environment, check=True, capture_output=True)


def _notebook(exercise: Exercise) -> dict[str, object]:
    cells = [
        _cell("answer", exercise.reference, grade=False, solution=True, locked=False),
        _cell("checks", _CHECKS.format(number=exercise.number), grade=True, solution=False, locked=True, points=1),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, source: str, **nbgrader: object) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": name,
        "execution_count": None,
        "metadata": {"nbgrader": {"schema_version": 3, "grade_id": name, "task": False, **nbgrader}},
        "outputs": [],
        "source": source,
    }
