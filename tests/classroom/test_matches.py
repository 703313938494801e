"""Matches by hand last from run to run; what is no match is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.classroom.matches import FILE, matches_of
from grader.errors import UsageError


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert matches_of(tmp_path, ()) == {}
    assert list(tmp_path.iterdir()) == []


def test_what_is_given_once_is_known_ever_after(tmp_path: Path) -> None:
    assert matches_of(tmp_path / "out", ["José (7)=u1", "a=b=u2"]) == {"José (7)": "u1", "a=b": "u2"}
    assert matches_of(tmp_path / "out", ["José (7)=u3"]) == {"José (7)": "u3", "a=b": "u2"}
    assert matches_of(tmp_path / "out", ()) == {"José (7)": "u3", "a=b": "u2"}


def test_a_list_written_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes('\ufeffClaim,Student,why\r\n"García, José (7)",u1,\r\n\r\nAna,\r\n'.encode())
    assert matches_of(tmp_path, ()) == {"García, José (7)": "u1", "Ana": ""}


def test_a_list_kept_elsewhere_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("claim,student\nAna=B (7),u1\n")
    assert matches_of(tmp_path / "out", [str(tmp_path / "mine.csv"), "Eva=u2"]) == {"Ana=B (7)": "u1", "Eva": "u2"}
    assert matches_of(tmp_path / "out") == {"Ana=B (7)": "u1", "Eva": "u2"}


@pytest.mark.parametrize("given", ["José", "=u1", " =u1"])
def test_what_says_not_whose_it_is_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(UsageError, match="CLAIM=ID"):
        matches_of(tmp_path, [given])


def test_another_file_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("name,grade\nAna,7\n")
    with pytest.raises(UsageError, match="no list of matches"):
        matches_of(tmp_path, ())
