"""A notebook that no one would write costs its author the reading, and nobody else time or memory."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import tracemalloc

import pytest

from grader.errors import SubmissionError
from grader.notebook_cells import Cell, apart, extract, extract_from_cells, graded_content, handed_in
from grader.notebook_cells.apart import MOST_TEXT, extract_apart, is_plain
from grader.notebook_cells.extraction import NotDefinedError
from tests.growth import grows_too_fast, takes_much_longer
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
def test_a_hostile_notebook_is_read_in_another_process_and_costs_this_one_nothing(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []
    monkeypatch.setattr(handed_in, "extract_from_cells", lambda *_: here.append("read here"))
    before = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(SubmissionError):
        extract(notebook(ANSWER, SHAPES[shape](900_000)), ["f"], "n.ipynb")
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert here == []
    assert after.ru_maxrss - before.ru_maxrss < 100 << 10


def test_the_other_process_has_no_more_time_and_memory_than_is_said() -> None:
    """As the kernel has its limits, whatever it reads: how long it takes on this machine is nothing to the test."""
    source = f"import sys; sys.path[:] = {sys.path!r}; from {apart.__name__} import _limit; _limit(); import resource; "
    source += "print(resource.getrlimit(resource.RLIMIT_CPU)[1], resource.getrlimit(resource.RLIMIT_AS)[1])"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", source], capture_output=True, text=True, check=True)
    assert tuple(map(int, ran.stdout.split())) == (apart.PROCESSOR_SECONDS, apart.MEMORY)


def test_cells_without_text_cost_no_more_than_their_number() -> None:
    """Cells that go on with nothing, after as many empty ones: each used to be looked for again."""

    def cells(number: int) -> list[Cell]:
        return [Cell("code", ANSWER), *[Cell("code", "")] * 2 * number, *[Cell("code", " (")] * number]

    def read(number: str) -> None:
        assert len(extract_from_cells(cells(int(number)), ["f"], "n.ipynb").notes) == 1

    assert not is_plain(cells(1_000))
    assert not grows_too_fast(read, "1000", "4000")


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
def test_whatever_is_read_in_this_process_is_read_as_people_write(shape: str) -> None:
    """The largest text of each shape that still counts as people's own takes about as long as code of its size."""
    size = MOST_TEXT - len(ANSWER) - 2_000
    cells = [Cell("code", ANSWER), Cell("code", SHAPES[shape](size))]
    if not is_plain(cells):
        return
    usual = [Cell("code", ANSWER), Cell("code", "x = [1.5, 2.5]\n" * (size // 15))]
    assert not takes_much_longer(lambda: read_here(usual), lambda: read_here(cells), times=10)


def read_here(cells: list[Cell]) -> None:
    with contextlib.suppress(SubmissionError):
        extract_from_cells(cells, ["f"], "n.ipynb")
