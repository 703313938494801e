"""A notebook that no one would write costs its author the reading, and nobody else time or memory."""

from __future__ import annotations

import contextlib
import json
import resource
import time
import tracemalloc

import pytest

from grader.errors import SubmissionError
from grader.notebook_cells import Cell, extract, extract_from_cells, graded_content
from grader.notebook_cells.apart import MOST_TEXT, SECONDS, extract_apart, is_plain
from grader.notebook_cells.extraction import NotDefinedError
from tests.hostile_shapes import SHAPES

ANSWER = "import numpy as np\n\ndef f(x):\n    return np.sin(x)\n"


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def test_what_people_write_is_read_where_it_is() -> None:
    assert is_plain([Cell("code", ANSWER), Cell("markdown", "x" * 10**6), Cell("code", "%time f(1)\n!ls\n")])


def test_both_ways_of_reading_find_the_same() -> None:
    cells = [Cell("code", ANSWER), Cell("code", "x = f(1)"), Cell("code", ANSWER)]
    assert extract_apart(cells, ["f"], "n.ipynb") == extract_from_cells(cells, ["f"], "n.ipynb")
    assert extract_from_cells(cells, ["f"], "n.ipynb").notes


@pytest.mark.parametrize(("source", "kind"), [("x = 1", NotDefinedError), ("def f(:\n  pass", SubmissionError)])
def test_both_ways_of_reading_tell_the_same_fault(source: str, kind: type[SubmissionError]) -> None:
    faults = []
    for read in (extract_apart, extract_from_cells):
        with pytest.raises(SubmissionError) as caught:
            read([Cell("code", source)], ["f"], "n.ipynb")
        faults.append((type(caught.value), caught.value.message, caught.value.hint))
    assert faults[0] == faults[1]
    assert faults[0][0] is kind


def test_a_large_notebook_of_an_honest_learner_is_read_all_the_same() -> None:
    data = "data = [\n" + "    1.25, 2.5, 3.75,\n" * 3_000 + "]\n"
    assert len(data) > MOST_TEXT
    assert "np.sin" in extract(notebook(data, ANSWER), ["f"], "n.ipynb").source


# These bring Python's own parser to gigabytes, or to minutes.
@pytest.mark.parametrize("shape", ["a_long_import", "questions", "brackets_never_closed"])
def test_a_hostile_notebook_ends_in_time_and_costs_this_process_nothing(shape: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    with contextlib.suppress(SubmissionError):
        extract(notebook(ANSWER, SHAPES[shape](900_000)), ["f"], "n.ipynb")
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_maxrss - before.ru_maxrss < 100 << 10
    assert after.ru_utime - before.ru_utime < 2
    assert time.monotonic() - started < 10 * SECONDS


def test_cells_without_text_cost_nothing() -> None:
    """Ten thousand that go on with nothing, after twenty thousand empty ones: each used to be looked for again."""
    cells = [Cell("code", ANSWER), *[Cell("code", "")] * 20_000, *[Cell("code", " (")] * 10_000]
    assert not is_plain(cells)
    started = time.process_time()
    assert len(extract_from_cells(cells, ["f"], "n.ipynb").notes) == 1
    assert time.process_time() - started < 3


def test_what_a_notebook_holds_beside_its_cells_takes_no_memory() -> None:
    """Ten megabytes of empty lists are four hundred in memory; a number that JSON has not makes no exception."""
    for value, is_read in (("[],", True), ('NaN,{"":[]},', False)):
        content = notebook(ANSWER)[:-1] + b', "x": [' + (value * (9_000_000 // len(value))).encode() + b"0]}"
        tracemalloc.start()
        with contextlib.suppress(SubmissionError) if not is_read else contextlib.nullcontext():
            assert "np.sin" in extract(content, ["f"], "n.ipynb").source
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
        tracemalloc.stop()


def test_what_cannot_be_read_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.notebook_cells.apart.SECONDS", 0.001)
    with pytest.raises(SubmissionError, match="too large"):
        extract(notebook(ANSWER, "x = 1\n" * MOST_TEXT), ["f"], "n.ipynb")


def test_taking_in_a_class_reads_no_such_notebook() -> None:
    """Whoever grades it does, and the learner is told."""
    content = notebook(ANSWER, SHAPES["a_long_import"](900_000))
    kept = json.loads(graded_content(content, ["f"], "n.ipynb"))
    assert kept["cells"][0]["source"] == ANSWER


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_is_read_in_this_process_is_read_at_once(shape: str) -> None:
    """The largest text of each shape that still counts as people's own takes no time that anybody would notice."""
    size = MOST_TEXT - len(ANSWER) - 2_000
    cells = [Cell("code", ANSWER), Cell("code", SHAPES[shape](size))]
    if not is_plain(cells):
        return
    started = time.process_time()
    with contextlib.suppress(SubmissionError):
        extract_from_cells(cells, ["f"], "n.ipynb")
    assert time.process_time() - started < 3
