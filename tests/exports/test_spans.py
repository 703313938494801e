"""Cells that know where they stand: they read as Python's csv reads them, and together they are the whole text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.spans import read_cells

TABLES = st.lists(st.lists(st.text(alphabet='ab ñ,;"\n', max_size=5), min_size=2, max_size=4), min_size=1, max_size=5)


@given(TABLES, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\r\n", "\n"]))
def test_it_reads_what_pythons_csv_reads(rows: list[list[str]], quoting: int, end: str) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator=end).writerows([["x,", "y"], *rows])  # type: ignore[arg-type]
    text = out.getvalue()
    found = [[cell.value for cell in row] for row in read_cells("a,b,c" + end + text)][1:]
    assert found == [row for row in csv.reader(io.StringIO(text, newline="")) if row]


@given(TABLES)
def test_every_cell_is_where_it_says(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b", "c"], *rows])
    text = out.getvalue()
    for row in read_cells(text):
        for cell in row:
            raw = text[cell.start : cell.end]
            assert raw == cell.value or raw == '"' + cell.value.replace('"', '""') + '"'


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", '"', '"a"b,c\n', "a;b\r\n1;2", "a\rb"])
def test_odd_texts_are_read_without_an_end_of_patience(text: str) -> None:
    assert all(cell.end <= len(text) for row in read_cells(text) for cell in row)


def test_the_separator_is_what_the_first_line_holds_most_of() -> None:
    assert [cell.value for cell in read_cells('\ufeffa;"b,c,d,e";f\n')[0]] == ["a", "b,c,d,e", "f"]
