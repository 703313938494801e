"""The gradebook for spreadsheets: a row a learner, a column an exercise, the total."""

from __future__ import annotations

import csv
import io

from grader.exports.formats import csv as table
from grader.exports.gradebook import Gradebook
from grader.results import Outcome
from tests.exports.samples import ADAM, ANA, GUEST, HOSTILE_NAMES, JOSE, SGD, book, grade, renamed


def rows(made: Gradebook, language: str = "en") -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.write(made, language).content.decode("utf-8-sig"), newline="")))


def test_not_gradable_is_blank_and_so_is_the_total() -> None:
    assert rows(book(grade(JOSE, SGD, 15), grade(JOSE, ADAM, None)))[3][3:] == ["15", "", ""]


def test_refused_as_late_is_blank_and_the_rest_still_counts() -> None:
    refused = grade(JOSE, ADAM, None, outcome=Outcome.PASSED, late=True)
    assert rows(book(grade(JOSE, SGD, 15), refused))[3][3:] == ["15", "", "15"]


def test_excused_is_said_and_counts_for_nothing() -> None:
    assert rows(book(grade(JOSE, SGD, 15), grade(JOSE, ADAM, 3, excused=True)))[3][3:] == ["15", "EX", "15"]


def test_who_handed_in_nothing_has_a_row_without_a_zero() -> None:
    assert rows(book(grade(JOSE, SGD, 1)))[1] == ["a2", "Ana Núñez", "", "", "", ""]


def test_hostile_names_stay_in_their_cells_and_run_nothing() -> None:
    for name in HOSTILE_NAMES:
        found = rows(book(grade(JOSE, SGD, -2.5), students=(renamed(JOSE, name), ANA)))
        assert sorted(map(len, found)) == [6, 6, 6], name
        own = next(row for row in found if row[0] == "a1")
        assert own[1].strip("'") == "" or own[1][0] not in "=+-@\t\r", name
        assert own[3] == "-2.5", name


def test_spreadsheets_see_accents_by_the_mark_at_the_start() -> None:
    assert table.write(book(), "es").content.startswith(b"\xef\xbb\xbfid,Nombre,Grupo,Un paso de SGD / 20,")


def test_a_learner_whom_no_roster_knows_is_there_by_folder() -> None:
    assert rows(book(grade(GUEST, SGD, 4)))[2][:4] == ["folder 3", "folder 3", "", "4"]
