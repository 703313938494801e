"""Whatever a file is called and holds, the bytes that are graded say by themselves what it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.notebook_cells import graded_content, is_notebook, read_bounded, searchable, unpacked

STEP = "def step():\n    return 1\n"


def notebook(*cells: str | list[str], kind: str = "code", **further: object) -> bytes:
    made = [{"cell_type": kind, "source": each, "outputs": [{"data": "x"}], "metadata": {}} for each in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": made, **further}).encode()


# Unhappy paths


@pytest.mark.parametrize(
    "content", [b"{}", b"null", b"[]", b"\xff", b"{" * 99_999, b'{"nbformat":4,"cells":[3]}', notebook(STEP)[:-30]]
)
def test_what_is_called_a_notebook_and_is_none_is_still_told_from_a_python_file(content):
    """So that it is graded, and did not load, whoever grades it."""
    kept = graded_content(content, ("step",), "step.ipynb")
    assert is_notebook(kept)
    with pytest.raises(SubmissionError, match="not a Jupyter notebook"):
        searchable(kept, "step.ipynb")


@pytest.mark.parametrize("content", [b"", b" \n", b"<!DOCTYPE html><title>Log in</title>", b"\n<html lang='es'>"])
def test_an_empty_file_and_a_web_page_are_left_as_they_are(content):
    """What is wrong with them is no matter of notebooks."""
    assert unpacked(content, "step.ipynb") == content


@pytest.mark.parametrize("source", ["", "x = {", '{"a": 1}\n', '{"cells"}\n', "{print(1)}\n", "# {'cells': 1}\n"])
def test_no_python_file_is_taken_for_a_notebook(source):
    """Not even one that begins with a brace."""
    assert not is_notebook(source.encode())
    assert graded_content(source.encode(), ("step",), "step.py") == source.encode()


def test_a_notebook_is_one_whatever_its_name():
    """As on standard input, or renamed by hand."""
    for name in ("step.py", "-", "step.txt"):
        assert graded_content(notebook(STEP), ("step",), name) == STEP.encode()


# What is taken


def test_just_the_functions_asked_for_are_kept():
    """And what they need; no output, no experiment."""
    cells = ["import numpy as np", "data = np.load('x')", "B = 0.9", "def step(p):\n    return B * p", "step(data)"]
    kept = graded_content(notebook(*cells), ("step",), "work.ipynb")
    assert kept.decode().split() == "B = 0.9 def step(p): return B * p".split()  # noqa: SIM905


@pytest.mark.parametrize("cell", ["def step(p:\n    pass", "def other(): pass", "%%writefile a.py\ndef step(): pass"])
def test_where_nothing_can_be_taken_the_cells_are_kept(cell):
    """So that the report can say which is wrong; without what was printed."""
    kept = graded_content(notebook(cell), ("step",), "work.ipynb")
    assert json.loads(kept) == {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell}]}


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_cells_become_bytes_that_say_what_they_are(cells):
    """Keeping them twice changes nothing."""
    kept = graded_content(notebook(*cells), ("step",), "work.ipynb")
    assert kept.isascii() or not is_notebook(kept)
    assert graded_content(kept, ("step",), "work.ipynb") in (kept, b"")


@given(st.binary(max_size=80))
def test_any_bytes_called_a_notebook_are_kept_as_something(content):
    """Nothing raises."""
    graded_content(content, ("step",), "work.ipynb")


def test_a_notebook_of_very_many_statements_is_taken_whole():
    """Looking for what is needed would take the square of their number."""
    kept = graded_content(notebook("x = 1\n" * 50_000 + "def step(): pass"), ("step",), "work.ipynb")
    assert kept.count(b"x = 1") == 50_000


@pytest.mark.parametrize(
    ("name", "begins", "most"),
    [("step.py", b"x", 1_000_001), ("step.ipynb", b"x", 10_000_001), ("step.py", b'{"cells": [', 10_000_001)],
)
def test_of_a_file_without_end_no_more_is_read_than_it_may_hold(name, begins, most):
    asked = []

    def read(size):
        asked.append(size)
        return begins + b" " * (size - len(begins))

    handed_in = read_bounded(read, name)
    assert max(asked) == most
    assert len(handed_in.content) < 100 < len(handed_in.beginning)
