"""An export that leaves out many says a number, a few examples, and where the rest is."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.export import LONGEST_NOTE, MOST_NOTES, _tell_notes
from grader.locale import same


def test_a_few_short_notes_are_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _tell_notes((same("one"), same("two")), tmp_path / "grades.notes.txt")
    assert capsys.readouterr().err.splitlines() == ["one", "two"]
    assert list(tmp_path.iterdir()) == []


def test_many_are_a_number_the_first_and_a_file_with_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"u{place} is left out" for place in range(280)]
    _tell_notes(tuple(map(same, names)), tmp_path / "grades.notes.txt")
    told = capsys.readouterr().err.splitlines()
    assert told[:MOST_NOTES] == names[:MOST_NOTES]
    assert len(told) == MOST_NOTES + 1
    assert told[-1].startswith("280 such notes")
    assert (tmp_path / "grades.notes.txt").read_text().splitlines() == names


def test_one_of_nine_kilobytes_is_cut_and_stands_whole_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell_notes((same("No id: " + ", ".join(["somebody"] * 900)),), tmp_path / "canvas.notes.txt")
    told = capsys.readouterr().err.splitlines()
    assert len(told[0]) == LONGEST_NOTE
    assert len((tmp_path / "canvas.notes.txt").read_text()) > 9000


def test_where_nothing_can_be_written_all_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"u{place}" for place in range(9)]
    (tmp_path / "file").write_text("")
    _tell_notes(tuple(map(same, names)), tmp_path / "file" / "x.notes.txt")
    assert set(names) <= set(capsys.readouterr().err.splitlines())
