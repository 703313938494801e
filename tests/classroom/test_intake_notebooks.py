"""Notebooks become the source they define, and what only a notebook can run does not run."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.intake_entries import Refusal
from grader.classroom.intake_notebooks import graded_source, source_of


def notebook(*cells: str | list[str], kind: str = "code", **further: object) -> bytes:
    made = [{"cell_type": kind, "source": each, "outputs": [{"data": "x"}], "metadata": {}} for each in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": made, **further}).encode()


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[]", b"\xff", b"{" * 99_999, b'{"nbformat":4,"cells":[3]}'])
def test_what_is_no_notebook_is_refused(content):
    """In one sentence, whatever it is."""
    with pytest.raises(Refusal, match="not a notebook"):
        source_of(content)


def test_an_older_format_is_named():
    """Format 3 keeps its cells elsewhere."""
    with pytest.raises(Refusal, match="format 3"):
        source_of(notebook(nbformat=3))


def test_code_cells_come_in_order_and_text_does_not():
    """Sources may be one text or a list of lines."""
    assert source_of(notebook("import numpy as np", ["def f():\n", "    return 1\n"])) == (
        "import numpy as np\n\ndef f():\n    return 1\n"
    )
    assert source_of(notebook("# title", kind="markdown")) == "\n"


def test_magic_and_shell_lines_become_comments():
    """Inside a block they leave it a statement."""
    source = source_of(notebook("import os\n%matplotlib inline\nif os:\n    !ls\n    help?\nx = 3 % 2\n"))
    assert source == ("import os\npass  # %matplotlib inline\nif os:\n    pass  # !ls\n    pass  # help?\nx = 3 % 2\n")
    compile(source, "x", "exec")


def test_cells_that_only_run_something_do_not():
    """A plot or an experiment becomes a comment; a definition or a constant stays."""
    source = source_of(
        notebook("plt.plot(train())", "%%timeit\nf()", "for x in y:\n    z = 1", "BETA: float = 0.9", "a == b")
    )
    assert [line for line in source.split("\n") if line and not line.startswith("#")] == ["BETA: float = 0.9"]


def test_the_cell_that_was_graded_keeps_its_code():
    """The magic's own line goes, what it graded stays."""
    assert source_of(notebook("%%grade 3\ndef adam_step():\n    pass")) == "def adam_step():\n    pass\n"


@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_cell_raises(cells):
    """Whatever stands in the cells, the result is text that can be written."""
    source_of(notebook(*cells)).encode("utf-8", "replace")


def test_a_notebook_is_graded_as_its_author_would():
    """What the functions asked for need is taken, what else would run is not."""
    cells = [
        "import numpy as np",
        "data = np.load('x')",
        "B = 0.9",
        "def adam_step(p):\n    return B * p",
        "def other(): pass",
    ]
    source = graded_source(notebook(*cells), ("adam_step",), "work.ipynb")
    assert source.split() == "B = 0.9 def adam_step(p): return B * p".split()  # noqa: SIM905


def test_a_cell_that_is_no_python_is_still_graded():
    """Its file does not load, which is a result; it is not left out."""
    source = graded_source(notebook("def adam_step(p:\n    pass", "x = 1"), ("adam_step",), "work.ipynb")
    assert "def adam_step(p:" in source


def test_a_notebook_of_very_many_statements_is_taken_whole():
    """Looking for what is needed would take the square of their number."""
    source = graded_source(notebook("x = 1\n" * 50_000 + "def adam_step(): pass"), ("adam_step",), "work.ipynb")
    assert source.count("x = 1") == 50_000
