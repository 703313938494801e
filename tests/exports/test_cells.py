"""Cells of a CSV table: text that would run is neutralised, numbers are left alone."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports import cells

SIGNS = tuple("=+-@＝＋－＠\t\r")


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "\n=1", "\u202e=1"])
def test_text_that_a_spreadsheet_runs_begins_with_an_apostrophe(value: str) -> None:
    assert cells.text(value).startswith("'")


@pytest.mark.parametrize("value", ["García, José", "O'Brien", "a=b", "1-2", "", "Ana-María", 'say "hi"', "-"])
def test_text_that_runs_nothing_stays_as_it_is(value: str) -> None:
    assert cells.text(value) == value


@pytest.mark.parametrize(("value", "said"), [(-3.5, "-3.5"), (20.0, "20"), (0, "0"), (20 / 3, "6.6667"), (1e-9, "0")])
def test_numbers_are_left_alone_however_negative(value: float, said: str) -> None:
    assert cells.cell(value) == said


def test_a_missing_value_is_blank() -> None:
    assert cells.cell(None) == ""


@given(st.lists(st.text(alphabet="=+-@,;\t\r\n\"' aé＝"), min_size=1, max_size=4))
def test_no_cell_runs_however_a_spreadsheet_splits_the_file(texts: list[str]) -> None:
    """Also by semicolons or tabs, as spreadsheets set to Spanish do with a file that is separated by commas."""
    written = cells.table([["x", *texts]])
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.lstrip('" \t\r\n').startswith(SIGNS[:-2]) or cell == "-"
                assert delimiter != "," or not cell.startswith(("\t", "\r"))


@given(st.lists(st.lists(st.text(alphabet="abñ\" ,;\n'", max_size=6), min_size=2, max_size=3), min_size=1, max_size=4))
def test_a_reader_of_csv_gets_back_what_was_written(rows: list[list[str]]) -> None:
    rows = [[f"a{cell}" for cell in row] for row in rows]
    assert list(csv.reader(io.StringIO(cells.table(rows), newline=""))) == rows


def test_a_name_is_one_line_and_shows_its_true_direction() -> None:
    assert cells.line(" García,\n  José\u202e\x00 ") == "García, José"
