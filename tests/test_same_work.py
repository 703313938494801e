"""The same work has the same outcome as a file and as a notebook, however either was saved, alone and in a class."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.cli.exercise import read_submission
from grader.notebook_cells import graded_content, read_bounded, unpacked
from grader.results import Outcome, Report
from tests.content import driver

SLUG = "adam_step"
MISSING = "no_such_package_here"


def reference() -> str:
    return driver.course().exercise(SLUG).reference


def works() -> dict[str, str]:
    """What learners hand in, by name."""
    exercise = driver.course().exercise(SLUG)
    right = reference()
    return {
        "right": right,
        "wrong": driver.variant(SLUG, exercise.misconceptions[0].id),
        "the starter": exercise.starter.decode(),
        "another function": "import numpy as np\n\n\ndef adam(param):\n    return param\n",
        "nothing": "x = 1\n",
        "raises": "def adam_step(*a, **k):\n    return boom\n",
        "returns nothing": "def adam_step(*a, **k):\n    pass\n",
        "no Python": "import numpy as np\n\n\ndef adam_step(param:\n    return param\n",
        "needs what is not there": f"import {MISSING} as m\n\n\ndef adam_step(*a, **k):\n    return m.step(*a)\n",
        "imports what is not there": right.replace("import numpy", f"import {MISSING}\nimport numpy", 1),
        "imports what it does not use": "import torch\nimport torch.nn as nn\n" + right,
        "helpers": "EPS = 0\n\n\ndef root(x):\n    return x**0.5\n\n\n" + right.replace("np.sqrt(", "root("),
        "an accent": right + "\n\nNAME = 'añadir'\n",
        "an experiment below": f"{right}\n\nimport torch\n\nprint(torch.optim.Adam([torch.zeros(1)]))\n",
        "an experiment that breaks": f"{right}\n\nimport torch\n\nprint(torch.optim.Adam(1, 2, 3)); boom\n",
        "a helper with a shortcut": "import torch\n\n\ndef adam(*a):\n    return torch.optim.Adam(a)\n\n\n"
        "def adam_step(*a, **k):\n    return adam(*a)\n",
        "no Python with a shortcut": "import torch\n\ntorch.optim\n\n\ndef adam_step(param:\n    return param\n",
        "nothing but a shortcut": "import torch\n\nprint(torch.optim)\n",
        "a shortcut": "import torch\n\n\ndef adam_step(*a, **k):\n    return torch.optim.Adam(a)\n",
    }


def notebook(cells: Iterable[str], **further: object) -> bytes:
    made = [
        {"cell_type": "markdown", "source": "# Week 3"},
        *({"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []} for cell in cells),
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **further}).encode()


def split(source: str) -> list[str]:
    """A cell for each statement of the outermost level, if it is Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return [source]
    lines = source.split("\n")
    starts = [node.lineno - 1 for node in tree.body[1:]]
    return ["\n".join(lines[one:other]) for one, other in zip([0, *starts], [*starts, len(lines)], strict=True)]


def saved(source: str) -> Iterator[tuple[str, str, bytes]]:
    """The same program in every way in which it may be saved: how, the file's name and its bytes."""
    plain = source.replace("\r\n", "\n")
    yield "file", "mine.py", plain.encode()
    yield "mark", "mine.py", b"\xef\xbb\xbf" + plain.encode()
    yield "latin-1", "mine.py", f"# -*- coding: latin-1 -*-\n{plain}".encode("latin-1", "replace")
    yield "CRLF", "mine.py", plain.replace("\n", "\r\n").encode()
    yield "CR", "mine.py", plain.replace("\n", "\r").encode()
    yield "shell lines", "mine.py", f"!pip install torch\n%matplotlib inline\n{plain}".encode()
    yield "one cell", "mine.ipynb", notebook([plain])
    yield "a cell each", "mine.ipynb", notebook(split(plain))
    yield "magics", "mine.ipynb", notebook(["!pip install torch", f"%matplotlib inline\n{plain}", "%time 1"])
    yield "CRLF cells", "mine.ipynb", notebook([plain.replace("\n", "\r\n")])
    yield "marked", "mine.ipynb", b"\xef\xbb\xbf" + notebook([plain])
    yield "odd outputs", "mine.ipynb", notebook([plain], out=float("nan"), half="\ud800", nbformat=4.0)
    yield "standard input", "-", notebook([plain])
    older = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": plain}]}]}
    yield "older", "mine.ipynb", json.dumps(older).encode()


def seen(report: Report) -> tuple[Outcome, float, tuple[Outcome, ...]]:
    return report.outcome, report.points, tuple(check.outcome for check in report.checks)


@pytest.mark.parametrize("name", works())
def test_a_work_has_one_outcome_however_it_was_saved(name: str) -> None:
    entry_points = driver.course().exercise(SLUG).manifest.entry_points
    ways = list(saved(works()[name]))
    if name == "the starter":  # a file of which a line was changed is started
        ways = [way for way in ways if way[0] not in ("latin-1", "shell lines")]
    alone = [unpacked(content, file) for _, file, content in ways]
    in_class = [graded_content(content, entry_points, file) for _, file, content in ways]
    reports = driver.grade_many(SLUG, [*alone, *in_class], seed=11)
    expected = seen(reports[0])
    found = {(how, place): seen(report) for place in (0, 1)
             for (how, _, _), report in zip(ways, reports[place * len(ways) :], strict=False)}  # fmt: skip
    assert {way: got for way, got in found.items() if got != expected} == {}


def test_what_is_too_large_has_one_outcome_alone_and_in_a_class(tmp_path: Path) -> None:
    """A source, the code of a notebook, and a notebook with its pictures; nothing large is kept of any."""
    large, picture = "#" * 1_100_000, {"data": "x" * 10_000_000}
    works = {
        "large.py": large.encode(),
        "many_lines.py": b"x = 1\n" * 200_000,
        "notebook.py": notebook([reference()], out=picture),
        "pictures.ipynb": notebook([reference()], out=picture),
        "code.ipynb": notebook([reference(), large]),
        "prose.ipynb": notebook([reference()], and_so=0).replace(b"# Week 3", large.encode()),
    }
    entry_points = driver.course().exercise(SLUG).manifest.entry_points
    alone, in_class = [], []
    for name, content in works.items():
        (tmp_path / name).write_bytes(content)
        alone.append(read_submission(tmp_path / name))
        handed_in = read_bounded(lambda size, content=content: content[:size], name)
        in_class.append(graded_content(handed_in.content, entry_points, name))
    reports = driver.grade_many(SLUG, [*alone, *in_class], seed=11)
    assert [seen(one) for one in reports[: len(works)]] == [seen(one) for one in reports[len(works) :]]
    assert [one.message for one in reports[: len(works)]] == [one.message for one in reports[len(works) :]]
    assert [one.outcome for one in reports[: len(works)]] == [Outcome.DID_NOT_LOAD] * 5 + [Outcome.PASSED]
    assert all("larger than" in one.message["en"] for one in reports[:5] if one.message)
    assert sum(map(len, in_class)) < 5_000


@given(
    st.sampled_from(["right", "wrong", "raises", "helpers", "no Python"]),
    st.lists(st.sampled_from(["import math", "x = 1", "print('a')", "def other():\n    return adam_step"]), max_size=4),
    st.booleans(),
    st.sampled_from(["", f"import {MISSING}.deep as d\n", f"from {MISSING} import a, b\n"]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_stands_around_the_answer_changes_nothing(name: str, more: list[str], above: bool, head: str) -> None:
    work, rest = works()[name], "\n".join(more)
    source = head + (f"{rest}\n{work}" if above else f"{work}\n{rest}\n")
    if "from __future__" in work and (head or above):
        return
    entry_points = driver.course().exercise(SLUG).manifest.entry_points
    ways = [("mine.py", source.encode()), ("mine.ipynb", notebook([source])), ("mine.ipynb", notebook(split(source)))]
    contents = [graded_content(content, entry_points, file) for file, content in ways]
    one, *others = map(seen, driver.grade_many(SLUG, contents, seed=5))
    assert [other for other in others if other != one] == []


CELLS = [
    "import numpy as np",
    "",
    "x = 1",
    "# mine\n\ndef root(x):\n    return boom(x)",
    "def adam_step(*a, **k):\n    return root(a)",
]


def test_a_line_of_a_notebook_is_told_with_its_cell() -> None:
    """As the cells are counted in the notebook, empty ones and all."""
    (report,) = driver.grade_many(SLUG, [notebook(CELLS)], seed=11)
    assert report.first_failure
    frames = [(one.cell, one.line, one.source.strip()) for one in report.first_failure.frames]
    assert frames == [(5, 2, "return root(a)"), (4, 4, "return boom(x)")]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("\nK = 1 / 0", "adam_step.ipynb, code cell 3, line 2: ZeroDivisionError"),
        ("\nimport torch\nK = torch.zeros(1)", "adam_step.ipynb, code cell 3, line 3: `torch` is not allowed"),
        (
            f"\n\nimport {MISSING} as K\nK.x",
            "adam_step.ipynb, code cell 3, line 3: ModuleNotFoundError: No mod",
        ),
    ],
)
def test_a_sentence_about_a_line_of_a_notebook_names_the_cell(cell: str, told: str) -> None:
    contents = [notebook(["y = 1", "%time 1", cell, "def adam_step(*a, **k):\n    return K.step(a)"])]
    (report,) = driver.grade_many(SLUG, contents, seed=11)
    assert told in str((report.message or report.first_failure.message)["en"])
